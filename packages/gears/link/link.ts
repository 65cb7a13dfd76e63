import type { Redis } from 'ioredis'
import type { Arg, Command } from '../command'
import { fromIoredis, GearsError, unsent } from '../errors'
import { pass } from '../guards'
import type { Proof, ProofKind } from '../proof'
import { asReply, type Reply } from '../reply'
import { steadyMs } from '../vocabulary/clock'
import { certificateEnd } from './certificate'
import { Patience } from './patience'
import type { Traffic } from './traffic'
import { Turns } from './turns'
import { Wire } from './wire'

export interface LinkOptions {
  /** For each answer of a command that answers at once, where the server is near: a far one has longer. */
  readonly timeoutMs: number
  /** For commands that answer when a function has ended. */
  readonly blockingTimeoutMs: number
  /** Only what Gearboard may send without being asked leaves. */
  readonly looking: boolean
  /** Whether the server of this run id is the one that is meant at this address. */
  readonly isMeant?: ((address: string, runId: string) => Promise<boolean | undefined>) | undefined
  /** Shared by the links of several clients to the same servers. */
  readonly traffic: Traffic
}

/** Blocking connections kept for the next blocking command; more are closed when they have answered. */
const IDLE_KEPT = 4
/** A connection attempt that takes longer than this is restarted, ms: no caller waits this long. */
const CONNECT_MS = 30_000
/** TLS takes three round trips where a plain connection takes one. */
const CONNECT_TIMES = 3
/** The limit for a reply that trickles in steadily, as a multiple of its own limit. */
const TRICKLE_TIMES = 20
/** However steadily a slow answer trickles in on a connection of its own, ms. */
const APART_MS = 600_000
/** While the server answers PING on another connection: how long a reply may pause, ms. */
const ALIVE_MS = 120_000
/** The part of a reply's limit in which a new connection must report which server it reached. */
const IDENTITY_PART = 5
/** How often per limit of a reply the last sign of life is checked. */
const CHECKS = 20
/** Of an answer's limit: what takes longer is remembered as slow. */
const SLOW_PART = 4

/** Whether a command was written to its connection: until then it cannot have been carried out. */
interface Delivery {
  sent: boolean
}

interface SentWords {
  readonly name: string
  readonly words: readonly Arg[]
  /** It changes nothing: it may be waited for as long as the server lives, and need not be sent twice at a time. */
  readonly reads: boolean
  readonly delivery: Delivery
}

interface Wait {
  /** ms; asked again each time that it seems to be over. */
  readonly limit: () => number
  /** Of one that keeps sending, ms. */
  readonly most: () => number
  /** Whether the server answers anything; absent: that makes no difference. */
  readonly alive?: (() => Promise<boolean>) | undefined
}

/** Connections that wait for answers to one command at a time. Each command has its own share: long runs keep no abort from being sent. */
const BLOCKED_AT_ONCE = 24

/** A connection that fails its command at once when it breaks, instead of queueing or repeating it. */
export const FAIL_FAST = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // Without this ioredis neither answers nor rejects the commands in flight when the connection breaks.
  maxRetriesPerRequest: 0,
  // Its INFO would hide the error of a server that is loading, and needs a permission that the user may lack.
  enableReadyCheck: false,
} as const

/**
 * The way to one server: a connection for commands that answer at once, and one more for each blocking command in progress, since a
 * blocked client answers nothing else.
 */
export class Link {
  private readonly redis: Redis
  /** Of the connection above where it is ours. */
  private readonly wire: Wire | undefined
  private readonly options: LinkOptions
  private readonly patience: Patience
  private readonly idle: Wire[] = []
  private readonly blocked = new Set<Wire>()
  private readonly turns = new Turns(BLOCKED_AT_ONCE)
  private probing: Promise<boolean> | undefined
  private connecting: Promise<void> | undefined
  private moduleSeen = false
  private failing = false
  private closed: Error | undefined

  /** `owned`: created by us with FAIL_FAST; otherwise the caller's client, which we neither reconnect nor close. */
  constructor(
    readonly address: string,
    redis: Redis,
    owned: boolean,
    options: LinkOptions,
  ) {
    this.redis = redis
    this.options = options
    this.patience = new Patience(options.timeoutMs)
    if (owned) this.wire = this.watched(redis)
  }

  /** True while connected, if the last command was answered, even with an error. */
  get up(): boolean {
    return this.redis.status === 'ready' && !this.failing
  }

  /** How far away the server is: its quickest answer on this connection, ms; 0 before the first. */
  get distanceMs(): number {
    return this.patience.distanceMs
  }

  /** @throws GearsError */
  send<Args extends readonly unknown[], T>(command: Command<Args, T>, ...args: Args): Promise<T> {
    return this.sent(command, args, false)
  }

  /** As `send`, on a connection of its own: of an answer that takes long, so that others need not wait for it. */
  sendApart<Args extends readonly unknown[], T>(command: Command<Args, T>, ...args: Args): Promise<T> {
    return this.sent(command, args, true)
  }

  private async sent<Args extends readonly unknown[], T>(
    command: Command<Args, T>,
    args: Args,
    apart: boolean,
  ): Promise<T> {
    const value = this.decoded(command, await this.reply(command, args, apart), args)
    if (command.name.startsWith('RG.')) this.moduleSeen = true
    return value
  }

  private decoded<Args extends readonly unknown[], T>(command: Command<Args, T>, reply: Reply, args: Args): T {
    try {
      return command.decode(reply, args)
    } catch (error) {
      if (!(error instanceof GearsError)) throw error
      throw new GearsError(error.code, error.message, { command: command.name, address: this.address })
    }
  }

  /** Resolves once a command can be sent. @throws GearsError */
  async ready(): Promise<void> {
    try {
      await this.connectedInTime(undefined)
    } catch (error) {
      throw this.typed(error, undefined)
    }
  }

  /** As the function of this name; undefined where it is reached without TLS. @throws GearsError */
  async certificateEnd(): Promise<number | null | undefined> {
    const { tls, host, port } = this.redis.options
    if (!tls || host === undefined || port === undefined) return undefined
    return certificateEnd({ host, port }, tls, CONNECT_TIMES * this.patience.ms)
  }

  /**
   * A connection of its own in a MULTI, where commands are queued by their names and none is carried out: it is closed, which discards them.
   * Each answer has its own limit. @throws GearsError
   */
  async queue<T>(work: (queue: (name: string) => Promise<Reply>) => Promise<T>): Promise<T> {
    const wire = this.spare()
    const call = async (name: string) =>
      asReply(await this.inTime(name, this.within(this.patience.ms), wire.redis.callBuffer(name, []), wire))
    try {
      await this.opened(wire, undefined)
      this.guard('MULTI', [], undefined)
      // Whatever else is said there, what follows would be carried out.
      if (String(await call('MULTI')) !== 'OK') throw new GearsError('rejected', 'MULTI was not answered with OK')
      return await work(call)
    } catch (error) {
      throw this.typed(error, undefined, wire)
    } finally {
      this.blocked.delete(wire)
      wire.redis.disconnect()
    }
  }

  /** Ends every connection that is ours; commands in progress and all later ones fail as unreachable, for this reason. */
  close(reason = 'the client was closed'): void {
    this.closed = new Error(reason)
    for (const wire of [...this.idle, ...this.blocked]) wire.break(this.closed)
    this.wire?.break(this.closed)
  }

  private async reply<Args extends readonly unknown[]>(
    command: Command<Args>,
    args: Args,
    apart: boolean,
  ): Promise<Reply> {
    const { name, since } = command
    const words = command.args(...args)
    this.guard(name, words, command.proof(args))
    const delivery = { sent: false }
    const blocks = command.blocks(args)
    const sending = { name, words, reads: command.reads && !blocks, delivery }
    try {
      const call = blocks ? this.callBlocking(sending) : apart ? this.callApart(sending) : this.call(sending)
      const reply = await call
      this.failing = false
      return reply
    } catch (error) {
      const typed = await this.tooOld(this.typed(error, name), since)
      this.failing = typed.code === 'timeout' || typed.code === 'unreachable'
      throw this.failing && !delivery.sent ? unsent(typed) : typed
    }
  }

  /** @throws GearsError `invalid_request`: it must not leave */
  private guard(name: string, words: readonly Arg[], proof: Proof<ProofKind> | undefined): void {
    // The start of the reply decides; megabytes may follow.
    const first = words.slice(0, 4).map((word) => (Buffer.isBuffer(word) ? '' : String(word)))
    pass(name, { words: first, looking: this.options.looking, proof })
  }

  private async call(sending: SentWords): Promise<Reply> {
    const { name } = sending
    await this.connectedInTime(name)
    if (this.wire) await this.reachesMeant(this.wire, name)
    return this.oneAtATime(sending, () => this.ask(sending, this.wire, (ms) => TRICKLE_TIMES * ms))
  }

  private async ask(sending: SentWords, wire: Wire | undefined, most: (ms: number) => number): Promise<Reply> {
    const { name, words, reads, delivery } = sending
    await this.answeredBefore(sending)
    const { traffic } = this.options
    const limit = () => traffic.limitMs(this.address, name, this.patience.ms)
    const alive = reads ? () => this.alive() : undefined
    const done = traffic.begins(this.address, name)
    const sentAt = steadyMs()
    delivery.sent = true
    try {
      const call = (wire?.redis ?? this.redis).callBuffer(name, [...words])
      const reply = await this.inTime(name, { limit, most: () => most(limit()), alive }, call, wire)
      this.answered(name, steadyMs() - sentAt)
      return asReply(reply)
    } catch (error) {
      if (error instanceof GearsError && error.code === 'timeout') {
        const reason = `it did not answer ${name} within ${Math.round(limit())} ms`
        if (reads) traffic.gaveUp(this.address, name, steadyMs() - sentAt)
        if (wire === this.wire) this.giveUp(reason)
      }
      if (error instanceof Error && error.name === 'ReplyError') this.answered(name, steadyMs() - sentAt)
      throw error
    } finally {
      done()
    }
  }

  private oneAtATime({ name, words, reads }: SentWords, work: () => Promise<Reply>): Promise<Reply> {
    const texts = words.filter((word) => !Buffer.isBuffer(word))
    if (!reads || texts.length < words.length) return work()
    return this.options.traffic.one(JSON.stringify([this.address, name, ...texts]), work)
  }

  private answered(name: string, ms: number): void {
    this.patience.answered(ms)
    this.options.traffic.took(this.address, name, ms, this.patience.ms / SLOW_PART)
  }

  /** A server that has not answered a question yet is not asked it again: it would work on both. @throws GearsError `timeout` */
  private async answeredBefore({ name, reads }: SentWords): Promise<void> {
    const { traffic } = this.options
    if (!reads || !traffic.isOwed(this.address, name)) return
    if (await this.alive()) traffic.answers(this.address)
    else throw this.late(name, this.patience.ms, 'answer')
  }

  /** Whether it answers anything, asked on another connection. */
  private alive(): Promise<boolean> {
    this.probing ??= this.ping().finally(() => {
      this.probing = undefined
    })
    return this.probing
  }

  private async ping(): Promise<boolean> {
    this.guard('PING', [], undefined)
    if (this.closed) return false
    const wire = this.spare()
    try {
      await this.opened(wire, undefined)
      await this.inTime('PING', this.within(this.patience.ms / 2), wire.redis.callBuffer('PING', []), wire)
      this.keepWire(wire)
      return true
    } catch (error) {
      if (!(error instanceof Error)) throw error
      if (error.name !== 'ReplyError') wire.redis.disconnect()
      else this.keepWire(wire)
      return error.name === 'ReplyError'
    } finally {
      this.blocked.delete(wire)
    }
  }

  private within(ms: number): Wait {
    return { limit: () => ms, most: () => TRICKLE_TIMES * ms }
  }

  private async callBlocking(sending: SentWords): Promise<Reply> {
    const { name, words, delivery } = sending
    const leave = await this.turn(name)
    try {
      return await this.callBeside(name, (wire) => {
        delivery.sent = true
        const call = wire.redis.callBuffer(name, [...words])
        return this.inTime(name, this.within(this.options.blockingTimeoutMs), call, wire)
      })
    } finally {
      leave()
    }
  }

  private async callApart(sending: SentWords): Promise<Reply> {
    await this.connectedInTime(sending.name)
    return this.callBeside(sending.name, async (wire) =>
      (await this.isAlike(wire))
        ? this.oneAtATime(sending, () => this.ask(sending, wire, () => APART_MS))
        : this.call(sending),
    )
  }

  /** Whether another connection reached the same server as the one for immediate replies: a balancer may connect to any of several. */
  private async isAlike(wire: Wire): Promise<boolean> {
    const own = this.wire
    if (!own) return true
    for (const each of [own, wire]) each.runId ??= (await this.runIdOf(each)) ?? undefined
    return own.runId !== undefined && own.runId === wire.runId
  }

  /** Resolves when fewer than `BLOCKED_AT_ONCE` of this command are in progress. */
  private async turn(name: string): Promise<() => void> {
    const leave = await this.turns.takeTurn(name, this.options.timeoutMs)
    if (leave) return leave
    const full = `${name} was not sent: ${BLOCKED_AT_ONCE} of them already wait for this server; try again later`
    throw new GearsError('timeout', full, { address: this.address, command: name })
  }

  private async callBeside(name: string, call: (wire: Wire) => Promise<unknown>): Promise<Reply> {
    const wire = this.spare()
    try {
      await this.opened(wire, name)
      await this.reachesMeant(wire, name)
      const reply = await call(wire)
      this.keepWire(wire)
      return asReply(reply)
    } catch (error) {
      // An error reply leaves the connection usable; after a timeout its answer would still come.
      if (error instanceof Error && error.name === 'ReplyError') this.keepWire(wire)
      else wire.redis.disconnect()
      throw this.typed(error, name, wire)
    } finally {
      this.blocked.delete(wire)
    }
  }

  /**
   * Asks each connection once which server it reached.
   * @throws GearsError `unreachable` where that is not the server that is meant
   */
  private async reachesMeant(wire: Wire, command: string): Promise<void> {
    const { isMeant } = this.options
    if (!isMeant || wire.meant) return
    const runId = await this.runIdOf(wire)
    // A user who may not ask that is refused each time, which would fill the server's ACL LOG.
    const meant = runId === null ? true : runId && (await isMeant(this.address, runId))
    if (meant !== false) {
      wire.meant = meant === true
      return
    }
    const words = `${this.address} led to another server than the one shown: a proxy switches between servers, or the server restarted. ${command} was not sent; try again`
    const error = new GearsError('unreachable', words, { address: this.address, command, refusal: 'another_server' })
    // The next one may reach the right one.
    wire.break(error, wire === this.wire)
    throw error
  }

  /** Null where it may not be asked. Undefined for a silent server: commands sent to it wait until it continues. */
  private async runIdOf(wire: Wire): Promise<string | null | undefined> {
    this.guard('INFO', ['server'], undefined)
    try {
      const reply = await this.inTime(
        'INFO',
        this.within(this.patience.ms / IDENTITY_PART),
        wire.redis.callBuffer('INFO', ['server']),
        wire,
      )
      return /^run_id:(\S+)/m.exec(String(reply))?.[1] ?? null
    } catch (error) {
      if (error instanceof GearsError && error.code === 'timeout') return undefined
      if (error instanceof Error && error.name === 'ReplyError') return null
      throw error
    }
  }

  /** @throws GearsError where we were closed */
  private spare(): Wire {
    if (this.closed) throw this.typed(this.closed, undefined)
    let wire = this.idle.pop()
    while (wire && wire.redis.status !== 'ready') wire = this.idle.pop()
    // No reconnecting: what was blocked is lost with the connection.
    wire ??= this.watched(this.redis.duplicate({ ...FAIL_FAST, retryStrategy: null }))
    this.blocked.add(wire)
    return wire
  }

  private keepWire(wire: Wire): void {
    if (!this.closed && wire.redis.status === 'ready' && this.idle.length < IDLE_KEPT) this.idle.push(wire)
    else wire.redis.disconnect()
  }

  private watched(redis: Redis): Wire {
    const wire = new Wire(redis, this.address, this.options.looking)
    redis.on('ready', () => {
      if (wire.handshakeMs !== undefined) this.patience.connected(wire.handshakeMs)
      // It may be another server by now, and the kept ones lead to the one before.
      this.moduleSeen = false
      if (redis === this.redis) for (const idle of this.idle.splice(0)) idle.redis.disconnect()
    })
    return wire
  }

  /** All that was sent behind a command without an answer waits for that answer: drop the connection and begin again. */
  private giveUp(reason: string): void {
    if (!this.closed) this.wire?.break(new Error(reason), true)
  }

  /**
   * Connecting continues after the caller has stopped waiting, so that the next one waits less.
   * @throws what broke it, GearsError
   */
  private async connectedInTime(command: string | undefined): Promise<void> {
    const wire = this.wire
    // The caller's own client queues or refuses commands as configured.
    if (!wire || wire.redis.status === 'ready') return
    if (this.closed) throw this.closed
    // Between two attempts: say at once why the last one failed.
    if (wire.redis.status === 'reconnecting' || wire.redis.status === 'close') throw wire.reason
    this.connecting ??= this.connect(wire).finally(() => {
      this.connecting = undefined
    })
    await this.untilConnected(this.connecting, wire, command)
  }

  private async connect(wire: Wire): Promise<void> {
    const late = setTimeout(() => this.giveUp(`no connection within ${CONNECT_MS} ms`), CONNECT_MS)
    try {
      await connect(wire)
    } finally {
      clearTimeout(late)
    }
  }

  /** @throws what broke it, GearsError */
  private async opened(wire: Wire, command: string | undefined): Promise<void> {
    await this.untilConnected(connect(wire), wire, command)
  }

  private untilConnected(connecting: Promise<void>, wire: Wire, command: string | undefined): Promise<void> {
    const { tls } = wire.redis.options
    return this.inTime(command, this.within(this.patience.ms * (tls ? CONNECT_TIMES : 1)), connecting, wire, 'connect')
  }

  /**
   * Times out when no byte arrived for as long as the limit: neither part of this reply nor another reply on the same
   * connection, nor anything from the server on another connection. What `work` does after that is ignored.
   */
  private async inTime<T>(
    command: string | undefined,
    { limit, most, alive }: Wait,
    work: Promise<T>,
    wire: Wire | undefined,
    step: 'connect' | 'answer' = 'answer',
  ): Promise<T> {
    const startedAt = steadyMs()
    let timer: NodeJS.Timeout | undefined
    let over = false
    let aliveAt = 0
    let asking = false
    const late = new Promise<never>((_, reject) => {
      const check = () => {
        if (over) return
        const now = steadyMs()
        const ms = limit()
        const heardAt = Math.max(startedAt, wire?.heardAt ?? 0)
        const quietMs = now - Math.max(heardAt, Math.min(aliveAt, heardAt + ALIVE_MS))
        // A timer may come a millisecond early by this clock.
        const isOver = now - startedAt >= most()
        if (quietMs >= ms - 1 && asking && !isOver) {
          timer = setTimeout(checkSoon, ms / CHECKS)
          return
        }
        if (quietMs >= ms - 1 || isOver) {
          reject(this.late(command, aliveAt > 0 ? Math.round(now - heardAt) : ms, step))
          return
        }
        const halfway = alive && quietMs < ms / 2 - 1
        if (alive && !halfway && !asking) {
          asking = true
          void alive().then((is) => {
            asking = false
            if (is) aliveAt = steadyMs()
          })
        }
        timer = setTimeout(checkSoon, (halfway ? ms / 2 : ms) - quietMs)
      }
      // Where it was we who were late, the answer lies in the socket: it is read before what is set to be immediate.
      const checkSoon = () => setImmediate(check)
      timer = setTimeout(checkSoon, alive ? limit() / 2 : limit())
    })
    try {
      return await Promise.race([work, late])
    } finally {
      over = true
      clearTimeout(timer)
    }
  }

  /** What was never sent cannot be carried out. */
  private late(command: string | undefined, ms: number, step: 'connect' | 'answer'): GearsError {
    const where = { address: this.address, ...(command !== undefined && { command }) }
    if (step === 'connect') return new GearsError('unreachable', `no connection within ${ms} ms`, where)
    const silent = `no answer within ${ms} ms`
    return new GearsError(
      'timeout',
      command === undefined ? silent : `${command}: ${silent}; it may still be carried out`,
      where,
    )
  }

  private typed(error: unknown, command: string | undefined, wire = this.wire): GearsError {
    const where = { address: this.address, ...(command !== undefined && { command }) }
    return fromIoredis(error, where, this.closed ?? wire?.reason)
  }

  /** A command that is missing although the module is loaded belongs to a later version. Redis's own error would mislead. */
  private async tooOld(error: GearsError, since: '1.2' | undefined): Promise<GearsError> {
    if (error.code !== 'module_missing' || since === undefined || !(await this.hasModule())) return error
    const { command } = error
    return new GearsError('rejected', `${command} needs RedisGears ${since}, and this server runs an older one`, {
      address: this.address,
      ...(command !== undefined && { command }),
    })
  }

  /** Whether it has any command of the module; where nothing has shown that yet, by one of every version that reads nothing. */
  private async hasModule(): Promise<boolean> {
    if (this.moduleSeen) return true
    try {
      this.guard('RG.CONFIGGET', [], undefined)
      await this.call({ name: 'RG.CONFIGGET', words: [], reads: true, delivery: { sent: false } })
      this.moduleSeen = true
    } catch {
      return false
    }
    return true
  }
}

/** Resolves when ready; rejects with why the connection broke rather than ioredis' "Connection is closed." */
function connect(wire: Wire): Promise<void> {
  const { redis } = wire
  if (redis.status === 'ready') return Promise.resolve()
  return new Promise((resolve, reject) => {
    const onReady = () => {
      forget()
      resolve()
    }
    const onEnd = () => {
      forget()
      wire.explained().then(reject)
    }
    const forget = () => {
      redis.off('ready', onReady).off('close', onEnd).off('end', onEnd)
    }
    redis.on('ready', onReady).on('close', onEnd).on('end', onEnd)
    // Its rejection says less than the events.
    if (redis.status === 'wait' || redis.status === 'end') redis.connect().catch(() => undefined)
  })
}
