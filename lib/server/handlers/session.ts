import { isSecure } from '../http/gate'
import type { Handlers } from '../http/route'

export const sessionHandlers: Pick<Handlers, 'me' | 'signIn' | 'signOut'> = {
  me: async ({ runtime, role }) => ({
    signedIn: role !== null,
    passwordRequired: runtime.signIn.required,
    role,
  }),

  signIn: async ({ runtime: { settings, signIn }, request, headers, body, audit }) => {
    await signIn.enter(request, headers, body.password, isSecure(request, settings))
    if (signIn.required) audit({ who: 'admin' })
    return { signedIn: true, passwordRequired: signIn.required, role: 'admin' }
  },

  signOut: async ({ runtime: { settings, signIn }, request, headers }) => {
    await signIn.leave(request, headers, isSecure(request, settings))
    return { signedIn: !signIn.required, passwordRequired: signIn.required, role: signIn.required ? null : 'admin' }
  },
}
