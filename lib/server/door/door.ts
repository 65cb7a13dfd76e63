import { randomBytes } from 'node:crypto'
import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { Server as SecureServer } from 'node:https'
import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { withBasePath, withoutBasePath } from '../base-path.mjs'
import { isLoopback } from '../listen-rule.mjs'
import { type Rate, RateLimit } from '../rate-limit'
import { ApiPaths, type ServedEndpoint } from './api-paths'
import { securityHeaders } from './headers'
import { Lines } from './line'
import {
  clientAddress,
  IGNORED_HEADER,
  isTrusted,
  listed,
  networkOf,
  PEER_HEADER,
  plainAddress,
  type TrustedProxies,
} from './peer'
import { PeerSockets } from './peer-sockets'
import { requestPlaceOf } from './place'
import { makePlaces } from './places'
import { BUSY, bodyOf, type DoorRefusal, doorRefusalOf, hasBody, LATE_BODY, parserRefusal, tooFast } from './refusal'

export interface DoorOptions {
  readonly endpoints: Iterable<ServedEndpoint>
  readonly trusted: TrustedProxies
  /** Headers, lower case, by which only a trusted proxy may say who its user is. */
  readonly userHeaders?: readonly string[]
  /** `/gears`; a request need not have it, and Next gets every one with it. */
  readonly basePath?: string
  readonly development?: boolean
  /** How long nothing may come of a body, and nothing of an answer may be taken, ms. */
  readonly patienceMs?: number
  readonly socketsOfAPeer?: number
  /** Of one address or network, unless it is this machine. */
  readonly requestsOfAClient?: Rate
}

/** The layout reads the nonce of its page from it. */
const NONCE_HEADER = 'x-nonce'
const POLICY_HEADER = 'content-security-policy'
const NONCE_BYTES = 16
const PATIENCE_MS = 30_000
/** A body that comes slowly, but comes, may take longer. */
const SLOWEST_BYTES_PER_MS = 32
const MOST_SOCKETS = 2048
/** Of one address, unless it is a proxy's: then its oldest idle one makes room for the next. */
const SOCKETS_OF_A_PEER = 1024

/** Opening a page takes up to 60 requests, and an office may share one address. */
const REQUESTS_OF_A_CLIENT: Rate = { perSecond: 200, burst: 1000 }

/** Of the server that the door protects. */
export const SERVER_OPTIONS = {
  // A request without Host is refused in words, with our headers.
  requireHostHeader: false,
  headersTimeout: 20_000,
  // Longer than proxies and clients keep idle connections (nginx: 60 s). If the server closes first, a request sent just then is lost as a
  // reset connection: API clients met that with Node's default of 5 s.
  keepAliveTimeout: 75_000,
  // Bodies have a limit of their own, which grows with what came.
  requestTimeout: 0,
  connectionsCheckingInterval: 5000,
} as const

/** Of a server that speaks TLS itself. */
export const TLS_OPTIONS = { handshakeTimeout: 10_000, minVersion: 'TLSv1.2' } as const

/**
 * What every request passes before Next, and every response after it: one request at a time per connection, a limit for all, complete
 * bodies, valid methods and paths, the client's address, the security headers. Next answers some requests before any code of ours runs, so
 * the door is in front of it.
 */
export class Door {
  private readonly lines = new Lines()
  private readonly places = makePlaces()
  private readonly sockets: PeerSockets
  private readonly requests: RateLimit
  /** Over TLS, requests come by a socket on top of the one that was accepted; by where both come from. */
  private readonly secured = new Map<string, TLSSocket>()
  private readonly paths: ApiPaths
  private readonly trusted: TrustedProxies
  private readonly userHeaders: readonly string[]
  private readonly basePath: string
  private readonly development: boolean
  private readonly patienceMs: number

  constructor({
    endpoints,
    trusted,
    userHeaders = [],
    basePath = '',
    development = false,
    patienceMs = PATIENCE_MS,
    socketsOfAPeer = SOCKETS_OF_A_PEER,
    requestsOfAClient = REQUESTS_OF_A_CLIENT,
  }: DoorOptions) {
    this.paths = new ApiPaths(endpoints)
    this.trusted = trusted
    this.userHeaders = userHeaders
    this.basePath = basePath
    this.development = development
    this.patienceMs = patienceMs
    this.requests = new RateLimit(requestsOfAClient)
    this.sockets = new PeerSockets(
      socketsOfAPeer,
      (socket) => this.lines.isBusy(this.secured.get(endOf(socket)) ?? socket),
      (peer) => isTrusted(peer, trusted),
    )
  }

  /** Puts the door before `next`. */
  guard(next: RequestListener): RequestListener {
    return (request, response) => this.lines.enter(request.socket, response, () => this.admit(request, response, next))
  }

  /** What Node would do with connections and broken requests by itself. */
  watch(server: Server | SecureServer): void {
    server.maxConnections = MOST_SOCKETS
    server.setTimeout(this.patienceMs, (socket: Socket) => this.onSilence(socket))
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code !== 'ECONNRESET' && socket instanceof Socket && socket.writable && !this.lines.isBusy(socket))
        hangUp(socket, parserRefusal(error.code))
      else socket.destroy()
    })
    server.on('connection', (socket) => this.sockets.join(socket))
    server.on(server instanceof SecureServer ? 'secureConnection' : 'connection', (socket: Socket) =>
      this.lines.join(socket),
    )
    server.on('secureConnection', (socket: TLSSocket) => {
      const end = endOf(socket)
      this.secured.set(end, socket)
      socket.once('close', () => this.secured.delete(end))
    })
    // HTTP lets a server ignore an unknown expectation; Node's own refusal has no headers.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response))
    // Next takes connections for web sockets that it has no use for, and leaves them open: their request is answered as any other.
    if (!this.development) server.on('connection', () => server.removeAllListeners('upgrade'))
  }

  private admit(request: IncomingMessage, response: ServerResponse, next: RequestListener): void {
    const { method, socket } = request
    const url = withoutBasePath(request.url ?? '', this.basePath)
    const place = requestPlaceOf(method, url)
    const nonce = place === 'page' ? randomBytes(NONCE_BYTES).toString('base64') : undefined
    const headers = securityHeaders(place, { nonce, secure: this.isSecure(request), development: this.development })
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (hasBody(request)) {
      // The connection is paused where this request waited for the one before.
      socket.resume()
      this.watchBody(request, response)
    }
    const refusal = this.isNextsOwn(url) ? undefined : doorRefusalOf(request, url, this.paths, this.basePath)
    if (refusal) {
      answer(request, response, refusal)
      return
    }
    request.url = withBasePath(url, this.basePath)
    this.introduce(request)
    handOver(request, nonce, headers['content-security-policy'])
    const pass = () => void next(request, response)
    const client = networkOf(String(request.headers[PEER_HEADER]))
    // From loopback come programs of this machine, and everybody behind a proxy that is not configured.
    const waitS = place === 'health' || isLoopback(client) ? 0 : this.requests.take(client)
    if (waitS > 0) {
      answer(request, response, tooFast(waitS))
      return
    }
    const places = this.places[place]
    if (!places) {
      pass()
      return
    }
    const entered = places.takePlace(client, (release) => {
      if (response.destroyed) {
        release()
        return
      }
      response.once('close', release)
      pass()
    })
    if (!entered) answer(request, response, BUSY)
  }

  /** The development server's pages talk to it by addresses of its own. */
  private isNextsOwn(url: string): boolean {
    return this.development && /^\/_{1,2}next/.test(url)
  }

  /** By TLS, here or at a proxy of ours. Browsers keep to it for all ports of a name, so that loopback's are left out. */
  private isSecure({ headers, socket }: IncomingMessage): boolean {
    const trusted = isTrusted(plainAddress(socket.remoteAddress ?? ''), this.trusted)
    const forwarded = trusted && listed(headers['x-forwarded-proto'])?.split(',')[0]?.trim() === 'https'
    const host = (trusted && listed(headers['x-forwarded-host'])?.split(',').at(-1)?.trim()) || (headers.host ?? '')
    return (forwarded || socket instanceof TLSSocket) && !isLoopback(host.replace(/:\d*$/, ''))
  }

  /** Sets the client's address, and removes headers that only a trusted proxy may send. */
  private introduce({ headers, socket }: IncomingMessage): void {
    const peer = plainAddress(socket.remoteAddress ?? '')
    headers[PEER_HEADER] = clientAddress(peer, listed(headers['x-forwarded-for']), this.trusted)
    delete headers[IGNORED_HEADER]
    const isTls = socket instanceof TLSSocket
    if (isTrusted(peer, this.trusted)) {
      if (isTls) headers['x-forwarded-proto'] ??= 'https'
      // Some proxies add theirs behind what the client sent.
      const host = listed(headers['x-forwarded-host'])
      if (host !== undefined) headers['x-forwarded-host'] = host.split(',').at(-1)?.trim()
      return
    }
    const ignored = Object.keys(headers).filter(
      (name) => name.startsWith('x-forwarded-') || name === 'forwarded' || this.userHeaders.includes(name),
    )
    for (const name of ignored) delete headers[name]
    if (ignored.length > 0) headers[IGNORED_HEADER] = ignored.join(', ')
    // Next says by it what scheme the address of a request has.
    if (isTls) headers['x-forwarded-proto'] = 'https'
  }

  private watchBody(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const before = socket.bytesRead
    const since = steadyMs()
    let timer: NodeJS.Timeout
    const checkPace = () => {
      if (request.complete || socket.destroyed) return
      const allowed = this.patienceMs + (socket.bytesRead - before) / SLOWEST_BYTES_PER_MS
      const left = allowed - (steadyMs() - since)
      if (left > 0) {
        timer = setTimeout(checkPace, Math.max(50, left)).unref()
      } else if (response.headersSent) {
        socket.destroy()
      } else {
        hangUp(socket, LATE_BODY)
      }
    }
    timer = setTimeout(checkPace, this.patienceMs).unref()
    request.once('end', () => clearTimeout(timer))
  }

  /** No byte was received or sent for a while. */
  private onSilence(socket: Socket): void {
    // An answer that is not ready yet is no fault of the client; one that it does not take keeps memory.
    if (this.lines.isBusy(socket) && socket.writableLength === 0) socket.setTimeout(this.patienceMs)
    else socket.destroy()
  }
}

const endOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

/**
 * Next gives the nonce of the policy in the request to the scripts that it writes, and the layout takes it from a header of its own. What the
 * client sent under these names is dropped.
 */
function handOver({ headers }: IncomingMessage, nonce: string | undefined, policy: string | undefined): void {
  for (const name of [NONCE_HEADER, POLICY_HEADER, `${POLICY_HEADER}-report-only`]) delete headers[name]
  if (nonce === undefined || policy === undefined) return
  headers[NONCE_HEADER] = nonce
  headers[POLICY_HEADER] = policy
}

function answer(request: IncomingMessage, response: ServerResponse, refusal: DoorRefusal): void {
  const body = bodyOf(refusal)
  response.writeHead(refusal.status, {
    ...refusal.headers,
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    // What is refused unread is not read to its end either.
    ...(hasBody(request) && { connection: 'close' }),
  })
  response.end(body)
}

/** Answers without a request, or with half of one, and closes. */
function hangUp(socket: Socket, refusal: DoorRefusal): void {
  const body = bodyOf(refusal)
  const headers = {
    ...securityHeaders('read'),
    ...refusal.headers,
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${head.join('')}\r\n${body}`)
  socket.destroySoon()
}
