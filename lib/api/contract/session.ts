import { z } from 'zod'
import type { Principal, RoleOnConnection } from '@/lib/model/people/grant'
import type { Role } from '@/lib/model/people/role'
import { answers, endpoint } from '../endpoint'
import { userName } from './grant-definition'

export interface MeReply {
  readonly signedIn: boolean
  /** Whether anybody has to sign in at all. */
  readonly passwordRequired: boolean
  /** How users sign in here. `proxy`: one in front of Gearboard names them. `setup`: there is no user yet; the link on the console makes the first. */
  readonly ways: {
    readonly password: boolean
    readonly users: boolean
    readonly proxy: boolean
    /** What the button calls the OpenID Connect provider at which they sign in; null: there is none. */
    readonly oidc: string | null
    readonly setup: boolean
  }
  /** How they signed in; null where they did not. */
  readonly kind: Principal['kind'] | null
  /** Null: not signed in, or nobody signs in here. */
  readonly name: string | null
  /** What they may do with Gearboard itself. */
  readonly role: Role | null
  /** The connections that they may know of. */
  readonly connections: readonly RoleOnConnection[]
}

/** Where a sign-in at the provider goes on. */
export interface ProviderReply {
  /** The provider's address, for the browser to open. */
  readonly location: string
}

export interface ProviderSignInReply {
  /** The page to open: the one that the sign-in began for. */
  readonly next: string
}

export interface SignOutReply extends MeReply {
  /** Where the provider ends its own session, for the browser to open; null: there is no such place, or the user signed in otherwise. */
  readonly location: string | null
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
    confirm: null,
    path: '/api/session',
    access: 'open',
    summary: 'Sign in: a local user with name and password, or with GEARBOARD_PASSWORD and no name',
    body: z.object({
      name: z.string().min(1, 'must not be empty').max(128, 'must be at most 128 characters').optional(),
      password: givenPassword,
    }),
    reply: answers<MeReply>(),
  }),
  beginProviderSignIn: endpoint({
    method: 'POST',
    action: 'Begin sign-in at the provider',
    confirm: null,
    path: '/api/session/oidc/begin',
    access: 'open',
    summary:
      'Begin a sign-in at the OpenID Connect provider, in a browser that keeps cookies; the provider leads back to /login/oidc',
    body: z.object({ next: z.string().max(4096, 'must be at most 4,096 characters').default('/') }),
    reply: answers<ProviderReply>(),
  }),
  providerSignIn: endpoint({
    method: 'POST',
    action: 'Sign in at the provider',
    confirm: null,
    path: '/api/session/oidc',
    access: 'open',
    summary: 'Sign in with what the OpenID Connect provider answered: the query of the address that it led back to',
    body: z.object({ answer: z.string().max(16_384, 'must be at most 16,384 characters') }),
    reply: answers<ProviderSignInReply>(),
  }),
  setUp: endpoint({
    method: 'POST',
    action: 'Set up',
    confirm: null,
    path: '/api/setup',
    access: 'open',
    summary: 'Make the first user, an admin of all connections, by the token of the set-up link, and sign in',
    body: z.object({ token: z.string().max(128), name: userName, password: givenPassword }),
    reply: answers<MeReply>(),
  }),
  signOut: endpoint({
    method: 'DELETE',
    action: 'Sign out',
    confirm: null,
    path: '/api/session',
    access: 'open',
    summary: 'Sign out; the answer names where the provider ends its own session, if it has such a place',
    reply: answers<SignOutReply>(),
  }),
} as const
