import { z } from 'zod'
import { type Grant, type Grantee, HIDDEN_KINDS, IDENTITY_KINDS, type Identity } from '@/lib/model/people/grant'
import { ROLES } from '@/lib/model/people/role'
import { ApiRefusal } from '../errors'
import type { PeopleKind, PeopleRecord } from '../history'
import { log } from '../log'

/** Where local users, grants and tokens are kept. Changes throw where it cannot be written. */
export interface PeopleStore {
  /** Undefined: they cannot be read at the moment. */
  all(kind: PeopleKind): readonly PeopleRecord[] | undefined
  write(kind: PeopleKind, record: PeopleRecord): Promise<void>
  update(kind: PeopleKind, record: PeopleRecord): Promise<void>
  remove(kind: PeopleKind, id: string): Promise<void>
}

/** A user that Gearboard itself keeps, with a password of their own. */
export interface LocalUser {
  readonly name: string
  /** argon2id, with its parameters and salt. */
  readonly hash: string
  readonly groups: readonly string[]
  /** ms since the epoch */
  readonly createdAt: number
  readonly passwordAt: number
}

export interface StoredGrant extends Grant {
  readonly id: string
  readonly who: Grantee
  readonly createdAt: number
  readonly createdBy: string
}

export interface ApiToken extends Grant {
  readonly id: string
  /** sha256 of the token. Its 256 random bits cannot be tried, so that a slow hash would protect nothing. */
  readonly digest: string
  readonly name: string
  /** It may do no more than they may. */
  readonly owner: Identity
  readonly readOnly: boolean
  readonly createdAt: number
  readonly expiresAt: number
  /** To the minute; null: never. */
  readonly usedAt: number | null
}

interface RecordOf {
  readonly user: LocalUser
  readonly grant: StoredGrant
  readonly token: ApiToken
}

const texts = z.array(z.string())
const grant = { connections: texts, role: z.enum(ROLES), hides: z.array(z.enum(HIDDEN_KINDS)).optional() }
const named = (kind: 'user' | 'group') => z.object({ kind: z.literal(kind), name: z.string() })

/** As an earlier Gearboard may have written them. */
const SCHEMAS: { readonly [Kind in PeopleKind]: z.ZodType<RecordOf[Kind]> } = {
  user: z.object({
    name: z.string(),
    hash: z.string(),
    groups: texts,
    createdAt: z.number(),
    passwordAt: z.number(),
  }),
  grant: z.object({
    ...grant,
    id: z.string(),
    who: z.union([z.object({ kind: z.literal('everyone') }), named('user'), named('group')]),
    createdAt: z.number(),
    createdBy: z.string(),
  }),
  token: z.object({
    ...grant,
    id: z.string(),
    digest: z.string(),
    name: z.string(),
    owner: z.object({ kind: z.enum(IDENTITY_KINDS), name: z.string(), groups: texts }),
    readOnly: z.boolean(),
    createdAt: z.number(),
    expiresAt: z.number(),
    usedAt: z.number().nullable(),
  }),
}

/** Names are compared without regard to case, so that nobody passes for another. */
export const userId = (name: string): string => name.toLowerCase()

const ID_OF: { readonly [Kind in PeopleKind]: (record: RecordOf[Kind]) => string } = {
  user: ({ name }) => userId(name),
  grant: ({ id }) => id,
  token: ({ digest }) => digest,
}

/** How long what was read counts as the present, ms: every request asks. What changes here counts at once. */
const FRESH_MS = 1000

/** Records of one kind by id. Where they cannot be read for a while, those that were read last count. */
export class PeopleRecords<Kind extends PeopleKind> {
  private known: ReadonlyMap<string, RecordOf[Kind]> | undefined
  private readAt = Number.NEGATIVE_INFINITY
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly kind: Kind,
    private readonly store: PeopleStore,
    private readonly now: () => number,
  ) {}

  /** Undefined: they were never readable. */
  get byId(): ReadonlyMap<string, RecordOf[Kind]> | undefined {
    const now = this.now()
    if (now - this.readAt >= FRESH_MS || !this.known) {
      const rows = this.store.all(this.kind)
      if (rows) this.known = this.parsed(rows)
      this.readAt = now
    }
    return this.known
  }

  get all(): readonly RecordOf[Kind][] {
    return [...(this.byId?.values() ?? [])]
  }

  /** Of what is about to be changed. @throws ApiRefusal `no_history` */
  get present(): ReadonlyMap<string, RecordOf[Kind]> {
    this.readAt = Number.NEGATIVE_INFINITY
    const { byId } = this
    if (!byId) throw new ApiRefusal('no_history', 'Users and grants cannot be read at the moment.')
    return byId
  }

  async write(record: RecordOf[Kind]): Promise<void> {
    await this.store.write(this.kind, { id: ID_OF[this.kind](record), value: JSON.stringify(record) })
    this.changed()
  }

  /** Nothing where it was removed meanwhile. */
  async update(record: RecordOf[Kind]): Promise<void> {
    await this.store.update(this.kind, { id: ID_OF[this.kind](record), value: JSON.stringify(record) })
    this.readAt = Number.NEGATIVE_INFINITY
  }

  async remove(record: RecordOf[Kind]): Promise<void> {
    await this.store.remove(this.kind, ID_OF[this.kind](record))
    this.changed()
  }

  /** Calls `listener` after somebody was given or lost something here. */
  onChange(listener: () => void): void {
    this.listeners.add(listener)
  }

  private changed(): void {
    this.readAt = Number.NEGATIVE_INFINITY
    for (const listener of this.listeners) listener()
  }

  private parsed(rows: readonly PeopleRecord[]): ReadonlyMap<string, RecordOf[Kind]> {
    const records = rows.flatMap(({ id, value }): [string, RecordOf[Kind]][] => {
      const record = readRecord(SCHEMAS[this.kind], value)
      // A damaged one lets nobody in.
      if (record === undefined) log.warn({ kind: this.kind, id }, 'a damaged record of people is ignored')
      return record === undefined ? [] : [[id, record]]
    })
    return new Map(records)
  }
}

function readRecord<T>(schema: z.ZodType<T>, json: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}
