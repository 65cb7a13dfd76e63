import type { Redis } from 'ioredis'
import { steadyMs } from '@/lib/model/clock'
import { refusalInWords } from '@/lib/model/server-refusal'
import { fromFirstBytes, GearsError, HUNG_UP } from './errors'
import { speaksPlainly, speaksTls } from './other-protocol'
import type { HostPort } from './target'
import { tlsProblem } from './tls-problem'

/** Enough for the longest thing that a server says before it hangs up, that of protected mode. */
const FIRST_BYTES = 2048
/** A TLS handshake that takes longer may be one with a port without TLS, which waits for more, ms. */
const HANDSHAKE_MS = 1000
/** So long a port may take to answer in the other protocol, ms. */
const OTHER_PROTOCOL_MS = 2000

/** What a connection is cut with that the other side closed. */
const CUT: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE'])

/** One connection of ours, watched: signs of life, how far away the server is, and why it broke. */
export class Wire {
  readonly redis: Redis
  /** It reached the server that is meant, as far as that can be known. */
  meant = false
  readonly #address: string
  /** On the steady clock, ms: when anything last arrived, or the connection came a step further. */
  #heardAt = steadyMs()
  #connectedAt: number | undefined
  #handshakeMs: number | undefined
  #firstBytes = ''
  #error: Error | undefined
  /** Why we broke it ourselves. */
  #ours: Error | undefined
  /** The port speaks the other protocol, TLS or none: it was asked. */
  #otherwise: GearsError | undefined
  #handshake: NodeJS.Timeout | undefined

  constructor(redis: Redis, address: string) {
    this.redis = redis
    this.#address = address
    redis
      .on('connecting', () => this.#begin())
      .on('connect', () => this.#connected())
      .on('ready', () => this.#ready())
      .on('error', (error: Error) => {
        this.#error = error
      })
      .on('close', () => clearTimeout(this.#handshake))
  }

  get heardAt(): number {
    return this.#heardAt
  }

  /** The first round trip of this connection, ms; undefined until it is ready. */
  get handshakeMs(): number | undefined {
    return this.#handshakeMs
  }

  /** Why it is not there: what we meant by breaking it, what the server said, or what the network did. */
  get reason(): Error {
    if (this.#ours) return this.#ours
    if (this.#otherwise) return this.#otherwise
    const said = fromFirstBytes(this.#firstBytes, this.#address)
    if (said) return said
    const mute = this.#isMute
    if (this.#error && !mute) return this.#error
    return new GearsError('unreachable', HUNG_UP, {
      address: this.#address,
      ...(mute && { refusal: 'hung_up' as const }),
    })
  }

  /** As `reason`, once a port that hung up without a word was asked whether it speaks the other protocol. */
  async explained(): Promise<Error> {
    const { tls } = this.redis.options
    const at = this.#at
    const cutShort =
      tls !== undefined && this.#error !== undefined && tlsProblem(this.#error)?.refusal === 'tls_handshake'
    if (this.#ours || this.#otherwise || !at) return this.reason
    if (!tls && this.#isMute && (await speaksTls(at, OTHER_PROTOCOL_MS))) this.#otherwise = this.#speaks('tls_expected')
    if (cutShort && (await speaksPlainly(at, OTHER_PROTOCOL_MS))) this.#otherwise = this.#speaks('plain_expected')
    return this.reason
  }

  /** Ends it, or lets it begin anew; what is under way on it fails for this reason. */
  break(reason: Error, anew = false): void {
    this.#ours = reason
    this.redis.disconnect(anew)
  }

  #begin(): void {
    this.#heardAt = steadyMs()
    this.#ours = undefined
    this.meant = false
    this.#connectedAt = undefined
    this.#handshakeMs = undefined
    this.#firstBytes = ''
    clearTimeout(this.#handshake)
    if (this.redis.options.tls) this.#handshake = setTimeout(() => void this.#askPlainly(), HANDSHAKE_MS)
  }

  /** It was connected, and broke before it said anything. */
  get #isMute(): boolean {
    const broken = this.#error === undefined || ('code' in this.#error && CUT.has(this.#error.code))
    return this.#connectedAt !== undefined && this.#firstBytes === '' && broken
  }

  /** Undefined for a socket of the file system. */
  get #at(): HostPort | undefined {
    const { path, host, port } = this.redis.options
    return path === undefined && host !== undefined && port !== undefined ? { host, port } : undefined
  }

  #speaks(refusal: 'tls_expected' | 'plain_expected'): GearsError {
    return new GearsError('unreachable', `${this.#address} ${refusalInWords(refusal)}`, {
      address: this.#address,
      refusal,
    })
  }

  async #askPlainly(): Promise<void> {
    const at = this.#at
    if (!at || !(await speaksPlainly(at, OTHER_PROTOCOL_MS)) || this.redis.status !== 'connecting') return
    this.#otherwise = this.#speaks('plain_expected')
    this.redis.disconnect(this.redis.options.retryStrategy !== null)
  }

  #connected(): void {
    this.#heardAt = steadyMs()
    this.#connectedAt = this.#heardAt
    // Before ioredis reads it, which ends the connection over what is no RESP.
    this.redis.stream.prependListener('data', (chunk: Buffer) => {
      this.#heardAt = steadyMs()
      if (this.#firstBytes.length < FIRST_BYTES)
        this.#firstBytes += chunk.toString('latin1', 0, FIRST_BYTES - this.#firstBytes.length)
    })
  }

  #ready(): void {
    this.#ours = undefined
    this.#error = undefined
    this.#handshakeMs = steadyMs() - (this.#connectedAt ?? steadyMs())
  }
}
