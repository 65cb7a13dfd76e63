import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import type { ExecutionOrigin } from '@/lib/model/executions/execution'
import type { Registration } from '@/lib/model/registrations/registration'
import { keepNewest } from '@/lib/server/keep-newest'
import type { ListsOfOneMoment } from '../poll/shard-snapshot'
import type { ExecutionStore } from './execution-store'
import { initiatorOf, isFinal, type MergedExecution } from './merge-execution'
import { OriginInference, type SeenPlan, seenPlan, staysListed, windowOf } from './origin-inference'
import type { PublishedRegistrations } from './registration-store'

/** A registration that ran, listed or gone. */
interface Runner {
  readonly id: string
  readonly name: string
  readonly firstSeen: number
  /** Null while it is listed, ms. */
  readonly goneAt: number | null
}

/** An execution whose origin several registrations may be. */
interface OpenOrigin {
  readonly entry: MergedExecution
  readonly plan: SeenPlan
  /** The registrations that were triggered as it appeared: no other one can have started it. Undefined: that is unknown. */
  readonly triggered: ReadonlySet<string> | undefined
}

/** What origins are inferred from, besides what the shards report. */
interface Surroundings {
  readonly executionStore: ExecutionStore
  readonly feed: { readonly registrations: { get(key: string): Registration | undefined } }
  /** What the history says of one that was there as Gearboard first looked. */
  readonly remembered: (entry: MergedExecution) => ExecutionOrigin
  /** Whether the shard has listed its registrations. */
  readonly knowsRegistrations: (shard: string) => boolean
}

/** An execution may be listed before the registration that started it, by the time of some polls, ms. */
const LISTED_LATER_MS = 5000
const MOST_RUNNERS = 10_000
/** Executions left open: some more than the store remembers. */
const MOST_OPEN = 4000
/** How many executions one call decides: some ms. */
const AT_ONCE = 500

/**
 * Attributes executions to the registrations that started them, where that can be inferred: as their plan is read, and those left open when
 * more plans are known.
 */
export class Origins {
  private inference = new OriginInference()
  private readonly runners = new Map<string, Runner>()
  private readonly open = new Map<string, OpenOrigin>()
  /** Keys of `open` to decide again. */
  private due = new Set<string>()

  constructor(private readonly around: Surroundings) {}

  /** Two polls of a shard, one after the other. */
  compare(shard: string, before: ListsOfOneMoment, now: ListsOfOneMoment): void {
    const window = windowOf(shard, before, now)
    const registration = this.inference.observe(window)
    if (registration === undefined) return
    const row = this.around.feed.registrations.get(registration)
    if (row) for (const key of window.newcomers) this.around.executionStore.attribute(key, originOf(row))
  }

  /** What a shard reported about an execution. */
  read(key: string, shard: string, part: ExecutionPart): void {
    const { executionStore, feed, remembered } = this.around
    const entry = executionStore.get(key)
    if (!entry?.parts.get(shard)?.registered || initiatorOf(entry) !== shard) return
    if (isFinal(part) && entry.precisionMs === null && !this.open.has(key))
      executionStore.attributeEntry(entry, remembered(entry))
    const { origin } = entry
    const plan = seenPlan(shard, part)
    if (origin.kind === 'registration') {
      const { registrationId: id } = origin
      const row = feed.registrations.get(`${id}@${shard}`) ?? feed.registrations.get(id)
      if (row) this.learn(row.key, plan)
      return
    }
    // While it runs it may be one of a trigger.
    if (origin.kind === 'submission' || !isFinal(part)) return
    const before = this.open.get(key)
    const triggered = this.inference.takePossible(key) ?? (before?.entry === entry ? before.triggered : undefined)
    this.open.set(key, { entry, plan, triggered })
    keepNewest(this.open, MOST_OPEN)
    this.decide(key)
  }

  /** The registrations that the feed just published. Those that are gone may have started what is still open. */
  published({ upserts, gone }: PublishedRegistrations): void {
    for (const row of upserts) this.noteRunner(row, null)
    for (const { row, goneAt } of gone) this.noteRunner(row, goneAt)
  }

  /** A server's ids and addresses start over. */
  restarted(): void {
    this.inference = new OriginInference()
    this.runners.clear()
    this.open.clear()
    this.due.clear()
  }

  /** Decides again on those left open, a bounded number at once. True: there are more. */
  decideOpen(): boolean {
    let left = AT_ONCE
    for (const key of this.due) {
      if (left-- === 0) return true
      this.due.delete(key)
      this.decide(key)
    }
    return false
  }

  private decide(key: string): void {
    const open = this.open.get(key)
    if (!open) return
    const { executionStore, knowsRegistrations } = this.around
    const { entry, plan, triggered } = open
    // Its origin was found otherwise, or another execution has its key.
    if (entry.origin.kind !== 'unknown' || executionStore.get(key) !== entry) {
      this.open.delete(key)
      return
    }
    if (!triggered && !knowsRegistrations(plan.shard)) return
    const registration = this.inference.byPlan(plan, triggered ?? this.whatRan(entry), triggered !== undefined)
    const runner = registration === undefined ? undefined : this.runners.get(registration)
    if (registration === undefined || !runner) return
    this.open.delete(key)
    executionStore.attributeEntry(entry, originOf(runner))
    this.learn(registration, plan)
  }

  private learn(registration: string, plan: SeenPlan): void {
    if (this.inference.learn(registration, plan)) this.due = new Set(this.open.keys())
  }

  private noteRunner({ key, id, name, firstSeen, counters, ...row }: Registration, goneAt: number | null): void {
    const known = this.runners.has(key)
    if (!staysListed(row) || (counters.triggered === 0 && !known)) return
    this.runners.set(key, { id, name, firstSeen, goneAt })
    keepNewest(this.runners, MOST_RUNNERS)
    if (!known) this.due = new Set(this.open.keys())
  }

  /** The registrations that ran at least once and were there as it appeared. */
  private whatRan({ firstSeen, precisionMs }: MergedExecution): readonly string[] {
    const possible = [...this.runners].filter(
      ([, runner]) =>
        runner.firstSeen <= firstSeen + LISTED_LATER_MS &&
        (runner.goneAt === null || precisionMs === null || runner.goneAt >= firstSeen - precisionMs),
    )
    return possible.map(([key]) => key)
  }
}

const originOf = ({ id, name }: Pick<Runner, 'id' | 'name'>): ExecutionOrigin => ({
  kind: 'registration',
  name,
  registrationId: id,
  inferred: true,
})
