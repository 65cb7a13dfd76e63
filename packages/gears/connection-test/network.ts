import { lookup } from 'node:dns/promises'
import { stat } from 'node:fs/promises'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls'
import { networkReason } from '../errors'
import { speaksPlainly, speaksTls } from '../link/other-protocol'
import { addressOf, type ServerAddress, type TlsSettings } from '../link/target'
import { tlsProblem } from '../link/tls-problem'
import { certificateOf } from '../link/tls-settings'
import { type Help, refusalHelp, refusalInWords, type ServerRefusal } from '../vocabulary/server-refusal'
import { failed, ok, type StepFinding, warned } from './finding'

/** How long a port may take to say in which protocol it speaks, ms. */
const PROTOCOL_MS = 1500
const DAY_MS = 24 * 3_600_000
/** A certificate that expires sooner warns. */
const WARN_DAYS = 30

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const reasonOf = (error: unknown): string => (error instanceof Error ? networkReason(error) : 'it failed')

/** Whether names resolve, or the socket is there. */
export async function testAddress(hosts: readonly ServerAddress[]): Promise<StepFinding> {
  const [first] = hosts
  if (first?.path !== undefined) return testSocket(first.path)
  const found = await Promise.all(hosts.map(({ host }) => resolved(host)))
  const wrong = found.filter(({ good }) => !good)
  const detail = found.map(({ words }) => words).join(' ')
  if (wrong.length === 0) return ok(detail)
  const help = {
    text: 'Check the name. It must resolve on the machine that runs Gearboard, in its container if it runs in one.',
  }
  return wrong.length === found.length ? failed(detail, help) : warned(detail, help)
}

async function resolved(host: string): Promise<{ readonly good: boolean; readonly words: string }> {
  if (isIP(host) !== 0) return { good: true, words: `${host} is an IP address.` }
  try {
    const found = await lookup(host, { all: true })
    return { good: true, words: `${host} is ${found.map(({ address }) => address).join(' and ')}.` }
  } catch (error) {
    const code = codeOf(error)
    const why = code === 'ENOTFOUND' ? 'there is no such name' : 'no name server answers'
    return { good: false, words: `${host} does not resolve: ${why} (${code}).` }
  }
}

async function testSocket(path: string): Promise<StepFinding> {
  try {
    if ((await stat(path)).isSocket()) return ok(`${path} is a socket.`)
    return failed(`${path} is no socket.`, { text: 'The path is that of unixsocket in redis.conf.' })
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT'
    return failed(missing ? `There is no ${path}.` : `${path} cannot be seen: ${codeOf(error)}.`, {
      text: missing
        ? 'Is the server running with unixsocket set to this path? In a container, the folder of the socket must be mounted.'
        : 'The user that runs Gearboard needs permission to enter its folder.',
    })
  }
}

const CONNECT_HELP: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ECONNREFUSED: 'Is the server running, on this port, and does it listen on this address (bind in redis.conf)?',
    EHOSTUNREACH: 'There is no route to this machine: is it on, and on a network that this one reaches?',
    ENETUNREACH: 'There is no route to this network. Does this machine have IPv6, if the address is one?',
    EACCES: 'The user that runs Gearboard needs write permission on the socket: unixsocketperm in redis.conf.',
  }),
)

/** Connects to each and hangs up; the first that answers is what the next steps look at. */
export async function testConnect(hosts: readonly ServerAddress[], ms: number) {
  const tried = await Promise.all(hosts.map(async (at) => ({ at, failure: await connectFailure(at, ms) })))
  const there = tried.find(({ failure }) => failure === undefined)?.at
  const wrong = tried.flatMap(({ at, failure }) => (failure === undefined ? [] : [{ at, ...failure }]))
  const words = wrong.map(({ at, reason }) => `${addressOf(at)}: ${reason}.`).join(' ')
  const help: readonly Help[] = [...new Set(wrong.map(({ advice }) => advice))].map((text) => ({ text }))
  if (!there) return { there, finding: failed(words, ...help) }
  const detail = `${addressOf(there)} accepts connections.`
  return { there, finding: wrong.length === 0 ? ok(detail) : warned(`${detail} ${words}`, ...help) }
}

async function connectFailure(at: ServerAddress, ms: number) {
  const socket = connectPlain(at.path === undefined ? { host: at.host, port: at.port } : { path: at.path })
  try {
    await opened(socket, 'connect', ms)
    return undefined
  } catch (error) {
    const advice = CONNECT_HELP.get(codeOf(error)) ?? 'Does a firewall drop the connection? Is the address right?'
    return { reason: reasonOf(error), advice }
  } finally {
    socket.destroy()
  }
}

/** Without TLS: whether the port speaks Redis' protocol or expects TLS. Nothing secret is sent. */
export async function testPlain(at: ServerAddress): Promise<StepFinding> {
  if (at.path !== undefined) return ok('A unix socket needs no TLS.')
  if (await speaksPlainly(at, PROTOCOL_MS)) return ok('The connection is not encrypted, as set.')
  return (await speaksTls(at, PROTOCOL_MS))
    ? failed(
        `${addressOf(at)} ${refusalInWords('tls_expected')}.`,
        ...refusalHelp('tls_expected', { address: addressOf(at), place: 'settings' }),
      )
    : ok('The connection is not encrypted, as set. The port says nothing yet.')
}

/** The handshake, the certificates of both sides, and how long they are valid. @param now our clock, ms */
export async function testTls(
  at: ServerAddress,
  tls: ConnectionOptions,
  settings: TlsSettings,
  limits: { readonly ms: number; readonly now: number },
): Promise<StepFinding> {
  const address = addressOf(at)
  const socket = connectTls({ host: at.host, port: at.port, ...tls })
  try {
    await opened(socket, 'secureConnect', limits.ms)
    const certificate = socket.getPeerCertificate()
    const version = socket.getProtocol() ?? 'TLS'
    // With TLS 1.3 a server refuses a client certificate only after the handshake.
    await answered(socket, limits.ms)
    return validity(certificate, version, settings, limits.now)
  } catch (error) {
    const refusal = await tlsRefusal(at, error)
    const reason = reasonOf(error)
    if (refusal === undefined) return failed(`${address}: ${reason}.`)
    const detail = refusal === 'plain_expected' ? `${address} ${refusalInWords(refusal)}.` : `${address}: ${reason}.`
    return failed(detail, ...refusalHelp(refusal, { address, place: 'settings', tls: true }))
  } finally {
    socket.destroy()
  }
}

async function tlsRefusal(at: ServerAddress, error: unknown): Promise<ServerRefusal | undefined> {
  const refusal = error instanceof Error ? tlsProblem(error)?.refusal : undefined
  const maybePlain = refusal === undefined || refusal === 'tls_handshake'
  return maybePlain && (await speaksPlainly(at, PROTOCOL_MS)) ? 'plain_expected' : refusal
}

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

function validity(
  { valid_to }: PeerCertificate,
  version: string,
  { cert, verify }: TlsSettings,
  now: number,
): StepFinding {
  const own = cert === undefined ? undefined : certificateOf(cert)?.validTo
  const ends = [
    { whose: 'The certificate of the server', until: Date.parse(valid_to), text: RENEW_SERVER },
    ...(own === undefined ? [] : [{ whose: 'The client certificate', until: Date.parse(own), text: RENEW_CLIENT }]),
  ].filter(({ until }) => Number.isFinite(until))
  const words = ends.map(({ whose, until }) => `${whose} ${until < now ? 'expired' : 'expires'} on ${dateOf(until)}.`)
  const soon = ends.filter(({ until }) => until < now + WARN_DAYS * DAY_MS)
  const detail = [`Encrypted with ${version}.`, ...words].join(' ')
  const unchecked = {
    text: 'The certificate is not checked (tls.verify is false): any machine on the way can read and change everything. Set tls.ca instead.',
  }
  const help = [...soon.map(({ text }) => ({ text })), ...(verify === false ? [unchecked] : [])]
  return help.length === 0 ? ok(detail) : warned(detail, ...help)
}

const RENEW_SERVER = 'Give the server a new certificate: CONFIG SET tls-cert-file loads it without a restart.'
const RENEW_CLIENT = 'Set tls.cert and tls.key of the connection to a new certificate and its key.'

/** @throws what broke the connection */
function opened(socket: Socket | TLSSocket, event: 'connect' | 'secureConnect', ms: number): Promise<void> {
  return settled(socket, event, ms)
}

/** Resolves with the first bytes after a PING, be they an error. @throws what broke the connection */
function answered(socket: TLSSocket, ms: number): Promise<void> {
  socket.write('PING\r\n')
  return settled(socket, 'data', ms)
}

function settled(socket: Socket, event: string, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
    const end = (settle: () => void) => {
      clearTimeout(late)
      settle()
    }
    socket.once(event, () => end(resolve))
    socket.once('error', (error: Error) => end(() => reject(error)))
    socket.once('close', () => end(() => reject(new Error('the server closed the connection'))))
  })
}
