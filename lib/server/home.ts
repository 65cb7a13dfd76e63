import 'server-only'
import { admissionOf } from '@/lib/model/people/grant'
import { ApiRefusal } from './errors'
import { checkHost } from './http/gate'
import { runtime } from './runtime'

/** Where the root of Gearboard leads: to the sign-in, to the only connection that the visitor may see, or to the list of all. */
export type Home =
  | { readonly leads: 'to sign in' }
  | { readonly leads: 'to connection'; readonly name: string }
  | { readonly leads: 'to fleet' }

/** @param headers of the request for `/` */
export function homeOf(headers: Headers): Home {
  const { settings, signIn, connections } = runtime()
  const request = new Request('http://gearboard.invalid/', { headers })
  try {
    checkHost(request, settings)
  } catch (error) {
    // The list shows the API's own refusal, and no name of a connection.
    if (error instanceof ApiRefusal) return { leads: 'to fleet' }
    throw error
  }
  const { principal } = signIn.visitorOf(request)
  if (!principal) return { leads: 'to sign in' }
  const [only, ...others] = [...connections.values()].filter(
    (connection) => admissionOf(principal, connection) !== null,
  )
  return only && others.length === 0 ? { leads: 'to connection', name: only.name } : { leads: 'to fleet' }
}
