import { listed } from '@/components/shared/form/text-field'
import type { Contract } from '@/lib/api/contract'
import type { ReceiverSetting } from '@/lib/api/contract/alerts'
import type { BodyInput } from '@/lib/api/endpoint'
import type { MAIL_SECURITY, ReceiverSecret, WEBHOOK_SHAPES } from '@/lib/model/alerts/receiver'

/** What is typed into the form of a receiver: the fields of both kinds, so that changing the kind loses none. */
export interface ReceiverForm {
  readonly kind: 'webhook' | 'email'
  readonly name: string
  readonly shape: (typeof WEBHOOK_SHAPES)[number]
  readonly url: string
  readonly secret: string
  readonly host: string
  readonly port: string
  readonly security: (typeof MAIL_SECURITY)[number]
  readonly username: string
  readonly password: string
  readonly from: string
  readonly to: string
  /** Stored secrets that are removed. */
  readonly dropped: readonly ReceiverSecret[]
}

export const EMPTY_RECEIVER: ReceiverForm = {
  kind: 'webhook',
  name: '',
  shape: 'generic',
  url: '',
  secret: '',
  host: '',
  port: '587',
  security: 'starttls',
  username: '',
  password: '',
  from: '',
  to: '',
  dropped: [],
}

export function receiverForm({ definition }: ReceiverSetting): ReceiverForm {
  if (definition.kind === 'webhook') return { ...EMPTY_RECEIVER, ...definition }
  const { port, to, username = '', ...rest } = definition
  return { ...EMPTY_RECEIVER, ...rest, username, port: String(port), to: to.join(', ') }
}

export type ReceiverBody = BodyInput<Contract['addAlertReceiver']>

/** @param has the secrets that are stored: those that are not typed again are kept */
export function receiverBody(form: ReceiverForm, has: readonly ReceiverSecret[] = []): ReceiverBody {
  const { kind, name, shape, url, secret, host, port, security, username, password, from, to, dropped } = form
  const kept = (fields: readonly ReceiverSecret[]) =>
    fields.filter((field) => has.includes(field) && form[field] === '' && !dropped.includes(field))
  if (kind === 'webhook') {
    const signs = shape === 'generic'
    return {
      kind,
      name,
      shape,
      ...(url !== '' && { url: url.trim() }),
      ...(signs && secret !== '' && { secret }),
      keep: kept(signs ? ['url', 'secret'] : ['url']),
    }
  }
  return {
    kind,
    name,
    host: host.trim(),
    port: Number(port),
    security,
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    from: from.trim(),
    to: listed(to),
    keep: kept(['password']),
  }
}

const RECEIVER_FIELDS = [
  'name',
  'url',
  'secret',
  'host',
  'port',
  'security',
  'username',
  'password',
  'from',
  'to',
] as const
export type ReceiverField = (typeof RECEIVER_FIELDS)[number]

/** The field of the form that a detail of a refusal is about: `receiver.to.1` of a test is `to`. Undefined: none. */
export function receiverFieldAt(at: string): ReceiverField | undefined {
  const [first, second] = at.split('.')
  const name = first === 'receiver' ? second : first
  return RECEIVER_FIELDS.find((field) => field === name)
}
