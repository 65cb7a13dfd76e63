import { GearsError, type Shard } from '@gearboard/gears'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import { PollPace } from './poll-pace'

/** What a shard answered to one question, and when it was asked. */
export interface LastAnswer<T> {
  readonly value: T
  /** Our clock, ms. */
  readonly at: number
  /** As `at`, on the steady clock. */
  readonly steadyAt: number
  /** When the answer before this one was asked for; null at the first one. */
  readonly previousAt: number | null
}

export interface ShardQuestion<T> {
  /** As an operator knows it: `RG.DUMPREGISTRATIONS`, `INFO memory`. */
  readonly name: string
  ask(of: Pick<Shard, 'send'>): Promise<T>
  /** How much a reply reported. */
  sizeOf(value: T): number
}

/** One question that a shard is asked again and again: the last answer, and what it costs. One at a time is in progress. */
export class Inquiry<T> {
  readonly pace = new PollPace()
  lastAnswer: LastAnswer<T> | undefined
  /** Why the last one was not answered. */
  failure: unknown
  private running: Promise<void> | undefined
  private lastAskedAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly shard: () => Shard,
    private readonly question: ShardQuestion<T>,
    /** Its answers are not timed among others: it has to show that they are cheap. */
    public alone: boolean,
  ) {}

  get name(): string {
    return this.question.name
  }

  get underWay(): boolean {
    return this.running !== undefined
  }

  /** @param wantedMs 0: now, unless it is costly */
  isDue(wantedMs: number): boolean {
    if (this.running) return false
    if (wantedMs === 0 && !this.pace.isCostly) return true
    return steadyMs() - this.lastAskedAt >= this.pace.intervalMs(wantedMs) - SLACK_MS
  }

  /** Never rejects: `failure` holds the error. @param timed false: others, or the server's own work, are in what it takes */
  ask(timed: boolean): Promise<void> {
    this.running ??= this.run(timed).finally(() => {
      this.running = undefined
    })
    return this.running
  }

  /** Resolves when an inquiry that begins after this call has ended. */
  async askAnew(): Promise<void> {
    await this.running
    await this.ask(this.alone)
  }

  /** Another server may answer now. */
  forget(): void {
    this.lastAnswer = undefined
    this.lastAskedAt = Number.NEGATIVE_INFINITY
  }

  private async run(timed: boolean): Promise<void> {
    const shard = this.shard()
    const [at, steadyAt] = [wallMs(), steadyMs()]
    this.lastAskedAt = steadyAt
    // Nothing waits behind an answer that may take long.
    const apart = this.alone && (this.pace.isCostly || this.pace.costMs === null)
    try {
      const value = await this.question.ask({ send: apart ? shard.sendApart : shard.send })
      this.failure = undefined
      const before = this.lastAnswer?.steadyAt
      // By the current clock, in case it was set meanwhile.
      this.lastAnswer = {
        value,
        at,
        steadyAt,
        previousAt: before === undefined ? null : at - Math.round(steadyAt - before),
      }
      if (timed) this.pace.addAnswer(Math.round(steadyMs() - steadyAt), shard.distanceMs, this.question.sizeOf(value))
    } catch (error) {
      this.failure = error
      if (timed && error instanceof GearsError && error.code === 'timeout') this.pace.addAnswer(steadyMs() - steadyAt)
    }
  }
}

/** A timer may come this much early, ms. */
const SLACK_MS = 20
