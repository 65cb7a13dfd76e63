import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const GET = route(contract.me, async ({ runtime, role }) => ({
  signedIn: role !== null,
  passwordRequired: runtime.signIn.required,
  role,
}))
