import type { MeReply } from '@/lib/api/contract/session'
import { admissionOn, ownAdmission, type Principal } from '@/lib/model/people/grant'
import { isSecure } from '../http/gate'
import type { Handlers } from '../http/route'
import type { Runtime } from '../runtime'

export const sessionHandlers: Pick<Handlers, 'me' | 'signIn' | 'signOut'> = {
  me: async ({ runtime, principal }) => meOf(runtime, principal),

  signIn: async ({ runtime, request, headers, body, audit }) => {
    const { settings, signIn } = runtime
    const principal = await signIn.enter(request, headers, body.password, isSecure(request, settings))
    if (signIn.required) audit({ who: principal.name })
    return meOf(runtime, principal)
  },

  signOut: async ({ runtime, request, headers }) => {
    const { settings, signIn } = runtime
    await signIn.leave(request, headers, isSecure(request, settings))
    return meOf(runtime, signIn.required ? null : signIn.visitorOf(request).principal)
  },
}

function meOf({ signIn, connections }: Runtime, principal: Principal | null): MeReply {
  const grants = principal?.grants ?? []
  return {
    signedIn: principal !== null,
    passwordRequired: signIn.required,
    name: signIn.required ? (principal?.name ?? null) : null,
    role: ownAdmission(grants)?.role ?? null,
    connections: [...connections.values()].flatMap((connection) => {
      const admission = admissionOn(grants, connection)
      return admission ? [{ name: connection.name, role: admission.role, hides: [...admission.hides] }] : []
    }),
  }
}
