import type { Redis } from 'ioredis'
import { fromFirstBytes, GearsError, HUNG_UP } from '../errors'
import { PRIVATE_DATA_CUT } from '../private-data'
import { steadyMs } from '../vocabulary/clock'
import { refusalInWords } from '../vocabulary/server-refusal'
import { speaksPlainly, speaksTls } from './other-protocol'
import { BrokenReply, ReplyGate } from './reply-gate'
import type { HostPort } from './target'
import { tlsProblem } from './tls-problem'

/** Enough for the longest thing that a server says before it hangs up, that of protected mode. */
const FIRST_BYTES = 2048
/**
 * The largest reply, bytes, each of its values counted as 100 and its own: the memory that it takes. 100,000 executions take 82 MB; what a
 * user requests may be wheels, or results.
 */
const MAX_ANSWER = { looking: 128_000_000, asked: 512_000_000 } as const
/** A TLS handshake that takes longer may be one with a port without TLS, which waits for more, ms. */
const HANDSHAKE_MS = 1000
/** How long a port may take to answer in the other protocol, ms. */
const OTHER_PROTOCOL_MS = 2000

/** What a connection is cut with that the other side closed. */
const CUT: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE'])

/** One of our connections, with its signs of life, the distance to the server, and why it broke. */
export class Wire {
  readonly redis: Redis
  /** It reached the server that is meant, as far as that can be known. */
  meant = false
  /** The run id of the server that it reached; undefined where it was not asked, or not reported. */
  runId: string | undefined
  private readonly address: string
  private readonly for: keyof typeof MAX_ANSWER
  /** On the steady clock, ms: when anything last arrived, or connecting last progressed. */
  private lastHeardAt = steadyMs()
  private connectedAt: number | undefined
  private lastHandshakeMs: number | undefined
  private firstBytes = ''
  private error: Error | undefined
  /** Why we broke it ourselves. */
  private ours: Error | undefined
  /** The port speaks the other protocol, TLS or none: it was asked. */
  private otherwise: GearsError | undefined
  private handshake: NodeJS.Timeout | undefined
  /** What ioredis was already configured with for this connection. */
  private told: 'anew' | 'end' | undefined

  /** @param looking its commands are sent unasked, by polling */
  constructor(redis: Redis, address: string, looking: boolean) {
    this.redis = redis
    this.address = address
    this.for = looking ? 'looking' : 'asked'
    redis
      .on('connecting', () => this.begin())
      .on('connect', () => this.connected())
      .on('ready', () => this.ready())
      .on('error', (error: Error) => {
        this.error = error
      })
      .on('close', () => {
        clearTimeout(this.handshake)
        this.told = undefined
      })
  }

  get heardAt(): number {
    return this.lastHeardAt
  }

  /** The first round trip of this connection, ms; undefined until it is ready. */
  get handshakeMs(): number | undefined {
    return this.lastHandshakeMs
  }

  /** Why it is not there: what we meant by breaking it, what the server said, or what the network did. */
  get reason(): Error {
    if (this.ours) return this.ours
    if (this.otherwise) return this.otherwise
    const said = fromFirstBytes(this.firstBytes, this.address)
    if (said) return said
    const mute = this.isMute
    if (this.error && !mute) return this.error
    return new GearsError('unreachable', HUNG_UP, {
      address: this.address,
      ...(mute && { refusal: 'hung_up' as const }),
    })
  }

  /** As `reason`, once a port that hung up silently was asked whether it speaks the other protocol. */
  async explained(): Promise<Error> {
    const { tls } = this.redis.options
    const at = this.at
    const cutShort =
      tls !== undefined && this.error !== undefined && tlsProblem(this.error)?.refusal === 'tls_handshake'
    if (this.ours || this.otherwise || !at) return this.reason
    if (!tls && this.isMute && (await speaksTls(at, OTHER_PROTOCOL_MS))) this.otherwise = this.speaks('tls_expected')
    if (cutShort && (await speaksPlainly(at, OTHER_PROTOCOL_MS))) this.otherwise = this.speaks('plain_expected')
    return this.reason
  }

  /** Ends it, or lets it begin again; what is in progress on it fails for this reason. */
  break(reason: Error, anew = false): void {
    this.ours ??= reason
    // Commands that were sent together are late together, and each call makes ioredis keep a timer and a listener.
    if (this.told === 'end' || (anew && this.told === 'anew')) return
    this.told = anew ? 'anew' : 'end'
    this.redis.disconnect(anew)
  }

  private begin(): void {
    this.lastHeardAt = steadyMs()
    this.ours = undefined
    this.told = undefined
    this.meant = false
    this.runId = undefined
    this.connectedAt = undefined
    this.lastHandshakeMs = undefined
    this.firstBytes = ''
    clearTimeout(this.handshake)
    if (this.redis.options.tls) this.handshake = setTimeout(() => void this.askPlainly(), HANDSHAKE_MS)
  }

  /** It was connected, and broke before it said anything. */
  private get isMute(): boolean {
    const broken = this.error === undefined || ('code' in this.error && CUT.has(this.error.code))
    return this.connectedAt !== undefined && this.firstBytes === '' && broken
  }

  /** Undefined for a socket of the file system. */
  private get at(): HostPort | undefined {
    const { path, host, port } = this.redis.options
    return path === undefined && host !== undefined && port !== undefined ? { host, port } : undefined
  }

  private speaks(refusal: 'tls_expected' | 'plain_expected'): GearsError {
    return new GearsError('unreachable', `${this.address} ${refusalInWords(refusal)}`, {
      address: this.address,
      refusal,
    })
  }

  private async askPlainly(): Promise<void> {
    const at = this.at
    if (!at || !(await speaksPlainly(at, OTHER_PROTOCOL_MS)) || this.redis.status !== 'connecting') return
    this.otherwise = this.speaks('plain_expected')
    this.redis.disconnect(this.redis.options.retryStrategy !== null)
  }

  private connected(): void {
    this.lastHeardAt = steadyMs()
    this.connectedAt = this.lastHeardAt
    const { stream } = this.redis
    const gate = this.gate()
    // ioredis' parser: it gets what has passed the gate.
    const readers = stream.rawListeners('data')
    stream.removeAllListeners('data')
    stream.on('data', (chunk: Buffer) => {
      this.lastHeardAt = steadyMs()
      if (this.firstBytes.length < FIRST_BYTES)
        this.firstBytes += chunk.toString('latin1', 0, FIRST_BYTES - this.firstBytes.length)
      const pieces = this.passed(gate, chunk)
      for (const piece of pieces) for (const read of readers) Reflect.apply(read, stream, [piece])
    })
  }

  private gate(): ReplyGate {
    const { redis } = this
    return new ReplyGate({
      protocol: redis.options.protocol === 3 ? 3 : 2,
      maxBytes: MAX_ANSWER[this.for],
      awaited: (ahead) => redis.commandQueue.peekAt(ahead)?.command.name,
      cutOf: (command) => (command === 'RG.DUMPREGISTRATIONS' ? PRIVATE_DATA_CUT : undefined),
    })
  }

  private passed(gate: ReplyGate, chunk: Buffer): readonly Buffer[] {
    try {
      return gate.readChunk(chunk)
    } catch (error) {
      if (!(error instanceof BrokenReply)) throw error
      const said = gate.replies === 0 ? fromFirstBytes(this.firstBytes, this.address) : undefined
      this.ours ??= said ?? this.badReply(error, gate.command)
      // Nothing of it is read any longer, however long it takes the other end to hang up.
      this.redis.stream.removeAllListeners('data')
      this.redis.stream.destroy()
      return []
    }
  }

  private badReply({ message }: BrokenReply, command: string | undefined): GearsError {
    const answer = command === undefined ? '' : ` in answer to ${command}`
    const words = `${this.address} sent ${message}${answer}. Gearboard ended the connection`
    return new GearsError('bad_reply', words, { address: this.address, refusal: 'unreadable' })
  }

  private ready(): void {
    this.ours = undefined
    this.error = undefined
    this.lastHandshakeMs = steadyMs() - (this.connectedAt ?? steadyMs())
  }
}
