import { contract } from '@/lib/api/contract'
import { isSecure } from '@/lib/server/gate'
import { route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const POST = route(contract.signIn, async ({ runtime: { settings, signIn }, request, headers, body, audit }) => {
  await signIn.enter(request, headers, body.password, isSecure(request, settings))
  if (signIn.required) audit({ who: 'admin' })
  return { signedIn: true, passwordRequired: signIn.required, role: 'admin' }
})

export const DELETE = route(contract.signOut, async ({ runtime: { settings, signIn }, request, headers }) => {
  await signIn.leave(request, headers, isSecure(request, settings))
  return { signedIn: !signIn.required, passwordRequired: signIn.required, role: signIn.required ? null : 'admin' }
})
