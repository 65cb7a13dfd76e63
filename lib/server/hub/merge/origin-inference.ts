import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import { GearsId, NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import { planText } from '@/lib/model/executions/plan-step'
import { keepNewest } from '@/lib/server/keep-newest'
import type { ListsOfOneMoment } from '../poll/shard-snapshot'
import { isTerminal, keyOn } from './merge-execution'

/** What one poll of a shard found new since the previous poll. */
export interface Window {
  readonly shard: string
  /** Keys of executions of registrations that this shard started. */
  readonly newcomers: readonly string[]
  /** By how much each registration was triggered there, where it was at all; null where that is unknown: reset, loaded, unregistered. */
  readonly triggered: ReadonlyMap<string, number> | null
}

/** Executions of triggers leave the list as they end (protocol 11.3): what stays is of another registration. */
export const staysListed = ({ reader }: Pick<ShardRegistration, 'reader'>): boolean => reader !== 'CommandReader'

/** Two polls of a shard, one after the other, compared. */
export function windowOf(shard: string, before: ListsOfOneMoment, now: ListsOfOneMoment): Window {
  const listed = new Set(before.executions.map(({ id }) => id))
  const triggersRan = ranTriggers(before, now)
  const newcomers = now.executions.filter(({ id, registered, status }) => {
    const initiator = GearsId.parse(id)?.shard
    const mayBeTrigger = triggersRan && !isTerminal(status)
    return registered && !mayBeTrigger && (initiator === shard || initiator === NO_SHARD) && !listed.has(id)
  })
  return {
    shard,
    newcomers: newcomers.map(({ id }) => keyOn(id, shard, now.cluster)),
    triggered: triggeredBetween(shard, before, now),
  }
}

const triggerRuns = ({ registrations }: ListsOfOneMoment): number =>
  registrations.reduce((sum, each) => sum + (staysListed(each) ? 0 : each.counters.triggered), 0)

const ranTriggers = (before: ListsOfOneMoment, now: ListsOfOneMoment): boolean =>
  triggerRuns(before) !== triggerRuns(now)

function triggeredBetween(
  shard: string,
  before: ListsOfOneMoment,
  now: ListsOfOneMoment,
): ReadonlyMap<string, number> | null {
  if (before.runId !== now.runId) return null
  const counts = new Map(before.registrations.map(({ id, counters }) => [id, counters.triggered]))
  const triggered = new Map<string, number>()
  for (const registration of now.registrations) {
    const { id, counters } = registration
    const growth = counters.triggered - (counts.get(id) ?? 0)
    if (growth < 0) return null
    counts.delete(id)
    if (staysListed(registration)) triggered.set(keyOn(id, shard, now.cluster), growth)
  }
  // One that was unregistered took with it how often it was triggered.
  return counts.size > 0 ? null : triggered
}

/** The plan of an execution, as the shard that started it reports it. */
export interface SeenPlan {
  readonly shard: string
  /** With the addresses of its callbacks: the same from run to run of a registration, and another on each shard (measured, 1.2.13). */
  readonly exact: string
  /** Without them. */
  readonly text: string
}

export const seenPlan = (shard: string, part: ExecutionPart): SeenPlan => ({
  shard,
  exact: JSON.stringify(part.steps.map(({ type, name, arg }) => [type, name, arg])),
  text: planText(part),
})

/** What is known of the plan of a registration, which never changes while it lives. */
interface KnownPlan {
  /** Null: two that cannot both be right. */
  text: string | null
  /** By shard. Null: two were seen, as after DEBUG RELOAD. */
  readonly exact: Map<string, string | null>
}

/**
 * Which registration started an execution: the module does not say. Two ways to infer it, both of which leave open what they cannot tell:
 *
 * - Between two polls one registration alone was triggered on a shard, at least as often as executions appeared there.
 * - The plan (types, names and arguments of its steps) is one that was seen, so, of exactly one registration, while the plans of all other
 *   registrations that can have started it are known and differ: of those that were triggered as it appeared, else of all that ran.
 */
export class OriginInference {
  /** Also of registrations that are gone: they may have started what is attributed later. */
  private readonly plans = new Map<string, KnownPlan>()
  /** On each shard, the registrations that were triggered in the last window more often than executions appeared: those may be late. */
  private readonly owing = new Map<string, ReadonlySet<string>>()

  /** On each shard, what was triggered in the last window: a poll lists first and counts then, so that an execution may appear one poll late. */
  private readonly before = new Map<string, ReadonlySet<string> | null>()
  /** Newcomers that several may have started, and which. */
  private readonly possible = new Map<string, ReadonlySet<string>>()

  /** The registration behind the newcomers; undefined where that alone does not tell. */
  observe({ shard, newcomers, triggered }: Window): string | undefined {
    const owing = this.owing.get(shard)
    const grown = triggered ? [...triggered].filter(([, count]) => count > 0) : []
    const total = grown.reduce((sum, [, count]) => sum + count, 0)
    if (triggered && total <= newcomers.length) this.owing.delete(shard)
    else this.owing.set(shard, new Set(triggered ? grown.map(([key]) => key) : [UNKNOWN]))
    const before = this.before.get(shard)
    const now = triggered && new Set(grown.map(([key]) => key))
    this.before.set(shard, now)
    if (now && before) this.remember(newcomers, new Set([...now, ...before]))
    const [only, ...others] = grown
    if (newcomers.length === 0 || !only || others.length > 0 || newcomers.length > only[1]) return undefined
    const [registration] = only
    return [...(owing ?? [])].every((key) => key === registration) ? registration : undefined
  }

  /** True: it says more of the registration than was known. */
  learn(registration: string, { shard, exact, text }: SeenPlan): boolean {
    const known = this.plans.get(registration)
    if (!known) {
      this.plans.set(registration, { text, exact: new Map([[shard, exact]]) })
      keepNewest(this.plans, MOST_PLANS)
      return true
    }
    if (known.text !== text) {
      known.text = null
      return false
    }
    const there = known.exact.get(shard)
    if (there === undefined) known.exact.set(shard, exact)
    else if (there !== exact) known.exact.set(shard, null)
    return there === undefined
  }

  /** The registrations that were triggered as this execution appeared, if that is known. It is said once. */
  takePossible(execution: string): ReadonlySet<string> | undefined {
    const possible = this.possible.get(execution)
    this.possible.delete(execution)
    return possible
  }

  /**
   * The one registration that can have started an execution with this plan; undefined where several can.
   * @param triggered whether it is one of the candidates for certain, because only these were triggered as it appeared
   */
  byPlan(plan: SeenPlan, candidates: Iterable<string>, triggered: boolean): string | undefined {
    const [only, ...others] = [...candidates].filter((registration) => this.mayHave(registration, plan))
    if (only === undefined || others.length > 0) return undefined
    // Of all that ran, some that nobody saw may have had the plan.
    return triggered || this.plans.get(only)?.text === plan.text ? only : undefined
  }

  private mayHave(registration: string, { shard, exact, text }: SeenPlan): boolean {
    const known = this.plans.get(registration)
    if (!known || known.text === null) return true
    return known.text === text && (known.exact.get(shard) ?? exact) === exact
  }

  private remember(executions: readonly string[], registrations: ReadonlySet<string>): void {
    for (const key of executions) this.possible.set(key, registrations)
    keepNewest(this.possible, MOST_OPEN)
  }
}

const UNKNOWN = ''
/** Executions whose plan is not read yet; with a churn of thousands a second only some are read at all. */
const MOST_OPEN = 10_000
const MOST_PLANS = 10_000
