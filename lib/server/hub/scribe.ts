import type { HistoryState } from '@/lib/model/connection'
import { type Execution, type ExecutionPart, isOver } from '@/lib/model/execution'
import type { Registration } from '@/lib/model/registration'
import type { Sample } from '@/lib/model/sample'
import type { ResultValue } from '@/lib/model/value'
import type { Chronicle } from '../chronicle'
import { type Entry, isFinal } from './merge-execution'

/** What one publication of the hub says. */
export interface News {
  readonly changes: readonly { readonly row: Execution; readonly entry: Entry }[]
  /** All of them, changed or not. */
  readonly registrations: { values(): Iterable<Registration> }
  readonly sample: Sample | undefined
}

/** Tells the recorder what the hub publishes of one connection. */
export class Scribe {
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

  /** Results are read only where somebody asks for them: they may be large. */
  writeResults(row: Execution, entry: Entry, results: readonly ResultValue[]): void {
    if (!isOver(row.outcome)) return
    this.chronicle.record((history) =>
      history.recordExecution(this.connection, row, { runId: runIdOf(row, entry), parts: finalParts(entry), results }),
    )
  }
}

const runIdOf = (row: Execution, entry: Entry): string | null => entry.parts.get(row.shard)?.runId ?? null

const finalParts = ({ parts }: Entry): readonly ExecutionPart[] =>
  [...parts.values()].flatMap(({ report }) => (isFinal(report) ? [report] : []))
