import type { IncomingMessage } from 'node:http'
import type { ErrorCode } from '@gearboard/gears/vocabulary/errors'
import { plural } from '@gearboard/gears/vocabulary/text'
import { readBasePath } from '../base-path.mjs'
import type { ApiPaths } from './api-paths'
import { listed } from './peer'
import { isApi } from './place'

/** A request that is answered at the door. */
export interface DoorRefusal {
  readonly status: 400 | 404 | 405 | 408 | 413 | 429 | 431 | 503
  readonly code: Extract<ErrorCode, 'invalid_request' | 'not_found' | 'busy' | 'too_many_requests'>
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

const invalid = (status: 400 | 408 | 413 | 431, message: string): DoorRefusal => ({
  status,
  code: 'invalid_request',
  message,
})

const PAGE_METHODS = ['GET', 'HEAD']

/** A host name or a literal address, with or without a port. */
const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i

const declaredBytes = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0)

/** Whether a request carries a body, of whatever size. */
export const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || declaredBytes(request) > 0

/** `%zz` and `%ff` stand for no text. */
function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

export const wrongMethod = (method: string, possible: readonly string[]): DoorRefusal => ({
  status: 405,
  code: 'invalid_request',
  message: `${method} is not allowed here. Allowed: ${possible.join(', ')}.`,
  headers: { allow: possible.join(', ') },
})

export const nothingAt = (path: string): DoorRefusal => ({
  status: 404,
  code: 'not_found',
  message: `Not found: ${JSON.stringify(path.slice(0, 200))}.`,
})

/**
 * Why a request is answered at the door, without asking Next; undefined where it may pass.
 * @param url within Gearboard: without the base path
 */
export function doorRefusalOf(
  request: IncomingMessage,
  url: string,
  paths: ApiPaths,
  basePath: string,
): DoorRefusal | undefined {
  const { method = '' } = request
  const [path = ''] = url.split('?', 1)
  return (
    malformed(request, url, path) ??
    (isApi(path) ? refusedByApi(request, method, path, paths) : refusedByPages(request, method, path, basePath))
  )
}

function malformed({ method, headers, rawHeaders, httpVersion }: IncomingMessage, url: string, path: string) {
  if (method === 'TRACE') return wrongMethod('TRACE', PAGE_METHODS)
  if (!url.startsWith('/')) return invalid(400, 'The address must start with a slash.')
  if (!isReadable(path)) return invalid(400, 'The address has an invalid percent escape.')
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length
  if (hosts > 1) return invalid(400, 'The request must have one Host header.')
  if (httpVersion !== '1.0' && !headers.host) return invalid(400, 'The Host header is missing.')
  if (headers.host && !HOST.test(headers.host)) return invalid(400, 'The Host header must be a name or an address.')
  return undefined
}

function refusedByApi(request: IncomingMessage, method: string, path: string, paths: ApiPaths) {
  const served = paths.at(path)
  if (!served) return nothingAt(path)
  const mostBytes = served.get(method)
  if (mostBytes === undefined) return wrongMethod(method, [...served.keys()])
  if (mostBytes === 0 && hasBody(request)) return invalid(413, `A ${method} request takes no body.`)
  if (declaredBytes(request) > mostBytes) return invalid(413, `The body must be at most ${plural(mostBytes, 'byte')}.`)
  return undefined
}

function refusedByPages(request: IncomingMessage, method: string, path: string, basePath: string) {
  if (!PAGE_METHODS.includes(method)) return wrongMethod(method, PAGE_METHODS)
  if (hasBody(request)) return invalid(413, 'A page takes no body.')
  // Next's service that makes images smaller: Gearboard has no use for it.
  if (path.startsWith('/_next/image')) return nothingAt(path)
  // Traefik and others say by it what they cut off.
  const prefix = listed(request.headers['x-forwarded-prefix'])?.replace(/\/$/, '')
  if (prefix && prefix !== basePath) {
    const set = readBasePath(prefix) === prefix ? `GEARBOARD_BASE_PATH=${prefix}` : 'GEARBOARD_BASE_PATH'
    return invalid(
      400,
      `The proxy serves Gearboard under another path of the site. Set ${set}, or use a host name of its own.`,
    )
  }
  return undefined
}

/** For what Node's parser refuses, by its code. */
export function parserRefusal(code: string | undefined): DoorRefusal {
  if (code === 'HPE_HEADER_OVERFLOW') return invalid(431, 'The headers must be at most 16 kB.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return invalid(408, 'The request did not arrive in time.')
  if (code === 'HPE_INVALID_METHOD') return wrongMethod('This method', PAGE_METHODS)
  return invalid(400, 'This is not an HTTP/1.1 request.')
}

export const BUSY: DoorRefusal = {
  status: 503,
  code: 'busy',
  message: 'Gearboard is handling too many requests. Try again in 1 s.',
  headers: { 'retry-after': '1' },
}

/** @param seconds until the next request of this client may pass */
export const tooFast = (seconds: number): DoorRefusal => ({
  status: 429,
  code: 'too_many_requests',
  message: `Too many requests came from your address. Try again in ${seconds} s.`,
  headers: { 'retry-after': String(seconds) },
})

export const LATE_BODY: DoorRefusal = invalid(408, 'The body did not arrive in time.')

export const bodyOf = ({ code, message }: DoorRefusal): string => JSON.stringify({ error: { code, message } })
