import { wallMs } from '@gearboard/gears/vocabulary/clock'
import { z } from 'zod'
import { type ConnectionDefinition, connectionDefinition } from '@/lib/api/contract/connection-definition'
import {
  type ConnectionSetting,
  type ConnectionSettingsReply,
  SECRET_FIELDS,
  type SecretField,
} from '@/lib/api/contract/connection-settings'
import { jsonOf } from '@/lib/model/text/json'
import { declaredSetup } from '../connection/setup'
import { ApiRefusal, noSuchConnection, wrongField, wrongFields } from '../errors'
import type { History } from '../history/history'
import type { StoredConnection } from '../history/store'
import { InTurn } from '../in-turn'
import { log } from '../log'
import { GLOBALLY_READ_ONLY, type Settings } from '../settings'
import { wrongInput } from '../wrong-input'
import { checkedDefinition } from './definition'
import { type ConnectionRegistry, MOST_CONNECTIONS } from './registry'
import { NO_KEY, SealError, type SecretBox } from './secret-box'

type Secrets = Partial<Record<SecretField, string>>
const sealedSecrets = z.partialRecord(z.enum(SECRET_FIELDS), z.string())

/** A definition as the browser sends it, and the stored secrets that it goes on using. */
export type WantedConnection = ConnectionDefinition & { readonly keep: readonly SecretField[] }

interface SettingsParts {
  readonly registry: ConnectionRegistry
  readonly history: Pick<History, 'readIfPossible' | 'state' | 'storingBlocked' | 'store'>
  /** Undefined: nothing can be sealed. */
  readonly box: SecretBox | undefined
  readonly settings: Pick<Settings, 'readOnly' | 'readAhead' | 'watchdogMs'>
}

interface Held {
  readonly definition: ConnectionDefinition
  readonly secrets: Secrets
  readonly changedAt: number
  readonly changedBy: string | null
  readonly problem: string | null
}

/**
 * The connections that were added in the browser: read from the store at start, opened, changed and removed while Gearboard runs, also where another
 * Gearboard on the same data directory does so (`follow`). One that
 * cannot be opened is listed with what is wrong, and keeps none of the others from being watched.
 */
export class ConnectionSettings {
  private readonly held = new Map<string, Held>()
  private readonly turns = new InTurn()
  /** Another Gearboard may have written since. */
  private isBehind = false

  constructor(private readonly parts: SettingsParts) {
    for (const stored of parts.history.readIfPossible((store) => store.connections.all()) ?? []) this.openStored(stored)
  }

  /** Takes over what another Gearboard, which writes to the data directory, has added, changed or removed since. */
  follow(): Promise<void> {
    return this.turns.run(async () => {
      const isWriter = this.parts.history.state.role === 'writer'
      // What another one wrote last is taken over when this one becomes the writer; from then on it knows by itself.
      if (isWriter && !this.isBehind) return
      this.isBehind = !isWriter
      const rows = this.parts.history.readIfPossible((store) => store.connections.all())
      if (!rows) return
      const names = new Set(rows.map(({ name }) => name))
      for (const [name, { problem }] of [...this.held]) {
        if (names.has(name)) continue
        this.held.delete(name)
        // What has a problem was never opened: another connection may have its name.
        if (problem === null) await this.parts.registry.remove(name)
      }
      for (const row of rows) {
        const before = this.held.get(row.name)
        if (before?.changedAt === row.changedAt) continue
        if (before?.problem === null) await this.parts.registry.remove(row.name)
        this.openStored(row)
      }
    })
  }

  list(): ConnectionSettingsReply {
    return { settings: [...this.held.values()].map(withoutSecrets), blocked: this.blocked ?? null }
  }

  add(wanted: WantedConnection, by: string | null): Promise<ConnectionSetting> {
    return this.turns.run(async () => {
      const { name } = wanted
      const { registry } = this.parts
      const taken = [...registry.open.keys(), ...this.held.keys()].some(
        (each) => each.toLowerCase() === name.toLowerCase(),
      )
      if (taken) throw wrongField('name', `${JSON.stringify(name)} is the name of another connection`)
      if (registry.open.size >= MOST_CONNECTIONS)
        throw wrongField('name', `this Gearboard watches ${MOST_CONNECTIONS} connections, the most that it can`)
      return this.write(this.complete(wanted, undefined), by)
    })
  }

  change(name: string, wanted: WantedConnection, by: string | null): Promise<ConnectionSetting> {
    return this.turns.run(async () => {
      const before = this.one(name)
      if (wanted.name !== name)
        throw wrongField('name', 'stays as it is: history, grants and links know the connection by it')
      return this.write(this.complete(wanted, before), by)
    })
  }

  remove(name: string): Promise<void> {
    return this.turns.run(async () => {
      this.one(name)
      this.checkWritable()
      await this.parts.history.store.connections.remove(name)
      this.held.delete(name)
      await this.parts.registry.remove(name)
    })
  }

  /** Whether one of this name was added, be it open or not. */
  has(name: string): boolean {
    return this.held.has(name)
  }

  /** As it is stored, without secrets; undefined where none of this name is. */
  definitionNamed(name: string): ConnectionDefinition | undefined {
    return this.held.get(name)?.definition
  }

  /** For the audit log: what it is, without secrets. */
  inWords(name: string): string | undefined {
    const held = this.held.get(name)
    return held && definitionInWords(held.definition)
  }

  /** With stored secrets where it says so, to be tested before it is saved. @throws ApiRefusal `invalid_request` */
  definitionOf(wanted: WantedConnection): ConnectionDefinition {
    const { definition, secrets } = this.complete(wanted, this.held.get(wanted.name))
    return withSecrets(definition, secrets)
  }

  private get blocked(): string | undefined {
    const { history, box, settings } = this.parts
    if (settings.readOnly) return GLOBALLY_READ_ONLY
    const { storingBlocked } = history
    if (storingBlocked !== undefined && history.state.role === 'reader')
      return `${storingBlocked} What is changed there appears here within 10 s.`
    return storingBlocked ?? (box ? undefined : NO_KEY)
  }

  private checkWritable(): SecretBox {
    const { blocked } = this
    if (blocked !== undefined || !this.parts.box) throw new ApiRefusal('no_history', blocked ?? 'nothing can be stored')
    return this.parts.box
  }

  private one(name: string): Held {
    const held = this.held.get(name)
    if (held) return held
    if (!this.parts.registry.open.has(name)) throw noSuchConnection(name)
    throw new ApiRefusal(
      'forbidden',
      `${name} is declared outside of the browser: change it there, and restart Gearboard.`,
    )
  }

  /** Secrets apart, stored ones where they are kept; checked as a whole. @throws ApiRefusal `invalid_request` */
  private complete(
    { keep, ...wanted }: WantedConnection,
    before: Held | undefined,
  ): Pick<Held, 'definition' | 'secrets'> {
    const secrets = { ...secretsOf(wanted) }
    const definition = withoutSecretsOf(wanted)
    for (const field of keep) {
      if (secrets[field] !== undefined) continue
      const stored = before?.secrets[field]
      if (stored === undefined) throw wrongField(field, 'is not stored; enter it')
      // Whoever may change an address could have the stored password sent there.
      if (before && addressInWords(before.definition) !== addressInWords(definition))
        throw wrongField(field, 'must be entered again, since where it is sent has changed')
      secrets[field] = stored
    }
    const checked = checkedDefinition.safeParse(withSecrets(definition, secrets), { error: wrongInput })
    if (!checked.success) throw wrongFields(checked.error.issues)
    if (hasCredentials(definition.url))
      throw wrongField('url', 'holds a user or password; put them into their own fields')
    return { definition, secrets }
  }

  private async write(next: Pick<Held, 'definition' | 'secrets'>, by: string | null): Promise<ConnectionSetting> {
    const box = this.checkWritable()
    const { definition, secrets } = next
    const { name } = definition
    const changedAt = wallMs()
    const sealed = Object.fromEntries(
      SECRET_FIELDS.flatMap((field) => {
        const secret = secrets[field]
        return secret === undefined ? [] : [[field, box.seal(secret, purposeOf(name, field))]]
      }),
    )
    await this.parts.history.store.connections.write({
      name,
      definition: JSON.stringify(definition),
      secrets: JSON.stringify(sealed),
      sealedBy: box.fingerprint,
      changedAt,
      changedBy: by,
    })
    const held = { definition, secrets, changedAt, changedBy: by, problem: null }
    this.held.set(name, held)
    await this.open(definition, secrets)
    return withoutSecrets(held)
  }

  private open(definition: ConnectionDefinition, secrets: Secrets): Promise<void> {
    return this.parts.registry.set(declaredSetup(withSecrets(definition, secrets), 'settings', this.parts.settings))
  }

  private openStored(stored: StoredConnection): void {
    const { name, changedAt, changedBy } = stored
    const definition = definitionIn(stored)
    if (!definition) {
      log.error({ connection: name }, 'a stored connection cannot be read')
      return
    }
    const { secrets, problem } = this.unsealed(stored)
    const taken = this.parts.registry.open.has(name)
      ? `Another connection of this name is declared outside of the browser. Remove this one, or rename that one.`
      : undefined
    const held = { definition, secrets, changedAt, changedBy, problem: taken ?? problem ?? null }
    this.held.set(name, held)
    if (held.problem === null) void this.open(definition, secrets)
    else log.warn({ connection: name, problem: held.problem }, 'a stored connection is not opened')
  }

  private unsealed({ name, secrets, sealedBy }: StoredConnection): {
    readonly secrets: Secrets
    readonly problem?: string
  } {
    const sealed = sealedSecrets.safeParse(jsonOf(secrets)).data ?? {}
    if (Object.keys(sealed).length === 0) return { secrets: {} }
    const { box } = this.parts
    if (!box)
      return { secrets: {}, problem: 'Its password cannot be decrypted: there is no key. Set GEARBOARD_SECRET.' }
    try {
      return {
        secrets: Object.fromEntries(
          SECRET_FIELDS.flatMap((field) => {
            const text = sealed[field]
            return text === undefined ? [] : [[field, box.open(text, purposeOf(name, field))]]
          }),
        ),
      }
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      const why = sealedBy === box.fingerprint ? 'it was changed' : 'another key encrypted it'
      return {
        secrets: {},
        problem: `Its password cannot be decrypted: ${why}. Start Gearboard with the former key, or enter the password again.`,
      }
    }
  }
}

const purposeOf = (name: string, field: SecretField): string => `${name}/${field}`

const withoutSecrets = ({ definition, secrets, changedAt, changedBy, problem }: Held): ConnectionSetting => ({
  definition,
  has: SECRET_FIELDS.filter((field) => secrets[field] !== undefined),
  changedAt,
  changedBy,
  problem,
})

const secretsOf = ({ password, tls, sentinel }: ConnectionDefinition): Secrets => ({
  ...(password !== undefined && { password }),
  ...(tls?.key !== undefined && { 'tls.key': tls.key }),
  ...(sentinel?.password !== undefined && { 'sentinel.password': sentinel.password }),
})

function withoutSecretsOf({ password: _, tls, sentinel, ...rest }: ConnectionDefinition): ConnectionDefinition {
  const { key: _key, ...openTls } = tls ?? {}
  const { password: _password, ...openSentinel } = sentinel ?? {}
  return { ...rest, ...(tls && { tls: openTls }), ...(sentinel && { sentinel: openSentinel }) }
}

function withSecrets(definition: ConnectionDefinition, secrets: Secrets): ConnectionDefinition {
  const { password, 'tls.key': key, 'sentinel.password': sentinelPassword } = secrets
  return {
    ...definition,
    ...(password !== undefined && { password }),
    ...(key !== undefined && { tls: { ...definition.tls, key } }),
    ...(sentinelPassword !== undefined && { sentinel: { ...definition.sentinel, password: sentinelPassword } }),
  }
}

/** All that decides to whom secrets are sent. */
const addressInWords = ({ url, username, tls, sentinel, natMap }: ConnectionDefinition): string =>
  JSON.stringify([url, username, tls?.ca, tls?.servername, tls?.verify, sentinel?.username, sentinel?.tls, natMap])

const hasCredentials = (url: string): boolean => /:\/\/[^/]*@/.test(url)

/** Without the note and the certificates, which are long. */
const definitionInWords = ({ note: _, tls, ...definition }: ConnectionDefinition): string =>
  JSON.stringify({ ...definition, ...(tls && { tls: { servername: tls.servername, verify: tls.verify } }) })

function definitionIn({ definition }: StoredConnection): ConnectionDefinition | undefined {
  // Without its secrets it is no complete one.
  const parsed = connectionDefinition.safeParse(jsonOf(definition))
  return parsed.data
}
