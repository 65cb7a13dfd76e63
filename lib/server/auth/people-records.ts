import { z } from 'zod'
import { type Grant, type Grantee, HIDDEN_KINDS, IDENTITY_KINDS, type Identity } from '@/lib/model/people/grant'
import { ROLES } from '@/lib/model/people/role'
import type { PeopleKind } from '../history'
import { type RecordStore, RecordsById } from '../kept-records'

/** Where local users, grants and tokens are kept. */
export type PeopleStore = RecordStore<PeopleKind>

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

/** A damaged record lets nobody in. */
export class PeopleRecords<Kind extends PeopleKind> extends RecordsById<Kind, RecordOf[Kind]> {
  constructor(kind: Kind, store: PeopleStore, now: () => number) {
    super({ kind, store, schema: SCHEMAS[kind], idOf: ID_OF[kind], now, noun: 'Users and grants' })
  }
}
