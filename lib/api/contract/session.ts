import { z } from 'zod'
import type { HiddenKind, Principal } from '@/lib/model/people/grant'
import type { Role } from '@/lib/model/people/role'
import { answers, endpoint } from '../endpoint'
import { userName } from './grant-definition'

/** What one may do on a connection, and what is kept from them there. */
interface OwnRole {
  readonly name: string
  readonly role: Role
  readonly hides: readonly HiddenKind[]
}

export interface MeReply {
  readonly signedIn: boolean
  /** Whether anybody has to sign in at all. */
  readonly passwordRequired: boolean
  /** How users sign in here. `proxy`: one in front of Gearboard names them. `setup`: there is no user yet; the link on the console makes the first. */
  readonly ways: {
    readonly password: boolean
    readonly users: boolean
    readonly proxy: boolean
    readonly setup: boolean
  }
  /** How they signed in; null where they did not. */
  readonly kind: Principal['kind'] | null
  /** Null: not signed in, or nobody signs in here. */
  readonly name: string | null
  /** What they may do with Gearboard itself. */
  readonly role: Role | null
  /** The connections that they may know of. */
  readonly connections: readonly OwnRole[]
}

const givenPassword = z.string().min(1, 'must not be empty').max(1024, 'must be at most 1,024 characters')

/** Who is signed in. */
export const sessionEndpoints = {
  me: endpoint({
    method: 'GET',
    path: '/api/me',
    access: 'open',
    summary: 'Who is signed in',
    reply: answers<MeReply>(),
  }),
  signIn: endpoint({
    method: 'POST',
    action: 'Sign in',
    path: '/api/session',
    access: 'open',
    summary: 'Sign in: a local user with name and password, or with GEARBOARD_PASSWORD and no name',
    body: z.object({
      name: z.string().min(1, 'must not be empty').max(128, 'must be at most 128 characters').optional(),
      password: givenPassword,
    }),
    reply: answers<MeReply>(),
  }),
  setUp: endpoint({
    method: 'POST',
    action: 'Set up',
    path: '/api/setup',
    access: 'open',
    summary: 'Make the first user, an admin of all connections, by the token of the set-up link, and sign in',
    body: z.object({ token: z.string().max(128), name: userName, password: givenPassword }),
    reply: answers<MeReply>(),
  }),
  signOut: endpoint({
    method: 'DELETE',
    action: 'Sign out',
    path: '/api/session',
    access: 'open',
    summary: 'Sign out',
    reply: answers<MeReply>(),
  }),
} as const
