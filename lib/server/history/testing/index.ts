import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import type { Counters } from '@gearboard/gears/vocabulary/registration'
import { onTestFinished } from 'vitest'
import type { Execution } from '@/lib/model/executions/execution'
import type { AuditEntry } from '@/lib/model/record/audit'
import type { Sample } from '@/lib/model/record/sample'
import type { SavedView } from '@/lib/model/record/saved-view'
import type { SubmittedSource } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'
import { execution as anExecution, commandReader, executionPart } from '@/lib/model/testing'
import { type HistoryStore, type HistoryStoreOptions, openHistoryStore } from '..'
import type { Clocks } from '../sqlite/record-clock'

const SHARD = '0'.repeat(40)
export const T0 = 1_760_000_000_000
const YEAR = 365 * 24 * 3_600_000

export const ROOMY = { maxAgeMs: YEAR, auditMaxAgeMs: 1e12, maxBytes: 1_000_000_000 }

export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gearboard-history-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Clocks of a machine that runs on and whose wall clock is never set. */
export const passing = (clock: () => number): Clocks => ({
  wall: clock,
  steady: clock,
  lasting: () => ({ boot: 'a boot', ms: clock() }),
})

/** A history in a directory of its own, or in the given one, closed when the test ends; its clock starts at T0. */
export function open({
  clock = () => T0,
  ...options
}: Partial<HistoryStoreOptions> & { readonly clock?: () => number } = {}): HistoryStore {
  const history = openHistoryStore({
    directory: options.directory ?? newDirectory(),
    retention: ROOMY,
    clocks: passing(clock),
    ...options,
  })
  onTestFinished(() => history.close())
  return history
}

export const idOf = (sequence: number): string => `${SHARD}-${sequence}`

/** An execution that was seen to end well, one second after T0 for each in the sequence. */
export function execution(sequence: number, changes: Partial<Execution> = {}): Execution {
  const firstSeen = changes.firstSeen ?? T0 + sequence * 1000
  return anExecution({
    key: changes.id ?? idOf(sequence),
    id: idOf(sequence),
    results: 3,
    durationMs: 12.5,
    firstSeen,
    lastSeen: firstSeen + 500,
    endSeen: firstSeen + 500,
    ...changes,
  })
}

export const part = (changes: Partial<ExecutionPart> = {}): ExecutionPart =>
  executionPart({
    shardsReceived: 1,
    shardsCompleted: 1,
    results: 3,
    totalDurationMs: 12.5,
    readDurationMs: 2,
    steps: [{ type: 'map', name: 'to_upper', arg: '', durationMs: null, global: false }],
    ...changes,
  })

export function sample(at: number, changes: Partial<Sample> = {}): Sample {
  return {
    at,
    running: 1,
    waiting: 0,
    ended: { ok: 1, failed: 0, aborted: 0, unknown: 0 },
    triggered: 2,
    failures: 0,
    memory: {},
    ...changes,
  }
}

export { counters } from '@/lib/model/testing'

export function registration(
  at: number,
  count: Counters,
  changes: { lastError?: string; answered?: number } = {},
): Registration {
  const lastError = changes.lastError ?? null
  return commandReader({
    id: idOf(1),
    key: idOf(1),
    name: 'stream orders',
    counters: count,
    lastError,
    averageMs: 4,
    coverage: { answered: changes.answered ?? 1, of: 1 },
    perShard: [
      {
        rates: null,
        shard: 'standalone',
        counters: count,
        durations: null,
        lag: null,
        status: null,
        lastError,
        errorIsPast: false,
        health: 'ok',
      },
    ],
    firstSeen: T0,
    lastSeen: at,
  })
}

export function source(id: string, changes: Partial<SubmittedSource> = {}): SubmittedSource {
  return {
    id,
    connection: 'default',
    at: T0,
    author: 'ada',
    name: 'word-count',
    requirements: ['redis==3.5.3'],
    options: { blocking: false, upgrade: true },
    outcome: 'sent',
    error: null,
    executionId: null,
    registrations: [],
    ...changes,
  }
}

export const view = (changes: Partial<Omit<SavedView, 'id'>> = {}): Omit<SavedView, 'id'> & { readonly id: null } => ({
  page: 'executions',
  name: 'Failing',
  query: 'q=outcome%3Afailed',
  createdAt: T0,
  createdBy: 'ada',
  changedAt: T0,
  changedBy: 'ada',
  ...changes,
  id: null,
})

export const audit = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  at: T0,
  connection: 'default',
  who: 'ada',
  ip: null,
  action: 'submit',
  target: null,
  before: null,
  after: null,
  outcome: 'ok',
  error: null,
  ...changes,
})

export const traceback = (type: string, line: number, message: string): string =>
  String.raw`['Traceback (most recent call last):\n', '  File "<string>", line ${line}, in work\n', '${type}: ${message}\n']`
