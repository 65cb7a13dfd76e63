import type { Execution } from '../executions/execution'
import { executionName } from '../executions/execution-view'
import type { AuditPage } from '../record/audit'
import type { FunctionTimes } from '../record/function-history'
import { MEASURES } from '../record/history'
import type { Registration } from '../registrations/registration'
import { type ExportColumns, iso } from './export-table'

/** Observed times say so in their names: Gears reports none. */
export const EXECUTION_COLUMNS: ExportColumns<Execution> = [
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
  ['functionInferred', (e) => e.origin.kind === 'registration' && e.origin.inferred],
  ['registration', (e) => (e.origin.kind === 'registration' ? e.origin.registrationId : null)],
]

export const REGISTRATION_COLUMNS: ExportColumns<Registration> = [
  ['id', (r) => r.id],
  ['name', (r) => r.name],
  ['reader', (r) => r.reader],
  ['mode', (r) => r.mode],
  ['health', (r) => r.health],
  ['status', (r) => r.status],
  ['session', (r) => r.privateData?.session ?? null],
  ['triggered', (r) => r.counters.triggered],
  ['success', (r) => r.counters.success],
  ['failures', (r) => r.counters.failures],
  ['aborted', (r) => r.counters.aborted],
  ['averageMs', (r) => r.averageMs],
  ['lagMs', (r) => r.lagMs],
  ['lastError', (r) => r.lastError],
  ['shardsAnswered', (r) => r.coverage.answered],
  ['shards', (r) => r.coverage.of],
  ['missingOn', (r) => r.missingOn.join(' ')],
  ['firstSeenObserved', (r) => iso(r.firstSeen)],
]

export const ACTION_COLUMNS: ExportColumns<AuditPage['entries'][number]> = [
  ['at', (a) => iso(a.at)],
  ['who', (a) => a.who],
  ['ip', (a) => a.ip],
  ['action', (a) => a.action],
  ['connection', (a) => a.connection],
  ['target', (a) => a.target],
  ['outcome', (a) => a.outcome],
  ['before', (a) => a.before],
  ['after', (a) => a.after],
  ['error', (a) => a.error],
  ['id', (a) => a.id],
]

export type FunctionRow = Omit<FunctionTimes, 'points'>

export const FUNCTION_COLUMNS: ExportColumns<FunctionRow> = [
  ['function', ({ subject }) => (subject.kind === 'unknown' ? null : subject.name)],
  ['kind', ({ subject }) => subject.kind],
  ['registration', ({ subject }) => (subject.kind === 'registration' ? subject.id : null)],
  ['runs', (f) => f.count],
  ['ok', (f) => f.ok],
  ['failed', (f) => f.failed],
  ['aborted', (f) => f.aborted],
  ['unknown', (f) => f.unknown],
  ['timedRuns', (f) => f.timed],
  ['p50Ms', (f) => f.p50],
  ['p95Ms', (f) => f.p95],
  ['p99Ms', (f) => f.p99],
  ['maxMs', (f) => f.max],
  ['totalMs', (f) => f.total],
]

/** A point of the memory of a shard: means and maxima of its step, bytes; null where nothing was recorded. */
export interface MemoryRow {
  readonly at: number
  readonly shard: string
  readonly stepMs: number
  readonly values: Readonly<Record<string, number | null>>
  readonly peaks: Readonly<Record<string, number | null>>
}

export const MEMORY_COLUMNS: ExportColumns<MemoryRow> = [
  ['at', (m) => iso(m.at)],
  ['shard', (m) => m.shard],
  ['stepMs', (m) => m.stepMs],
  ...Object.keys(MEASURES.memory).flatMap(
    (name): ExportColumns<MemoryRow> => [
      [`${name}Bytes`, (m) => m.values[name] ?? null],
      [`${name}MaxBytes`, (m) => m.peaks[name] ?? null],
    ],
  ),
]
