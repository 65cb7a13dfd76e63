import type { HistoryState } from '@/lib/model/connection'
import { type Execution, type ExecutionPart, isOver } from '@/lib/model/execution'
import type { Registration } from '@/lib/model/registration'
import { failingSinceOf } from '@/lib/model/registration-diagnosis'
import type { Sample } from '@/lib/model/sample'
import type { ResultValue } from '@/lib/model/value'
import type { Chronicle } from '../chronicle'
import { type Entry, isFinal } from './merge-execution'

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
  private lookedUp = 0

  constructor(
    private readonly connection: string,
    private readonly chronicle: Chronicle,
  ) {}

  get state(): HistoryState {
    return this.chronicle.state
  }

  write({ changes, registrations, sample }: News): void {
    this.chronicle.record((history) => {
      for (const { row, entry } of changes) {
        const parts = finalParts(entry)
        const known = { runId: runIdOf(row, entry), ...(parts.length > 0 && { parts }) }
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
        results,
        ahead: why === 'ahead',
      }),
    )
  }
}

const runIdOf = (row: Execution, entry: Entry): string | null => entry.parts.get(row.shard)?.runId ?? null

const finalParts = ({ parts }: Entry): readonly ExecutionPart[] =>
  [...parts.values()].flatMap(({ report }) => (isFinal(report) ? [report] : []))
