import type { Redis } from 'ioredis'
import { steadyMs } from '@/lib/model/clock'
import { fromFirstBytes, GearsError, HUNG_UP } from './errors'

/** Enough for the longest thing that a server says before it hangs up, that of protected mode. */
const FIRST_BYTES = 2048

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
    const said = fromFirstBytes(this.#firstBytes, this.#address)
    if (said) return said
    if (this.#error) return this.#error
    const mute = this.#connectedAt !== undefined && this.#firstBytes === ''
    return new GearsError('unreachable', HUNG_UP, {
      address: this.#address,
      ...(mute && { refusal: 'hung_up' as const }),
    })
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
