import { z } from 'zod'
import type { Access } from '@/lib/model/connection/connection'
import { answers, endpoint } from '../endpoint'

export interface MeReply {
  readonly signedIn: boolean
  /** Whether a password is asked for at all. */
  readonly passwordRequired: boolean
  readonly role: Access | null
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
