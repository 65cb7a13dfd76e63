import type { Execution } from '@/lib/model/executions/execution'
import { executionName } from '@/lib/model/executions/execution-view'
import { type CsvCell, toCsv } from '@/lib/model/text/csv'

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

/** Observed times say so in their names: Gears reports none. */
const COLUMNS: readonly (readonly [name: string, cell: (e: Execution) => CsvCell])[] = [
  ['id', (e) => e.id],
  ['outcome', (e) => e.outcome],
  ['status', (e) => e.status],
  ['function', executionName],
  ['registered', (e) => e.registered],
  ['shard', (e) => e.shard],
  ['shardsAnswered', (e) => e.coverage.answered],
  ['shards', (e) => e.coverage.of],
  ['firstSeenObserved', (e) => iso(e.firstSeen)],
  ['endSeenObserved', (e) => iso(e.endSeen)],
  ['durationMs', (e) => e.durationMs],
  ['results', (e) => e.results],
  ['errors', (e) => e.errors],
  ['firstError', (e) => e.firstError],
  ['live', (e) => e.live],
]

export const executionsCsv = (executions: readonly Execution[]): string =>
  toCsv(
    COLUMNS.map(([name]) => name),
    executions.map((e) => COLUMNS.map(([, cell]) => cell(e))),
  )

export const executionsJson = (executions: readonly Execution[]): string => `${JSON.stringify(executions, null, 2)}\n`
