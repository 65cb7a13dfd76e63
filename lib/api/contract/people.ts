import { z } from 'zod'
import type { Grant, Grantee, Identity, RoleOnConnection } from '@/lib/model/people/grant'
import { ROLES, type Role } from '@/lib/model/people/role'
import { answers, endpoint } from '../endpoint'
import { connectionSelectors, grantInFile, userName } from './grant-definition'

/** A local user, without what could be tried against the password. Times are ms since the epoch. */
export interface UserEntry {
  readonly name: string
  readonly groups: readonly string[]
  readonly createdAt: number
  readonly passwordAt: number
}

export interface GrantEntry extends Grant {
  /** Null: the configuration file declares it, and is where it is changed. */
  readonly id: string | null
  readonly who: Grantee
  /** The connections that it selects now: none, where they are gone or misspelt. */
  readonly selects: readonly string[]
  readonly createdAt: number | null
  readonly createdBy: string | null
}

export interface SessionEntry extends Identity {
  readonly id: string
  /** Where the sign-in came from. */
  readonly ip: string | null
  readonly createdAt: number
  readonly seenAt: number | null
  readonly expiresAt: number
  /** It is the one that asks. */
  readonly own: boolean
}

export interface TokenEntry {
  readonly id: string
  readonly name: string
  readonly owner: Identity
  readonly connections: readonly string[]
  readonly role: Role
  readonly readOnly: boolean
  readonly createdAt: number
  readonly expiresAt: number
  /** To the minute; null: never. */
  readonly usedAt: number | null
}

export interface PeopleReply {
  readonly users: readonly UserEntry[]
  readonly grants: readonly GrantEntry[]
  readonly sessions: readonly SessionEntry[]
  readonly tokens: readonly TokenEntry[]
  /** Each local user, each person that is signed in, and each that a grant names, with what they may do where. */
  readonly roles: readonly {
    readonly kind: Identity['kind'] | 'unknown'
    readonly name: string
    readonly connections: readonly RoleOnConnection[]
  }[]
}

const groups = z
  .array(z.string().regex(/^[^\p{C}]{1,128}$/u, 'must be 1 to 128 visible characters'))
  .max(50, 'must have at most 50 entries')
const password = z.string().min(1, 'must not be empty').max(1024, 'must be at most 1,024 characters')

/** Longest that a token works, days. */
const MOST_TOKEN_DAYS = 366

/** Who may sign in, and what they may do. */
export const peopleEndpoints = {
  people: endpoint({
    method: 'GET',
    path: '/api/people',
    access: 'admin',
    summary: 'Users, grants, sessions and tokens, and what each person may do where',
    reply: answers<PeopleReply>(),
  }),
  addUser: endpoint({
    method: 'POST',
    action: 'Add user',
    confirm: null,
    path: '/api/people/users',
    access: 'admin',
    ownRecord: true,
    summary: 'Add a local user',
    body: z.object({ name: userName, password, groups: groups.default([]) }),
    reply: answers<UserEntry>(),
  }),
  changeUser: endpoint({
    method: 'PUT',
    action: 'Change user',
    confirm: null,
    path: '/api/people/users/{name}',
    access: 'admin',
    ownRecord: true,
    summary: 'Change the groups of a local user',
    body: z.object({ groups }),
    reply: answers<UserEntry>(),
  }),
  setUserPassword: endpoint({
    method: 'PUT',
    action: 'Set password',
    confirm: null,
    path: '/api/people/users/{name}/password',
    access: 'admin',
    ownRecord: true,
    summary: 'Give a local user another password; their sessions end',
    body: z.object({ password }),
    reply: answers<UserEntry>(),
  }),
  removeUser: endpoint({
    method: 'DELETE',
    action: 'Remove user',
    confirm: null,
    path: '/api/people/users/{name}',
    access: 'admin',
    ownRecord: true,
    summary: 'Remove a local user with their grants, tokens and sessions',
    reply: answers<{ readonly removed: string }>(),
  }),
  addGrant: endpoint({
    method: 'POST',
    action: 'Add grant',
    confirm: null,
    path: '/api/people/grants',
    access: 'admin',
    ownRecord: true,
    summary: 'Give a user, a group or everyone a role on connections',
    body: grantInFile,
    reply: answers<{ readonly id: string }>(),
  }),
  changeGrant: endpoint({
    method: 'PUT',
    action: 'Change grant',
    confirm: null,
    path: '/api/people/grants/{id}',
    access: 'admin',
    ownRecord: true,
    summary: 'Change a grant; it counts at once',
    body: grantInFile,
    reply: answers<{ readonly id: string }>(),
  }),
  removeGrant: endpoint({
    method: 'DELETE',
    action: 'Remove grant',
    confirm: null,
    path: '/api/people/grants/{id}',
    access: 'admin',
    ownRecord: true,
    summary: 'Remove a grant; it counts at once',
    reply: answers<{ readonly id: string }>(),
  }),
  endSession: endpoint({
    method: 'DELETE',
    action: 'End session',
    confirm: null,
    path: '/api/people/sessions/{id}',
    access: 'admin',
    ownRecord: true,
    summary: 'Sign a browser out, wherever its cookie was copied to',
    reply: answers<{ readonly ended: number }>(),
  }),
  revokeToken: endpoint({
    method: 'DELETE',
    action: 'Revoke token',
    confirm: null,
    path: '/api/people/tokens/{id}',
    access: 'admin',
    ownRecord: true,
    summary: 'Revoke a token of anybody',
    reply: answers<{ readonly revoked: string }>(),
  }),
  changeOwnPassword: endpoint({
    method: 'PUT',
    action: 'Change own password',
    confirm: null,
    path: '/api/people/me/password',
    access: 'read',
    ownRecord: true,
    summary: 'Change one’s own password; one’s other sessions end',
    body: z.object({ current: password, password }),
    reply: answers<{ readonly changed: true }>(),
  }),
  ownSessions: endpoint({
    method: 'GET',
    path: '/api/people/me/sessions',
    access: 'read',
    summary: 'One’s own sessions',
    reply: answers<{ readonly sessions: readonly SessionEntry[] }>(),
  }),
  endOwnSession: endpoint({
    method: 'DELETE',
    action: 'End own session',
    confirm: null,
    path: '/api/people/me/sessions/{id}',
    access: 'read',
    ownRecord: true,
    summary: 'End one of one’s own sessions',
    reply: answers<{ readonly ended: number }>(),
  }),
  ownTokens: endpoint({
    method: 'GET',
    path: '/api/people/me/tokens',
    access: 'read',
    summary: 'One’s own API tokens',
    reply: answers<{ readonly tokens: readonly TokenEntry[] }>(),
  }),
  makeToken: endpoint({
    method: 'POST',
    action: 'Make token',
    confirm: null,
    path: '/api/people/me/tokens',
    access: 'read',
    ownRecord: true,
    summary: 'Make an API token, whose text is shown this once; it never does more than its owner may at the time',
    body: z.object({
      name: z.string().regex(/^[^\p{C}]{1,64}$/u, 'must be 1 to 64 visible characters'),
      connections: connectionSelectors,
      role: z.enum(ROLES, `must be one of ${ROLES.join(', ')}`),
      readOnly: z.boolean().default(false),
      /** Days until it expires. */
      days: z
        .number()
        .int('must be a whole number')
        .min(1, 'must be at least 1')
        .max(MOST_TOKEN_DAYS, `must be at most ${MOST_TOKEN_DAYS}`),
    }),
    reply: answers<TokenEntry & { readonly text: string }>(),
  }),
  revokeOwnToken: endpoint({
    method: 'DELETE',
    action: 'Revoke own token',
    confirm: null,
    path: '/api/people/me/tokens/{id}',
    access: 'read',
    ownRecord: true,
    summary: 'Revoke one of one’s own tokens',
    reply: answers<{ readonly revoked: string }>(),
  }),
} as const
