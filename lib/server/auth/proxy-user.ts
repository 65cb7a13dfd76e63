import type { Identity } from '@/lib/model/people/grant'
import { IGNORED_HEADER } from '../door/peer'
import type { Settings } from '../settings'

const NAME = /^[^\p{C},]{1,128}$/u
const MOST_GROUPS = 200

/** Why the proxy's word for the user is none. */
interface Unnamed {
  readonly reason: string
}

/** The user whom a trusted proxy names. The door has removed these headers from all other requests. */
export function proxyUser(
  request: Request,
  { user, groups }: NonNullable<Settings['proxyHeaders']>,
): Identity | Unnamed {
  const name = request.headers.get(user)?.trim()
  if (name === undefined || name === '') return { reason: missing(request, user) }
  // Two headers of one name arrive as one with a comma: the first may be the client's.
  if (!NAME.test(name)) return { reason: `The proxy sent ${user} with something else than one name.` }
  const listed = groups === undefined ? '' : (request.headers.get(groups) ?? '')
  const names = listed.split(',').map((group) => group.trim())
  return { kind: 'proxy', name, groups: names.filter((group) => NAME.test(group)).slice(0, MOST_GROUPS) }
}

function missing(request: Request, user: string): string {
  const ignored = request.headers.get(IGNORED_HEADER)?.split(', ') ?? []
  if (ignored.includes(user))
    return `Gearboard ignores ${user} from this address: GEARBOARD_TRUST_PROXY does not list it.`
  return `Users sign in at the proxy in front of Gearboard, and this request has no ${user} header. Open Gearboard by the proxy’s address, or let the proxy send the header.`
}
