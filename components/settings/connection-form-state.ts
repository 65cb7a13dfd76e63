import type { ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import type { Contract } from '@/lib/api/contract'
import type { ConnectionSetting, SecretField } from '@/lib/api/contract/connection-settings'
import type { BodyInput } from '@/lib/api/endpoint'
import type { ConnectionColour } from '@/lib/model/connection/connection'

type SentConnection = BodyInput<Contract['addConnection']>

interface Mapping {
  /** Tells rows apart while they are edited. */
  readonly id: number
  readonly announced: string
  readonly reached: string
}

/** A connection as it is typed. An empty text is a field that is not given. */
export interface ConnectionForm {
  readonly name: string
  readonly label: string
  readonly url: string
  readonly username: string
  readonly password: string
  readonly ca: string
  readonly cert: string
  readonly key: string
  readonly servername: string
  readonly verify: boolean
  readonly sentinelUsername: string
  readonly sentinelPassword: string
  /** Sentinels are reached by TLS where the servers are. */
  readonly sentinelTls: boolean
  readonly cluster: 'auto' | 'yes' | 'no'
  readonly natMap: readonly Mapping[]
  readonly readOnly: boolean
  readonly production: boolean
  readonly colour: ConnectionColour | 'none'
  /** Separated by commas or blanks. */
  readonly labels: string
  readonly note: string
  /** Stored secrets that are not used any more. */
  readonly dropped: readonly SecretField[]
}

export const EMPTY_FORM: ConnectionForm = {
  name: '',
  label: '',
  url: '',
  username: '',
  password: '',
  ca: '',
  cert: '',
  key: '',
  servername: '',
  verify: true,
  sentinelUsername: '',
  sentinelPassword: '',
  sentinelTls: true,
  cluster: 'auto',
  natMap: [],
  readOnly: false,
  production: false,
  colour: 'none',
  labels: '',
  note: '',
  dropped: [],
}

/** The form of a stored connection; its secrets are not sent to browsers. */
export function formOf({ definition }: Pick<ConnectionSetting, 'definition'>): ConnectionForm {
  const { tls, sentinel, natMap = {}, colour = 'none', labels } = definition
  return {
    ...EMPTY_FORM,
    name: definition.name,
    label: definition.label ?? '',
    url: definition.url,
    username: definition.username ?? '',
    ca: tls?.ca ?? '',
    cert: tls?.cert ?? '',
    servername: tls?.servername ?? '',
    verify: tls?.verify ?? true,
    sentinelUsername: sentinel?.username ?? '',
    sentinelTls: sentinel?.tls ?? true,
    cluster: definition.cluster,
    natMap: Object.entries(natMap).map(([announced, reached], id) => ({ id, announced, reached })),
    readOnly: definition.readOnly,
    production: definition.production,
    colour,
    labels: labels.join(', '),
    note: definition.note ?? '',
  }
}

/** The value of each field that holds a secret. */
const secretIn = (form: ConnectionForm, field: SecretField): string =>
  ({ password: form.password, 'tls.key': form.key, 'sentinel.password': form.sentinelPassword })[field]

/** What is sent. @param has the secrets that are stored of it: those that are neither typed anew nor dropped stay */
export function bodyOf(form: ConnectionForm, has: readonly SecretField[] = []): SentConnection {
  const keep = has.filter((field) => secretIn(form, field) === '' && !form.dropped.includes(field))
  const tls = {
    ...given('ca', form.ca),
    ...given('cert', form.cert),
    ...given('key', form.key),
    ...given('servername', form.servername),
    ...(!form.verify && { verify: false }),
  }
  const sentinel = {
    ...given('username', form.sentinelUsername),
    ...given('password', form.sentinelPassword),
    ...(!form.sentinelTls && ({ tls: false } as const)),
  }
  const natMap = Object.fromEntries(
    form.natMap.flatMap(({ announced, reached }) =>
      announced.trim() === '' && reached.trim() === '' ? [] : [[announced.trim(), reached.trim()]],
    ),
  )
  return {
    name: form.name.trim(),
    ...given('label', form.label),
    url: form.url.trim(),
    ...given('username', form.username),
    ...given('password', form.password),
    ...((Object.keys(tls).length > 0 || keep.includes('tls.key')) && { tls }),
    ...((Object.keys(sentinel).length > 0 || keep.includes('sentinel.password')) && { sentinel }),
    cluster: form.cluster,
    ...(Object.keys(natMap).length > 0 && { natMap }),
    readOnly: form.readOnly,
    production: form.production,
    ...(form.colour !== 'none' && { colour: form.colour }),
    labels: form.labels.split(/[\s,]+/).filter((label) => label !== ''),
    ...given('note', form.note),
    keep,
  }
}

/** A password may begin or end with blanks; nothing but blanks is not given. */
function given<Name extends string>(name: Name, value: string): Partial<Record<Name, string>> {
  const named: Partial<Record<Name, string>> = {}
  if (value.trim() !== '') named[name] = value
  return named
}

/** The fields of the form, as the server's errors name them; an entry of a list counts as its list. */
const FORM_FIELDS = [
  'name',
  'label',
  'url',
  'username',
  'password',
  'tls.ca',
  'tls.cert',
  'tls.key',
  'tls.servername',
  'tls.verify',
  'sentinel.username',
  'sentinel.password',
  'sentinel.tls',
  'cluster',
  'natMap',
  'readOnly',
  'production',
  'colour',
  'labels',
  'note',
  'tls',
  'sentinel',
] as const
export type FormField = (typeof FORM_FIELDS)[number]

/** What is wrong with each field, and what belongs to none. */
export function errorsByField(details: readonly ErrorDetail[]): {
  readonly fields: Readonly<Partial<Record<FormField, string>>>
  readonly others: readonly ErrorDetail[]
} {
  const fields: Partial<Record<FormField, string>> = {}
  const others: ErrorDetail[] = []
  for (const detail of details) {
    const field = FORM_FIELDS.find((name) => detail.at === name || detail.at.startsWith(`${name}.`))
    if (!field) others.push(detail)
    else fields[field] = [fields[field], detail.message].filter(Boolean).join('; ')
  }
  return { fields, others }
}
