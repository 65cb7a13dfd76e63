import 'server-only'
import type { AnyEndpoint } from '@/lib/api/endpoint'
import { type Access, allows } from '@/lib/model/connection'
import { Refusal } from './errors'
import { isLoopback } from './listen-rule.mjs'
import type { Settings } from './settings'

/** The host that the client meant, lower case, with its port. */
function hostOf(request: Request, settings: Settings): string {
  const forwarded = settings.trustProxy ? request.headers.get('x-forwarded-host') : null
  return (forwarded ?? request.headers.get('host') ?? '').toLowerCase()
}

const withoutPort = (host: string): string => host.replace(/:\d+$/, '')

/** The client came by TLS, as far as we or the proxy that we trust can tell. */
export const isSecure = (request: Request, settings: Settings): boolean =>
  settings.trustProxy
    ? request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https'
    : new URL(request.url).protocol === 'https:'

/**
 * A page of another site whose name is made to point here (DNS rebinding) is of our own origin to the browser; only the Host header tells
 * it apart. Where a password is asked for it has no cookie and gets nothing.
 * @throws Refusal `forbidden`
 */
export function checkHost(request: Request, settings: Settings): void {
  if (settings.password !== undefined) return
  const name = withoutPort(hostOf(request, settings))
  if (settings.allowedHosts.includes(name)) return
  if (settings.allowedHosts.length === 0 && !isLoopback(settings.host)) return
  if (isLoopback(name)) return
  throw new Refusal(
    'forbidden',
    `This Gearboard does not answer to the name ${JSON.stringify(name.slice(0, 100))}; GEARBOARD_ALLOWED_HOSTS can allow it.`,
  )
}

/**
 * Writes come from our own pages only. Browsers say where a request comes from by Sec-Fetch-Site and Origin, which no page can forge; a
 * request with neither comes from no browser, and is let through unless a browser's cookie is what it is signed in by.
 * @throws Refusal `forbidden`
 */
export function checkOrigin(request: Request, settings: Settings, signedInByCookie: boolean): void {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site !== null && site !== 'same-origin') {
    throw new Refusal('forbidden', 'Writes are taken from Gearboard’s own pages only; this one came from another site.')
  }
  if (origin !== null && !isOwnOrigin(origin, request, settings)) {
    throw new Refusal('forbidden', 'Writes are taken from Gearboard’s own origin only; this one came from another.')
  }
  if (site === null && origin === null && signedInByCookie) {
    throw new Refusal('forbidden', 'A write that is signed in by cookie must carry an Origin header.')
  }
}

function isOwnOrigin(origin: string, request: Request, settings: Settings): boolean {
  if (!URL.canParse(origin)) return false
  const { host, hostname } = new URL(origin)
  return host === hostOf(request, settings) || settings.allowedHosts.includes(hostname)
}

/** @throws Refusal `unauthenticated`, `forbidden` */
export function checkAccess(endpoint: AnyEndpoint, role: Access | null): void {
  const needed = endpoint.access
  if (needed === 'open') return
  if (role === null) throw new Refusal('unauthenticated', 'Sign in first.')
  if (!allows(role, needed)) {
    throw new Refusal('forbidden', `This needs the role ${needed}; yours is ${role}.`)
  }
}

/** Signing in and out changes nothing but the browser's cookie; all else that is not a GET is a write. */
export const isWrite = (endpoint: AnyEndpoint): boolean => endpoint.method !== 'GET' && endpoint.access !== 'open'

/** @param connectionReason why the connection that is written to takes no writes. @throws Refusal `read_only` */
export function checkWritable(endpoint: AnyEndpoint, settings: Settings, connectionReason: string | null): void {
  if (!isWrite(endpoint) || endpoint.ownRecord) return
  if (settings.readOnly) throw new Refusal('read_only', 'This Gearboard is read-only (GEARBOARD_READ_ONLY).')
  if (connectionReason !== null) throw new Refusal('read_only', connectionReason)
}
