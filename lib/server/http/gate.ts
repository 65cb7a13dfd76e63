import 'server-only'
import type { AnyEndpoint } from '@/lib/api/endpoint'
import { asConfirmHeader, CONFIRM_HEADER, confirmationName, confirmedName } from '@/lib/model/connection/confirmation'
import type { ConnectionState } from '@/lib/model/connection/connection'
import type { Admission, Principal } from '@/lib/model/people/grant'
import { allows, type Role, roleRefusal } from '@/lib/model/people/role'
import { IGNORED_HEADER, networkOf, PEER_HEADER } from '../door/peer'
import { ApiRefusal } from '../errors'
import { GLOBALLY_READ_ONLY, type Settings } from '../settings'
import { isOwnByNature, nameOf } from './own-names'

/** The client's address, as the door found it; empty where there is none. */
export const clientAddressOf = (request: Request): string => request.headers.get(PEER_HEADER) ?? ''

/** The client that this address counts as. */
export const networkAsking = (request: Request): string => networkOf(clientAddressOf(request))

/** The host that the client meant, lower case, with its port. What a proxy says of it the door lets through where the proxy is ours. */
function hostOf(request: Request, { trustProxy }: Settings): string {
  const forwarded = trustProxy === false ? null : request.headers.get('x-forwarded-host')
  return (forwarded ?? request.headers.get('host') ?? '').toLowerCase()
}

function isForwardedSecure(request: Request, { trustProxy }: Settings): boolean {
  if (trustProxy === false) return new URL(request.url).protocol === 'https:'
  return request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https'
}

/**
 * The browser itself says that a page of the same origin asks, by TLS that ends before us, and names the host that we were asked by. No page
 * can forge either header.
 */
const isSecureToBrowser = (request: Request, settings: Settings): boolean =>
  request.headers.get('sec-fetch-site') === 'same-origin' &&
  originOf(request.headers.get('origin')) === originOf(`https://${hostOf(request, settings)}`)

/** The client came by TLS, as far as we, the browser or the proxy that we trust can tell. */
export const isSecure = (request: Request, settings: Settings): boolean =>
  isForwardedSecure(request, settings) || isSecureToBrowser(request, settings)

/**
 * A page of another site whose name is made to point here (DNS rebinding) is of our own origin to the browser; only the Host header
 * distinguishes it, wherever Gearboard listens. Where people sign in it has no cookie and gets nothing.
 * @throws ApiRefusal `forbidden`
 */
export function checkHost(request: Request, settings: Settings): void {
  if (settings.isSignInRequired) return
  const host = nameOf(hostOf(request, settings))
  if (isOwnByNature(host) || settings.allowedHosts.some(({ name }) => name === host)) return
  const shown = JSON.stringify(host.slice(0, 100))
  throw new ApiRefusal(
    'forbidden',
    `Without a password this Gearboard does not accept the host name ${shown}. Open it by localhost or an IP address, allow the name with GEARBOARD_ALLOWED_HOSTS, or set GEARBOARD_PASSWORD.`,
  )
}

/**
 * Writes come from our own pages only. Browsers say where a request comes from by Sec-Fetch-Site and Origin, which no page can forge; a
 * request with neither comes from no browser, and is let through unless a browser's cookie is what it is signed in by.
 * @throws ApiRefusal `forbidden`
 */
export function checkOrigin(request: Request, settings: Settings, byBrowser: boolean): void {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site !== null && site !== 'same-origin') {
    throw new ApiRefusal(
      'forbidden',
      'Gearboard accepts writes only from its own pages; this one came from another site.',
    )
  }
  if (origin !== null && !isOwnOrigin(origin, request, settings)) {
    throw new ApiRefusal('forbidden', foreignOrigin(origin, request, settings))
  }
  if (site === null && origin === null && byBrowser) {
    throw new ApiRefusal('forbidden', 'A write that is signed in by cookie must carry an Origin header.')
  }
}

/** Scheme, name and port as a browser writes them; undefined for what is none. */
function originOf(address: string | null): string | undefined {
  if (address === null || !URL.canParse(address)) return undefined
  const { origin } = new URL(address)
  return origin === 'null' ? undefined : origin
}

const ownOrigin = (request: Request, settings: Settings): string | undefined =>
  originOf(`${isForwardedSecure(request, settings) ? 'https' : 'http'}://${hostOf(request, settings)}`)

/** Where the browser that writes has its pages, by its own word where `checkOrigin` has let it pass. Undefined: no address names it. */
export const originOfPages = (request: Request, settings: Settings): string | undefined =>
  originOf(request.headers.get('origin')) ?? ownOrigin(request, settings)

function isOwnOrigin(origin: string, request: Request, settings: Settings): boolean {
  const given = originOf(origin)
  if (given === undefined) return false
  if (given === ownOrigin(request, settings) || isSecureToBrowser(request, settings)) return true
  return settings.allowedHosts.some((allowed) => allowed.origin === given)
}

/** The usual cause is a proxy that does not pass on the requested host name. */
function foreignOrigin(origin: string, request: Request, settings: Settings): string {
  const given = originOf(origin)
  const shown = JSON.stringify(origin.slice(0, 200))
  const own = ownOrigin(request, settings) ?? 'no address'
  const ignored = request.headers.get(IGNORED_HEADER)
  const happened = `Gearboard accepts writes only from its own pages. The browser is at ${shown} (Origin), but the request was for ${own} (Host).`
  if (given === undefined) return happened
  const proxy =
    ignored === null
      ? 'If there is a proxy in between, make it pass the Host header'
      : `A proxy sent ${ignored}, which Gearboard ignores: if it is yours, set GEARBOARD_TRUST_PROXY=1, and let it pass Host or X-Forwarded-Host and X-Forwarded-Proto`
  return `${happened} ${proxy}, or set GEARBOARD_ALLOWED_HOSTS=${given}; docs/proxies.md has recipes.`
}

/** @param reason why nobody is signed in, where it is more than that. @throws ApiRefusal `unauthenticated`, `forbidden` */
export function checkAccess({ access }: AnyEndpoint, role: Role | null, isSignedIn: boolean, reason?: string): void {
  if (access === 'open') return
  if (!isSignedIn) throw new ApiRefusal('unauthenticated', reason ?? 'Sign in first.')
  if (role === null) throw new ApiRefusal('forbidden', 'You have no grant on any connection. Ask an admin for one.')
  if (!allows(role, access)) throw new ApiRefusal('forbidden', roleRefusal(access, role))
}

/** Signing in and out changes nothing but the browser's cookie; all else that is not a GET is a write. */
const isWrite = (endpoint: AnyEndpoint): boolean => endpoint.method !== 'GET' && endpoint.access !== 'open'

/** @throws ApiRefusal `forbidden` */
export function checkReveals({ reveals = [] }: AnyEndpoint, admission: Admission | null): void {
  const hidden = reveals.filter((kind) => admission?.hides.has(kind))
  if (hidden.length > 0) throw new ApiRefusal('forbidden', `Your grant on this connection hides ${hidden.join(', ')}.`)
}

/** Of what a token may not write. Its owner signs in without it. @throws ApiRefusal `read_only` */
export function checkTokenWrites(endpoint: AnyEndpoint, principal: Principal | null): void {
  if (principal?.readOnly && isWrite(endpoint)) throw new ApiRefusal('read_only', 'This token is read-only.')
}

/** @param connectionReason why the connection that is written to takes no writes. @throws ApiRefusal `read_only` */
export function checkWritable(endpoint: AnyEndpoint, settings: Settings, connectionReason: string | null): void {
  if (!isWrite(endpoint) || endpoint.ownRecord) return
  if (settings.readOnly) throw new ApiRefusal('read_only', GLOBALLY_READ_ONLY)
  if (connectionReason !== null) throw new ApiRefusal('read_only', connectionReason)
}

/**
 * Who changes a production connection gives its name, in `CONFIRM_HEADER`. A guard against slips, in scripts too: it comes after every check of what
 * they may do.
 * @param target the connection that is changed; undefined where none is
 * @throws ApiRefusal `unconfirmed`
 */
export function checkConfirmed(
  request: Request,
  target: Pick<ConnectionState, 'name' | 'label' | 'production'> | undefined,
): void {
  if (!target?.production) return
  const name = confirmationName(target)
  const given = confirmedName(request.headers.get(CONFIRM_HEADER))
  if (given === name) return
  const wrong = given === undefined ? '' : `; the request names ${JSON.stringify(given.slice(0, 100))}`
  throw new ApiRefusal(
    'unconfirmed',
    `${JSON.stringify(name)} is a production connection${wrong}. Confirm the change with its name; in the API, send the header ${CONFIRM_HEADER}: ${asConfirmHeader(name)}`,
  )
}
