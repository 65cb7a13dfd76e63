import type { Redis } from 'ioredis'
import type { Arg, Command } from './command'
import { fromIoredis, GearsError } from './errors'
import { pass } from './guard'
import type { Proof, ProofKind } from './proof'
import { asReply, type Reply } from './reply'
import { addressOf } from './target'
import { Turns } from './turns'

export interface LinkOptions {
  /** For commands that answer at once, connecting included. */
  readonly timeoutMs: number
  /** For commands that answer when a function has ended. */
  readonly blockingTimeoutMs: number
  /** Only what Gearboard may send without being asked leaves. */
  readonly looking: boolean
}

/** Blocking connections kept for the next blocking command; more are closed when they have answered. */
const IDLE_KEPT = 4
/** Connections that wait for answers to one command at a time. Each command has its own share: long runs keep no abort from being sent. */
const BLOCKED_AT_ONCE = 24

/** A connection that fails its command at once when it breaks, instead of queueing or repeating it. */
export const FAIL_FAST = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // Without this ioredis neither answers nor rejects the commands in flight when the connection breaks.
  maxRetriesPerRequest: 0,
  // Its INFO would hide the words of a server that is loading, and needs a permission that one may lack.
  enableReadyCheck: false,
} as const

/**
 * The way to one server: a connection for commands that answer at once, and one more for each blocking command under way, since a
 * blocked client answers nothing else.
 */
export class Link {
  readonly #redis: Redis
  readonly #owned: boolean
  readonly #options: LinkOptions
  readonly #idle: Redis[] = []
  readonly #blocked = new Set<Redis>()
  readonly #turns = new Turns(BLOCKED_AT_ONCE)
  #connecting: Promise<void> | undefined
  #lastError: Error | undefined
  #moduleSeen = false
  #failing = false
  /** It was told to hang up, and has not yet. */
  #leaving = false
  #closed = false

  /** `owned`: made for us with FAIL_FAST; else somebody's client, which we neither reconnect nor close. */
  constructor(
    readonly address: string,
    redis: Redis,
    owned: boolean,
    options: LinkOptions,
  ) {
    this.#redis = redis
    this.#owned = owned
    this.#options = options
    if (owned) this.#watch(redis)
  }

  /** True while the connection stands and its last command was answered, be it with an error. */
  get up(): boolean {
    return this.#redis.status === 'ready' && !this.#failing
  }

  /** The other end of its connection, `host:port`: behind sentinels, the master that they named last. Undefined while there is none. */
  get peer(): string | undefined {
    const { status, stream } = this.#redis
    if (status !== 'ready' || stream?.remoteAddress === undefined || stream.remotePort === undefined) return undefined
    return addressOf({ host: stream.remoteAddress, port: stream.remotePort })
  }

  /** @throws GearsError */
  async send<Args extends readonly unknown[], T>(command: Command<Args, T>, ...args: Args): Promise<T> {
    const raw = await this.#reply(command, args)
    const value = command.decode(raw, args)
    if (command.name.startsWith('RG.')) this.#moduleSeen = true
    return value
  }

  /** Resolves once a command can be sent. @throws GearsError */
  async ready(): Promise<void> {
    try {
      await this.#inTime(undefined, this.#options.timeoutMs, this.#connected())
    } catch (error) {
      throw this.#typed(error, undefined)
    }
  }

  /**
   * A connection of its own in a MULTI, where commands are queued by their names and none is carried out: it is closed, which discards them.
   * @throws GearsError
   */
  async queue<T>(work: (queue: (name: string) => Promise<Reply>) => Promise<T>): Promise<T> {
    const redis = this.#spare()
    const call = async (name: string) => asReply(await redis.callBuffer(name, []))
    try {
      const run = connect(redis).then(async () => {
        this.#guard('MULTI', [], undefined)
        // Whatever else is said there, what follows would be carried out.
        if (String(await call('MULTI')) !== 'OK') throw new GearsError('rejected', 'MULTI was not answered with OK')
        return work(call)
      })
      return await this.#inTime(undefined, this.#options.timeoutMs, run)
    } catch (error) {
      throw this.#typed(error, undefined)
    } finally {
      this.#blocked.delete(redis)
      redis.disconnect()
    }
  }

  /** Ends every connection that is ours; commands under way and all later ones fail as unreachable, for this reason. */
  close(reason = 'the client was closed'): void {
    this.#closed = true
    this.#lastError = new Error(reason)
    for (const redis of [...this.#idle, ...this.#blocked]) redis.disconnect()
    if (this.#owned) this.#redis.disconnect()
  }

  async #reply<Args extends readonly unknown[]>(command: Command<Args>, args: Args): Promise<Reply> {
    const { name, since } = command
    const words = command.args(...args)
    this.#guard(name, words, command.proof(args))
    try {
      const reply = await (command.blocks(args) ? this.#callBlocking(name, words) : this.#call(name, words))
      this.#failing = false
      return reply
    } catch (error) {
      const typed = await this.#tooOld(this.#typed(error, name), since)
      this.#failing = typed.code === 'timeout' || typed.code === 'unreachable'
      throw typed
    }
  }

  /** @throws GearsError `invalid_request`: it must not leave */
  #guard(name: string, words: readonly Arg[], proof: Proof<ProofKind> | undefined): void {
    // What decides stands at the front; behind it may be megabytes.
    const first = words.slice(0, 4).map((word) => (Buffer.isBuffer(word) ? '' : String(word)))
    pass(name, first, { looking: this.#options.looking, proof })
  }

  async #call(name: string, args: readonly Arg[]): Promise<Reply> {
    const { timeoutMs } = this.#options
    const run = this.#connected().then(() => this.#redis.callBuffer(name, [...args]))
    try {
      return asReply(await this.#inTime(name, timeoutMs, run))
    } catch (error) {
      if (error instanceof GearsError && error.code === 'timeout')
        this.#giveUp(`it did not answer ${name} within ${timeoutMs} ms`)
      throw error
    }
  }

  async #callBlocking(name: string, args: readonly Arg[]): Promise<Reply> {
    const leave = await this.#turn(name)
    try {
      return await this.#callBeside(name, args)
    } finally {
      leave()
    }
  }

  /** Resolves when fewer than `BLOCKED_AT_ONCE` of this command are under way. */
  async #turn(name: string): Promise<() => void> {
    const leave = await this.#turns.take(name, this.#options.timeoutMs)
    if (leave) return leave
    const full = `${name} was not sent: ${BLOCKED_AT_ONCE} of them wait for an answer of this server; try again when some have it`
    throw new GearsError('timeout', full, { address: this.address, command: name })
  }

  async #callBeside(name: string, args: readonly Arg[]): Promise<Reply> {
    const redis = this.#spare()
    try {
      await this.#inTime(name, this.#options.timeoutMs, connect(redis))
      const reply = await this.#inTime(name, this.#options.blockingTimeoutMs, redis.callBuffer(name, [...args]))
      this.#keep(redis)
      return asReply(reply)
    } catch (error) {
      // An error reply leaves the connection usable; after a timeout its answer would still come.
      if (error instanceof Error && error.name === 'ReplyError') this.#keep(redis)
      else redis.disconnect()
      throw error
    } finally {
      this.#blocked.delete(redis)
    }
  }

  #spare(): Redis {
    if (this.#closed) throw this.#lastError
    let redis = this.#idle.pop()
    while (redis && redis.status !== 'ready') redis = this.#idle.pop()
    // No reconnecting: what was blocked is lost with the connection.
    redis ??= quiet(this.#redis.duplicate({ ...FAIL_FAST, retryStrategy: null }))
    this.#blocked.add(redis)
    return redis
  }

  #keep(redis: Redis): void {
    if (!this.#closed && redis.status === 'ready' && this.#idle.length < IDLE_KEPT) this.#idle.push(redis)
    else redis.disconnect()
  }

  #watch(redis: Redis): void {
    redis.on('error', (error: Error) => {
      this.#lastError = error
    })
    redis.on('ready', () => {
      this.#lastError = undefined
      // It may be another server by now.
      this.#moduleSeen = false
    })
    redis.on('close', () => {
      this.#leaving = false
      this.#lastError ??= new Error('the server closed the connection')
    })
  }

  /** All that was sent behind a command without an answer waits for that answer: drop the connection and begin anew. */
  #giveUp(reason: string): void {
    // Commands that were sent together are late together, and ioredis leaves a timer and a listener for each time it is told.
    if (!this.#owned || this.#closed || this.#leaving) return
    this.#leaving = true
    this.#lastError = new Error(reason)
    this.#redis.disconnect(true)
  }

  #connected(): Promise<void> {
    const redis = this.#redis
    // Somebody's own client queues or refuses as he chose.
    if (!this.#owned || redis.status === 'ready') return Promise.resolve()
    if (this.#closed) return Promise.reject(this.#lastError)
    // Between two attempts: say at once why the last one failed.
    if (redis.status === 'reconnecting' || redis.status === 'close') {
      return Promise.reject(this.#lastError ?? new Error('the connection broke'))
    }
    this.#connecting ??= connect(redis, () => this.#lastError).finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  /** Gives up after `ms`; what `work` does later is nobody's concern any more. */
  async #inTime<T>(command: string | undefined, ms: number, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => {
        const silent = `no answer within ${ms} ms`
        const message = command === undefined ? silent : `${command}: ${silent}; it may still be carried out`
        reject(new GearsError('timeout', message, { address: this.address, ...(command !== undefined && { command }) }))
      }
      // Where it was we who were late, the answer lies in the socket: it is read before what is set to be immediate.
      timer = setTimeout(() => setImmediate(giveUp), ms)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }

  #typed(error: unknown, command: string | undefined): GearsError {
    const where = { address: this.address, ...(command !== undefined && { command }) }
    return fromIoredis(error, where, this.#lastError)
  }

  /** A command that is missing though the module is there came with a later version of it. */
  async #tooOld(error: GearsError, since: '1.2' | undefined): Promise<GearsError> {
    if (error.code !== 'module_missing' || since === undefined || !(await this.#hasModule())) return error
    const { command, message } = error
    const words = `${command} needs RedisGears ${since}, and this server runs an older one`
    return new GearsError('rejected', `${words} (it says: ${message})`, {
      address: this.address,
      ...(command !== undefined && { command }),
    })
  }

  /** Whether it has any command of the module; where nothing has shown that yet, by one of every version that reads nothing. */
  async #hasModule(): Promise<boolean> {
    if (this.#moduleSeen) return true
    try {
      this.#guard('RG.CONFIGGET', [], undefined)
      await this.#call('RG.CONFIGGET', [])
      this.#moduleSeen = true
    } catch {
      return false
    }
    return true
  }
}

/** ioredis prints the errors of a connection that nobody listens to; ours are told by the command that fails. */
function quiet(redis: Redis): Redis {
  return redis.on('error', () => undefined)
}

/** Resolves when ready; rejects with the connection's own error rather than ioredis' "Connection is closed." */
function connect(redis: Redis, lastError?: () => Error | undefined): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve()
  return new Promise((resolve, reject) => {
    let seen: Error | undefined
    const onError = (error: Error) => {
      seen = error
    }
    const onReady = () => {
      forget()
      resolve()
    }
    const onEnd = () => {
      forget()
      reject(seen ?? lastError?.() ?? new Error('the server closed the connection'))
    }
    const forget = () => {
      redis.off('error', onError).off('ready', onReady).off('close', onEnd).off('end', onEnd)
    }
    redis.on('error', onError).on('ready', onReady).on('close', onEnd).on('end', onEnd)
    // Its rejection tells less than the events.
    if (redis.status === 'wait' || redis.status === 'end') redis.connect().catch(() => undefined)
  })
}
