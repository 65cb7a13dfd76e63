import { z } from 'zod'
import type { HiddenKind } from '@/lib/model/people/grant'
import type { Role } from '@/lib/model/people/role'
import { answers, endpoint } from '../endpoint'

/** What one may do on a connection, and what is kept from them there. */
interface OwnRole {
  readonly name: string
  readonly role: Role
  readonly hides: readonly HiddenKind[]
}

export interface MeReply {
  readonly signedIn: boolean
  /** Whether a password is asked for at all. */
  readonly passwordRequired: boolean
  /** Null: not signed in, or nobody signs in here. */
  readonly name: string | null
  /** What they may do with Gearboard itself. */
  readonly role: Role | null
  /** The connections that they may know of. */
  readonly connections: readonly OwnRole[]
}

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
    summary: 'Sign in with the password',
    body: z.object({ password: z.string().min(1, 'must not be empty').max(1024) }),
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
