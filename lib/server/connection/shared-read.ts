import { type Gears, GearsError, type Shard, type ShardReply } from '@gearboard/gears'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import type { ReadAge, ShardCostly } from '@/lib/model/cluster/shard'
import { PollPace } from '../hub/poll/poll-pace'

/** A read that costs a shard less than this is repeated for each caller, ms. */
const CHEAP_MS = 25
/** Pages ask this often: what may be asked more often is never older than they expect, ms. */
const PAGE_MS = 5000

/** A shard as a question sees it. */
export type QuestionTarget = Pick<Shard, 'key' | 'send'>

export interface SharedQuestion<T> {
  /** As an operator knows it: `RG.PYDUMPSESSIONS`. */
  readonly command: string
  ask(of: QuestionTarget): Promise<T>
  /** How much an answer lists. */
  sizeOf(value: T): number
}

interface Clock {
  /** As `steadyMs`. */
  steady(): number
  /** As `wallMs`. */
  wall(): number
}

const CLOCK: Clock = { steady: steadyMs, wall: wallMs }

/** What every shard says, and how old that is. */
export interface SharedAnswer<T> extends ReadAge {
  readonly answers: readonly ShardReply<T>[]
}

/**
 * One question that open pages ask again and again. All who ask share an answer: the one of this moment where that is cheap; where it is not,
 * each shard is asked so seldom that it takes some three per cent of its time. One at a time is in progress.
 */
export class SharedRead<T> {
  private readonly onShards = new Map<string, SharedReadOfShard<T>>()

  constructor(
    private readonly gears: Pick<Gears, 'eachShard'>,
    private readonly question: SharedQuestion<T>,
    /** Which server answers for a shard: what another one said is not shown as its own. */
    private readonly lifeOf: (shard: string) => string | undefined = () => undefined,
    private readonly clock = CLOCK,
  ) {}

  async read(): Promise<SharedAnswer<T>> {
    const ages: { readonly at: number; readonly costly: ShardCostly | undefined }[] = []
    const answers = await this.gears.eachShard(async (shard) => {
      const said = await this.of(shard.key).said(shard, this.lifeOf(shard.key))
      ages.push({ at: said.at, costly: this.of(shard.key).costly(shard.key, said) })
      if ('error' in said) throw said.error
      return said.value
    })
    const shards = new Set(answers.map(({ shard }) => shard.key))
    for (const key of this.onShards.keys()) if (!shards.has(key)) this.onShards.delete(key)
    return {
      answers,
      readAt: ages.length === 0 ? null : Math.min(...ages.map(({ at }) => at)),
      costly: ages.flatMap(({ costly }) => costly ?? []),
    }
  }

  /** Something was done that may change the answer: the next caller gets an answer asked for after this. */
  changed(): void {
    for (const each of this.onShards.values()) each.changed()
  }

  private of(key: string): SharedReadOfShard<T> {
    const known = this.onShards.get(key)
    if (known) return known
    const made = new SharedReadOfShard(this.question, this.clock)
    this.onShards.set(key, made)
    return made
  }
}

type TimedAnswer<T> = { readonly number: number; readonly at: number; readonly steadyAt: number } & (
  | { readonly value: T }
  | { readonly error: GearsError }
)

class SharedReadOfShard<T> {
  private readonly pace = new PollPace()
  private last: TimedAnswer<T> | undefined
  private running: Promise<void> | undefined
  private life: string | undefined
  private met = false
  /** How many were asked. */
  private begun = 0
  /** Those up to here were asked before something changed. */
  private outdated = 0

  constructor(
    private readonly question: SharedQuestion<T>,
    private readonly clock: Clock,
  ) {}

  changed(): void {
    this.outdated = this.begun
  }

  async said(shard: Shard, life: string | undefined): Promise<TimedAnswer<T>> {
    if (life !== undefined && this.life !== undefined && life !== this.life) this.changed()
    this.life = life ?? this.life
    const before = this.begun
    for (;;) {
      const { last } = this
      if (last && (last.number > before || this.holds(last))) return last
      this.running ??= this.ask(shard).finally(() => {
        this.running = undefined
      })
      await this.running
    }
  }

  /** Why the shard is not asked each time; undefined where pages do not notice. */
  costly(key: string, said: TimedAnswer<T>): ShardCostly | undefined {
    const everyMs = this.pace.intervalMs(0)
    if (everyMs <= PAGE_MS) return undefined
    return {
      shard: key,
      command: this.question.command,
      costMs: Math.round(this.pace.costMs ?? 0),
      everyMs: Math.round(everyMs),
      toldAt: 'value' in said ? said.at : null,
      lists: 'value' in said ? this.question.sizeOf(said.value) : null,
    }
  }

  private holds(said: TimedAnswer<T>): boolean {
    if (said.number <= this.outdated || ('error' in said && isSilence(said.error))) return false
    if ((this.pace.costMs ?? 0) <= CHEAP_MS) return false
    return this.clock.steady() - said.steadyAt < this.pace.intervalMs(0)
  }

  private async ask(shard: Shard): Promise<void> {
    // The first answer of all includes making the connection: it says nothing of the cost.
    const timed = this.met || shard.distanceMs > 0
    this.met = true
    const stamp = { number: ++this.begun, at: this.clock.wall(), steadyAt: this.clock.steady() }
    // Nothing waits behind an answer that takes long.
    const meter = new Meter(shard, this.pace.isCostly ? shard.sendApart : shard.send, this.clock)
    try {
      const value = await this.question.ask(meter)
      if (timed) this.pace.addAnswer(meter.ms, 0, this.question.sizeOf(value))
      this.last = { ...stamp, value }
    } catch (error) {
      if (!(error instanceof GearsError)) throw error
      if (timed && !isSilence(error)) this.pace.addAnswer(meter.ms)
      this.last = { ...stamp, error }
    }
  }
}

/** How long it would have taken is not known, and it may be back at any moment: the connection asks a silent one for a sign of life first. */
const isSilence = ({ code }: GearsError): boolean => code === 'unreachable' || code === 'timeout'

/** Adds up what a shard takes for what is sent through it, without the way there and back. */
export class Meter implements QuestionTarget {
  ms = 0

  constructor(
    private readonly shard: Pick<Shard, 'key' | 'distanceMs'>,
    private readonly through: Shard['send'],
    private readonly clock = CLOCK,
  ) {}

  get key(): string {
    return this.shard.key
  }

  send: Shard['send'] = async (command, ...args) => {
    const startedAt = this.clock.steady()
    try {
      return await this.through(command, ...args)
    } finally {
      this.ms += Math.max(0, this.clock.steady() - startedAt - this.shard.distanceMs)
    }
  }
}
