import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import { GearsId, NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'
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

/**
 * Which registration started an execution: the module does not say. Two ways to infer it, both of which leave open what they cannot tell:
 *
 * - Between two polls one registration alone was triggered on a shard, at least as often as executions appeared there.
 * - The plan (types, names and arguments of its steps) is one that was seen, so, of exactly one registration, while the plans of all other
 *   registrations that can have started it are known and differ: of those that were triggered as it appeared, else of all that ever ran.
 */
export class OriginInference {
  /** Plan by registration: it never changes while the registration lives. Null: two that cannot both be right. */
  private readonly plans = new Map<string, string | null>()
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

  learn(registration: string, plan: string): void {
    const known = this.plans.get(registration)
    this.plans.set(registration, known === undefined || known === plan ? plan : null)
  }

  /** @param ran keys of all registrations that ran at least once */
  byPlan(execution: string, plan: string, ran: readonly string[]): string | undefined {
    const possible = this.possible.get(execution)
    this.possible.delete(execution)
    // One of them was removed: it may have been that one.
    if (possible && [...possible].some((registration) => !ran.includes(registration))) return undefined
    const candidates = (possible ? [...possible] : ran).filter(
      (registration) => (this.plans.get(registration) ?? plan) === plan,
    )
    const [only, ...others] = candidates
    if (only === undefined || others.length > 0) return undefined
    // The last one left of those triggered then; of all that ever ran, some that are gone may have had the plan.
    return possible || this.plans.get(only) === plan ? only : undefined
  }

  private remember(executions: readonly string[], registrations: ReadonlySet<string>): void {
    for (const key of executions) this.possible.set(key, registrations)
    for (const key of this.possible.keys()) {
      if (this.possible.size <= MOST_OPEN) return
      this.possible.delete(key)
    }
  }

  /** Keeps nothing of registrations that are gone. */
  retain(registrations: ReadonlySet<string>): void {
    for (const key of this.plans.keys()) if (!registrations.has(key)) this.plans.delete(key)
  }
}

const UNKNOWN = ''
/** Executions whose plan is not read yet; with a churn of thousands a second only some are read at all. */
const MOST_OPEN = 10_000

/** What stays the same from run to run of one plan. */
export const planOf = ({ steps }: ExecutionPart): string =>
  JSON.stringify(steps.map(({ type, name, arg }) => [type, name, arg]))
