import type { MeReply } from '@/lib/api/contract/session'
import { ownAdmissionOf, type Principal, rolesOn } from '@/lib/model/people/grant'
import { userId } from '../auth/people-records'
import { ApiRefusal } from '../errors'
import { isSecure, originOfPages } from '../http/gate'
import type { Handlers } from '../http/route'
import type { Runtime } from '../runtime'

export const sessionHandlers: Pick<
  Handlers,
  'me' | 'signIn' | 'beginProviderSignIn' | 'providerSignIn' | 'setUp' | 'signOut'
> = {
  me: async ({ runtime, principal }) => meOf(runtime, principal),

  signIn: async ({ runtime, request, headers, body, audit }) => {
    const { settings, signIn } = runtime
    // Only a user's name: people type their password there by mistake.
    if (body.name !== undefined && signIn.people.users.byId?.has(userId(body.name))) audit({ target: body.name })
    const principal = await signIn.enter(request, headers, body, isSecure(request, settings))
    if (signIn.required) audit({ who: principal.name })
    return meOf(runtime, principal)
  },

  beginProviderSignIn: async ({ runtime: { settings, signIn }, request, headers, body: { next } }) => {
    const origin = originOfPages(request, settings)
    if (origin === undefined) throw new ApiRefusal('invalid_request', 'The request names no host to come back to.')
    const secure = isSecure(request, settings)
    return { location: await signIn.beginAtProvider(request, headers, { origin, next }, secure) }
  },

  providerSignIn: async ({ runtime: { settings, signIn }, request, headers, body, audit }) => {
    const secure = isSecure(request, settings)
    const { principal, account, next } = await signIn.enterFromProvider(request, headers, body.answer, secure)
    audit({ who: principal.name, after: account })
    return { next }
  },

  setUp: async ({ runtime, request, headers, body, audit }) => {
    const { settings, signIn } = runtime
    const principal = await signIn.setUp(request, headers, body, isSecure(request, settings))
    audit({ who: principal.name, target: body.name, after: 'admin on all connections' })
    return meOf(runtime, principal)
  },

  signOut: async ({ runtime, request, headers }) => {
    const { settings, signIn } = runtime
    const origin = originOfPages(request, settings)
    const location = await signIn.leave(request, headers, isSecure(request, settings), origin)
    const me = meOf(runtime, signIn.required ? null : signIn.visitorOf(request).principal)
    return { ...me, location: location ?? null }
  },
}

function meOf({ signIn, connections }: Runtime, principal: Principal | null): MeReply {
  return {
    signedIn: principal !== null,
    passwordRequired: signIn.required,
    ways: signIn.ways,
    kind: principal?.kind ?? null,
    name: signIn.required ? (principal?.name ?? null) : null,
    role: principal && (ownAdmissionOf(principal)?.role ?? null),
    connections: principal ? rolesOn(principal, connections.values()) : [],
  }
}
