import { type ExecutionPart, isOver } from '@gearboard/gears/vocabulary/execution'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import type { HistoryState } from '@/lib/model/connection/connection'
import type { Execution, ExecutionOrigin } from '@/lib/model/executions/execution'
import type { ExecutionPast } from '@/lib/model/record/history'
import type { Sample } from '@/lib/model/record/sample'
import { RECENT_RUNS_MS } from '@/lib/model/registrations/health'
import type { Registration } from '@/lib/model/registrations/registration'
import { failingSinceOf, recentRunsOf } from '@/lib/model/registrations/registration-findings'
import type { ExecutionKnowledge } from '@/lib/server/history'
import type { History } from '@/lib/server/history/history'
import { initiatorOf, isFinal, type MergedExecution } from '../merge/merge-execution'
import { staysListed } from '../merge/origin-inference'
import type { RegistrationPast } from '../merge/registration-observer'
import type { GoneRegistration } from '../merge/registration-store'

/**
 * How many look-ups of each kind run: each reads for some ms and blocks everything else. What is known of further registrations begins
 * with Gearboard's first poll.
 */
const MOST_LOOK_UPS = 200
/** How far back `failingSince` reads, ms. */
const REMEMBERED_MS = 7 * 24 * 3_600_000

/** Points of recent runs: as fine as they are recorded. */
const RECENT_POINTS = 200

/** What the hub publishes at once. */
export interface RecordedChanges {
  readonly changes: readonly { readonly row: Execution; readonly entry: MergedExecution }[]
  /** All of them, changed or not. */
  readonly registrations: { values(): Iterable<Registration> }
  /** When a poll last listed the registration of this key, our clock, ms. */
  readonly lastListed: (key: string) => number | undefined
  readonly gone: readonly GoneRegistration[]
  readonly sample: Sample | undefined
}

/** Records in the history what the hub publishes about one connection. */
export class Recorder {
  /** Found once for each execution, when its errors are read: later the registration holds other errors. */
  private readonly raisedBy = new WeakMap<MergedExecution, Pick<ExecutionKnowledge, 'errorsOf'>>()
  private readonly lookedUp = { failingSince: 0, recentRuns: 0 }

  constructor(
    private readonly connection: string,
    private readonly history: History,
  ) {}

  get state(): HistoryState {
    return this.history.state
  }

  recordPublication({ changes, registrations, lastListed, gone, sample }: RecordedChanges): void {
    const holders = holdersOfErrors(changes.length > 0 ? registrations.values() : [])
    this.history.record((store) => {
      for (const { row, entry } of changes) {
        const parts = finalParts(entry)
        if (parts.length > 0 && !this.raisedBy.has(entry)) this.raisedBy.set(entry, holderOf(row, parts, holders))
        const known = { runId: runIdOf(row, entry), ...(parts.length > 0 && { parts }), ...this.raisedBy.get(entry) }
        store.executions.record(this.connection, row, known)
      }
      if (gone.length > 0) store.registrations.recordGone(this.connection, gone)
      if (!sample) return
      store.series.recordSample(this.connection, sample)
      const listed = [...registrations.values()].map((row) => ({
        ...row,
        lastSeen: lastListed(row.key) ?? row.lastSeen,
      }))
      store.registrations.record(this.connection, sample.at, listed)
    })
  }

  /** Where an execution comes from according to history. */
  originOf(entry: MergedExecution): ExecutionOrigin {
    const runId = entry.parts.get(initiatorOf(entry))?.runId ?? null
    return (runId === null ? undefined : this.executionPast(entry.key, runId)?.origin) ?? { kind: 'unknown' }
  }

  /** What history says of an execution, which it knows by its key and the server process that handed that out. */
  executionPast(key: string, runId: string): ExecutionPast | undefined {
    return this.history.readIfPossible((store) => store.executions.past(this.connection, key, runId))
  }

  /** What is in history of a registration. @param now our clock, ms */
  pastOf(key: string, now: () => number): RegistrationPast {
    return {
      failingSince: () => {
        if (++this.lookedUp.failingSince > MOST_LOOK_UPS) return null
        const series = this.seriesOf(key, { from: now() - REMEMBERED_MS, to: now(), points: 2000 })
        return series ? failingSinceOf(series) : null
      },
      recentRuns: () => {
        if (++this.lookedUp.recentRuns > MOST_LOOK_UPS) return []
        const series = this.seriesOf(key, { from: now() - RECENT_RUNS_MS, to: now(), points: RECENT_POINTS })
        return series ? recentRunsOf(series) : []
      },
    }
  }

  private seriesOf(key: string, range: { readonly from: number; readonly to: number; readonly points: number }) {
    return this.history.readIfPossible((store) =>
      store.series.read({ connection: this.connection, kind: 'registration', subject: key, ...range }),
    )
  }

  /** @param why `ahead`: the results were not requested, so less of them is kept */
  recordResults(row: Execution, entry: MergedExecution, results: readonly ResultValue[], why: 'asked' | 'ahead'): void {
    if (!isOver(row.outcome)) return
    this.history.record((store) =>
      store.executions.record(this.connection, row, {
        runId: runIdOf(row, entry),
        parts: finalParts(entry),
        ...this.raisedBy.get(entry),
        results,
        ahead: why === 'ahead',
      }),
    )
  }
}

/** The registration that holds each error text as its last error; null if several do. */
function holdersOfErrors(registrations: Iterable<Registration>): ReadonlyMap<string, Registration | null> {
  const holders = new Map<string, Registration | null>()
  for (const registration of registrations) {
    const texts = new Set(registration.perShard.flatMap(({ lastError }) => lastError ?? []))
    for (const text of texts) holders.set(text, holders.has(text) ? null : registration)
  }
  return holders
}

/**
 * The registration whose error an event's execution carries, if its origin is not known otherwise. A trigger's execution leaves the list
 * when it ends.
 */
function holderOf(
  { origin, registered }: Execution,
  parts: readonly ExecutionPart[],
  holders: ReadonlyMap<string, Registration | null>,
): Pick<ExecutionKnowledge, 'errorsOf'> {
  if (origin.kind !== 'unknown' || !registered) return {}
  const found = new Set(parts.flatMap(({ errors }) => errors.flatMap((text) => holders.get(text) ?? [])))
  const [only, ...others] = found
  return others.length === 0 && only && staysListed(only) ? { errorsOf: only } : {}
}

const runIdOf = (row: Execution, entry: MergedExecution): string | null => entry.parts.get(row.shard)?.runId ?? null

const finalParts = ({ parts }: MergedExecution): readonly ExecutionPart[] =>
  [...parts.values()].flatMap(({ report }) => (isFinal(report) ? [report] : []))
