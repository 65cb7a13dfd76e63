import { type ExecutionPart, isOver } from '@gearboard/gears/vocabulary/execution'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import type { HistoryState } from '@/lib/model/connection/connection'
import type { Execution } from '@/lib/model/executions/execution'
import type { Sample } from '@/lib/model/record/sample'
import type { Registration } from '@/lib/model/registrations/registration'
import { failingSinceOf } from '@/lib/model/registrations/registration-diagnosis'
import type { Chronicle } from '../chronicle'
import type { ExecutionKnowledge } from '../history'
import { type Entry, isFinal } from './merge/merge-execution'
import { staysListed } from './merge/origin-inference'

/** Each is a read of some ms that holds up everything else: a connection with more failing registrations shows since when it looks. */
const MOST_LOOK_UPS = 200
/** How far back it is looked for since when a registration fails, ms. */
const REMEMBERED_MS = 7 * 24 * 3_600_000

/** What one publication of the hub says. */
export interface News {
  readonly changes: readonly { readonly row: Execution; readonly entry: Entry }[]
  /** All of them, changed or not. */
  readonly registrations: { values(): Iterable<Registration> }
  readonly sample: Sample | undefined
}

/** Tells the recorder what the hub publishes of one connection. */
export class Scribe {
  /** Said once of each, when its errors are read: the registration that holds them now will have others. */
  private readonly raisedBy = new WeakMap<Entry, Pick<ExecutionKnowledge, 'errorsOf'>>()
  private lookedUp = 0

  constructor(
    private readonly connection: string,
    private readonly chronicle: Chronicle,
  ) {}

  get state(): HistoryState {
    return this.chronicle.state
  }

  write({ changes, registrations, sample }: News): void {
    const holders = holdersOfErrors(changes.length > 0 ? registrations.values() : [])
    this.chronicle.record((history) => {
      for (const { row, entry } of changes) {
        const parts = finalParts(entry)
        if (parts.length > 0 && !this.raisedBy.has(entry)) this.raisedBy.set(entry, holderOf(row, parts, holders))
        const known = { runId: runIdOf(row, entry), ...(parts.length > 0 && { parts }), ...this.raisedBy.get(entry) }
        history.recordExecution(this.connection, row, known)
      }
      if (!sample) return
      history.recordSample(this.connection, sample)
      history.recordRegistrations(this.connection, sample.at, [...registrations.values()])
    })
  }

  /** Since when a registration fails without a success, as far as it is on record; null where that does not tell. */
  failingSince(key: string, now: number): number | null {
    if (++this.lookedUp > MOST_LOOK_UPS) return null
    const range = { from: now - REMEMBERED_MS, to: now, points: 2000 }
    const series = this.chronicle.recall((history) =>
      history.series({ connection: this.connection, kind: 'registration', subject: key, ...range }),
    )
    return series ? failingSinceOf(series) : null
  }

  /** `ahead`: nobody asked for them, and less of them is kept. */
  writeResults(row: Execution, entry: Entry, results: readonly ResultValue[], why: 'asked' | 'ahead'): void {
    if (!isOver(row.outcome)) return
    this.chronicle.record((history) =>
      history.recordExecution(this.connection, row, {
        runId: runIdOf(row, entry),
        parts: finalParts(entry),
        ...this.raisedBy.get(entry),
        results,
        ahead: why === 'ahead',
      }),
    )
  }
}

/** By the text of a last error, the registration that holds it; null where several do. */
function holdersOfErrors(registrations: Iterable<Registration>): ReadonlyMap<string, Registration | null> {
  const holders = new Map<string, Registration | null>()
  for (const registration of registrations) {
    const texts = new Set(registration.perShard.flatMap(({ lastError }) => lastError ?? []))
    for (const text of texts) holders.set(text, holders.has(text) ? null : registration)
  }
  return holders
}

/** Whose error an event's execution carries, where nothing else tells its origin. A trigger's execution leaves the list as it ends. */
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

const runIdOf = (row: Execution, entry: Entry): string | null => entry.parts.get(row.shard)?.runId ?? null

const finalParts = ({ parts }: Entry): readonly ExecutionPart[] =>
  [...parts.values()].flatMap(({ report }) => (isFinal(report) ? [report] : []))
