import { randomUUID } from 'node:crypto'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import type { WantedReceiver } from '@/lib/api/contract/alert-definition'
import type { ReceiverSetting } from '@/lib/api/contract/alerts'
import { RECEIVER_SECRETS, type Receiver, type ReceiverSecret } from '@/lib/model/alerts/receiver'
import { NO_KEY, SealError, type SecretBox } from '../connections/secret-box'
import { ApiRefusal, wrongField } from '../errors'
import type { AlertRecordKind } from '../history/store'
import { InTurn } from '../in-turn'
import type { RecordStore } from '../kept-records'
import { AlertRecords, type ReceiverWithoutSecrets, type StoredReceiver } from './alert-records'

const MOST_RECEIVERS = 50

type ReceiverSecrets = Readonly<Partial<Record<ReceiverSecret, string>>>

/** A receiver, or why nothing can be sent to it. */
type OpenedReceiver = { readonly receiver: Receiver } | { readonly problem: string }

interface ReceiverParts {
  readonly store: RecordStore<AlertRecordKind>
  /** Undefined: nothing can be sealed. */
  readonly box: SecretBox | undefined
  readonly now?: () => number
}

/** Where notifications go. One whose secrets cannot be decrypted is listed with the reason, and keeps nothing else from working. */
export class AlertReceivers {
  private readonly stored: AlertRecords<'receiver'>
  private readonly box: SecretBox | undefined
  private readonly turns = new InTurn()

  constructor({ store, box, now = steadyMs }: ReceiverParts) {
    this.stored = new AlertRecords('receiver', store, now)
    this.box = box
  }

  /** Why no secret can be stored; null where it can. */
  get sealing(): string | null {
    return this.box ? null : NO_KEY
  }

  get ids(): readonly string[] {
    return this.stored.all.map(({ id }) => id)
  }

  list(): readonly ReceiverSetting[] {
    return this.stored.all.map((stored) => this.settingOf(stored))
  }

  /** What a notification is sent to. Undefined: there is none of this id. */
  open(id: string): OpenedReceiver | undefined {
    const stored = this.stored.byId?.get(id)
    return stored && this.opened(stored)
  }

  add(wanted: WantedReceiver, by: string | null): Promise<ReceiverSetting> {
    return this.turns.run(async () => {
      const { present } = this.stored
      if (present.size >= MOST_RECEIVERS)
        throw wrongField('name', `there are ${MOST_RECEIVERS} receivers, which is the most`)
      return this.write(this.complete(wanted, undefined), randomUUID(), by)
    })
  }

  /** @throws ApiRefusal `not_found`, `invalid_request` at the field that is wrong */
  change(id: string, wanted: WantedReceiver, by: string | null): Promise<ReceiverSetting> {
    return this.turns.run(async () => this.write(this.complete(wanted, this.present(id)), id, by))
  }

  /** @throws ApiRefusal `not_found` */
  remove(id: string): Promise<ReceiverSetting> {
    return this.turns.run(async () => {
      const stored = this.present(id)
      await this.stored.remove(stored)
      return this.settingOf(stored)
    })
  }

  /** As it would be if it were saved, to be tried before. @param id of the stored one whose secrets it keeps @throws ApiRefusal `invalid_request` */
  unsaved(wanted: WantedReceiver, id?: string): Receiver {
    const { definition, secrets } = this.complete(wanted, id === undefined ? undefined : this.present(id))
    return receiverOf(id ?? '', definition, secrets)
  }

  private present(id: string): StoredReceiver {
    const stored = this.stored.present.get(id)
    if (!stored) throw new ApiRefusal('not_found', 'there is no such receiver; it may have been removed')
    return stored
  }

  private settingOf(stored: StoredReceiver): ReceiverSetting {
    const { id, definition, address, sealed, changedAt, changedBy } = stored
    const opened = this.opened(stored)
    return {
      id,
      definition,
      address,
      has: RECEIVER_SECRETS.filter((field) => sealed[field] !== undefined),
      changedAt,
      changedBy,
      problem: 'problem' in opened ? opened.problem : null,
    }
  }

  /** Stored secrets where they are kept. @throws ApiRefusal `invalid_request` */
  private complete(wanted: WantedReceiver, before: StoredReceiver | undefined): Complete {
    const { definition, secrets } = partsOf(wanted)
    const kept = wanted.keep.filter((field) => secrets[field] === undefined)
    const stored = before && kept.length > 0 ? this.secretsOf(before) : {}
    if ('problem' in stored) throw wrongField(kept[0] ?? 'keep', `must be entered again: ${stored.problem}`)
    const all: Partial<Record<ReceiverSecret, string>> = { ...secrets }
    for (const field of kept) {
      const secret = stored[field]
      if (secret === undefined || before?.definition.kind !== definition.kind)
        throw wrongField(field, 'is not stored; enter it')
      // Whoever may change the server could have the stored password sent there.
      if (field === 'password' && serverOf(before.definition) !== serverOf(definition))
        throw wrongField(field, 'must be entered again, since where it is sent has changed')
      all[field] = secret
    }
    if (definition.kind === 'webhook' && all.url === undefined) throw wrongField('url', 'must not be empty')
    if (definition.kind === 'webhook' && definition.shape !== 'generic' && all.secret !== undefined)
      throw wrongField('secret', `is for generic webhooks; ${definition.shape} checks no signature`)
    if (definition.kind === 'email' && all.password !== undefined && definition.username === undefined)
      throw wrongField('username', 'must not be empty where there is a password')
    if (definition.kind === 'email' && all.password !== undefined && definition.security === 'none')
      throw wrongField(
        'security',
        'must be tls or starttls where there is a password, which would be sent in the clear',
      )
    return { definition, secrets: all }
  }

  private async write({ definition, secrets }: Complete, id: string, by: string | null): Promise<ReceiverSetting> {
    const { box } = this
    const given = RECEIVER_SECRETS.flatMap((field): [ReceiverSecret, string][] => {
      const secret = secrets[field]
      return secret === undefined ? [] : [[field, secret]]
    })
    if (!box && given.length > 0) throw new ApiRefusal('no_history', this.sealing ?? 'no secret can be stored')
    const stored: StoredReceiver = {
      id,
      definition,
      address: addressOf(definition, secrets),
      sealed: box
        ? Object.fromEntries(given.map(([field, secret]) => [field, box.seal(secret, purposeOf(id, field))]))
        : {},
      sealedBy: given.length > 0 && box ? box.fingerprint : null,
      changedAt: wallMs(),
      changedBy: by,
    }
    await this.stored.write(stored)
    return this.settingOf(stored)
  }

  private opened(stored: StoredReceiver): OpenedReceiver {
    const secrets = this.secretsOf(stored)
    return 'problem' in secrets ? secrets : { receiver: receiverOf(stored.id, stored.definition, secrets) }
  }

  private secretsOf({ id, sealed, sealedBy }: StoredReceiver): ReceiverSecrets | { readonly problem: string } {
    const { box } = this
    const fields = RECEIVER_SECRETS.filter((field) => sealed[field] !== undefined)
    if (fields.length === 0) return {}
    if (!box) return { problem: 'Its secrets cannot be decrypted: there is no key. Set GEARBOARD_SECRET.' }
    try {
      return Object.fromEntries(fields.map((field) => [field, box.open(sealed[field] ?? '', purposeOf(id, field))]))
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      const why = sealedBy === box.fingerprint ? 'they were changed' : 'another key encrypted them'
      return {
        problem: `Its secrets cannot be decrypted: ${why}. Start Gearboard with the former key, or enter them again.`,
      }
    }
  }
}

interface Complete {
  readonly definition: ReceiverWithoutSecrets
  readonly secrets: ReceiverSecrets
}

const purposeOf = (id: string, field: ReceiverSecret): string => `alert-receiver/${id}/${field}`

function partsOf(wanted: WantedReceiver): Complete {
  if (wanted.kind === 'webhook') {
    const { keep: _, url, secret, ...definition } = wanted
    return { definition, secrets: { ...(url !== undefined && { url }), ...(secret !== undefined && { secret }) } }
  }
  const { keep: _, password, ...definition } = wanted
  return { definition, secrets: password === undefined ? {} : { password } }
}

const receiverOf = (
  id: string,
  definition: ReceiverWithoutSecrets,
  { url = '', secret, password }: ReceiverSecrets,
): Receiver => (definition.kind === 'webhook' ? { ...definition, id, url, secret } : { ...definition, id, password })

/** All that decides to whom the password is sent. */
const serverOf = (definition: ReceiverWithoutSecrets): string =>
  definition.kind === 'email'
    ? JSON.stringify([definition.host, definition.port, definition.security, definition.username])
    : ''

const addressOf = (definition: ReceiverWithoutSecrets, { url = '' }: ReceiverSecrets): string =>
  definition.kind === 'webhook' ? new URL(url).origin : `${definition.host}:${definition.port}`
