import { createHash } from 'node:crypto'
import { type ExecutionPart, isOver } from '@gearboard/gears/vocabulary/execution'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import type { Execution, ExecutionOrigin } from '@/lib/model/executions/execution'
import { planInWords, planText } from '@/lib/model/executions/plan-step'
import type { ErrorSubject } from '@/lib/model/record/history'
import type { Registration } from '@/lib/model/registrations/registration'
import { boundParts, boundResults, KEPT_CHARS, KEPT_CHARS_AHEAD } from '../bounds'
import type { Intake } from '../lane'
import { connectionsOf, fields, incoming } from '../sql-text'
import { groupsOf, incomingWithGroups, leaveFormerGroups, type Raised, raisedOf } from './raised'

/** What is known of an execution besides its row. */
export interface ExecutionKnowledge {
  /** INFO's `run_id` of the shard that the row names, as the execution was first seen: another one is another execution under the same key. */
  readonly runId?: string | null
  /** What the shards said of it (RG.GETEXECUTION). */
  readonly parts?: readonly ExecutionPart[]
  /** The first of its results, when a user requested them. Kept only with `parts`. */
  readonly results?: readonly ResultValue[] | null
  /** The results were read ahead, without a request: there may be many such, so less of each is kept. */
  readonly ahead?: boolean
  /** Where its origin is unknown: the registration whose last error is the very text of this one, where there is one alone. */
  readonly errorsOf?: Pick<Registration, 'id' | 'name'>
}

interface Detail {
  readonly parts: string
  /** Fingerprint of the plan. */
  readonly plan: string | null
  /** The plan in words. */
  readonly planName: string
  readonly errorsOf: { readonly id: string; readonly name: string } | null
  readonly cutErrors: boolean
  readonly cutSteps: boolean
  readonly results: { readonly json: string; readonly cut: boolean } | null
  readonly raised: readonly Raised[]
}

export interface ExecutionEntry {
  readonly connection: string
  readonly execution: Execution
  readonly runId: string | null
  readonly detail: Detail | null
}

export function executionEntry(connection: string, execution: Execution, known: ExecutionKnowledge): ExecutionEntry {
  return {
    connection,
    execution,
    runId: known.runId ?? null,
    detail: known.parts ? detailOf(known.parts, known) : null,
  }
}

function detailOf(parts: readonly ExecutionPart[], { results, ahead, errorsOf }: ExecutionKnowledge): Detail {
  const { json, cutErrors, cutSteps } = boundParts(parts)
  return {
    parts: json,
    plan: fingerprintOf(parts),
    planName: planInWords(parts[0]?.steps ?? []) || 'no steps',
    errorsOf: errorsOf ? { id: errorsOf.id, name: errorsOf.name } : null,
    cutErrors,
    cutSteps,
    results: results ? boundResults(results, ahead ? KEPT_CHARS_AHEAD : KEPT_CHARS) : null,
    raised: raisedOf(parts.flatMap((part) => part.errors)),
  }
}

/** Every shard has the same plan. Hashing is quick beside the writing: some µs. */
export function fingerprintOf([part]: readonly ExecutionPart[]): string | null {
  return part ? createHash('sha256').update(planText(part)).digest('hex').slice(0, 16) : null
}

const KIND = 'execution'

/** Columns besides those that name the row (connection, key, epoch). */
const COLUMNS = [
  'gears_id',
  'shard',
  'status',
  'outcome',
  'abort_cause',
  'registered',
  'results',
  'errors',
  'first_error',
  'duration_ms',
  'first_seen',
  'observed',
  'last_seen',
  'end_seen',
  'precision_ms',
  'answered',
  'shards',
  'origin_kind',
  'origin_name',
  'origin_id',
  'run_id',
  'plan',
  'gone_cause',
  'gone_by',
  'gone_at',
] as const

const OVER = `('ok', 'failed', 'aborted')`

/**
 * Which execution under this key it is: the one that this hub saw first at that time; else the latest, unless it cannot be that one. It
 * cannot if the server process is another, if it appeared while Gearboard was polling, or if it runs although that one had ended.
 */
const EPOCH = `coalesce(
  (SELECT e.epoch FROM execution e
   WHERE e.connection = c.id AND e.key = r.value->>'key' AND e.observed = r.value->>'observed'),
  (SELECT e.epoch + CASE
     WHEN e.shard = r.value->>'shard' AND e.run_id <> r.value->>'run_id' THEN 1
     WHEN e.shard = r.value->>'shard' AND e.run_id = r.value->>'run_id' THEN 0
     WHEN r.value->>'precision_ms' IS NOT NULL THEN 1
     ELSE e.outcome IN ${OVER} AND r.value->>'outcome' IN ('running', 'waiting') END
   FROM execution e WHERE e.connection = c.id AND e.key = r.value->>'key' ORDER BY e.epoch DESC LIMIT 1),
  1)`

/** A Gearboard that has just started does not know yet how an execution ended that an earlier one saw end. */
const KNOWN_BETTER = `execution.outcome IN ${OVER} AND excluded.outcome = 'unknown'`

const betterOf = (column: string) =>
  `${column} = CASE WHEN ${KNOWN_BETTER} THEN execution.${column} ELSE excluded.${column} END`
const keepOld = (column: string) => `${column} = coalesce(excluded.${column}, execution.${column})`
const originOf = (column: string) =>
  `${column} = CASE WHEN excluded.origin_kind = 'unknown' THEN execution.${column} ELSE excluded.${column} END`

const UPSERT = `
  INSERT INTO execution (connection, key, epoch, ${COLUMNS.join(', ')})
  SELECT c.id, r.value->>'key', ${EPOCH}, ${fields(COLUMNS)} FROM ${incoming(KIND)}
  ON CONFLICT (connection, key, epoch) DO UPDATE SET
    run_id = CASE WHEN excluded.shard = execution.shard THEN coalesce(execution.run_id, excluded.run_id) ELSE excluded.run_id END,
    shard = excluded.shard,
    status = excluded.status,
    registered = excluded.registered,
    ${['outcome', 'abort_cause', 'answered', 'shards'].map(betterOf).join(', ')},
    ${['results', 'errors', 'first_error', 'duration_ms', 'plan', 'gone_cause', 'gone_by', 'gone_at'].map(keepOld).join(', ')},
    observed = excluded.observed,
    last_seen = max(execution.last_seen, excluded.last_seen),
    end_seen = CASE WHEN excluded.end_seen IS NULL THEN NULL
      ELSE coalesce(min(execution.end_seen, excluded.end_seen), excluded.end_seen) END,
    ${['origin_name', 'origin_id', 'origin_kind'].map(originOf).join(', ')}`

/** The row that the upsert made or found. */
const ITS_ROW = `CROSS JOIN execution e ON e.connection = c.id AND e.key = r.value->>'key' AND e.observed = r.value->>'observed'`

/** Results that a user requested hold more than those that were read ahead. */
const FULLER =
  'excluded.results IS NOT NULL AND length(excluded.results) >= coalesce(length(execution_detail.results), 0)'

const DETAIL = `
  INSERT INTO execution_detail (execution, parts, results, cut_results, cut_errors, cut_steps)
  SELECT e.id, ${fields(['parts', 'kept_results', 'cut_results', 'cut_errors', 'cut_steps'])}
  FROM ${incoming(KIND, ITS_ROW)} AND r.value->>'parts' IS NOT NULL
  ON CONFLICT (execution) DO UPDATE SET
    parts = excluded.parts, cut_errors = excluded.cut_errors, cut_steps = excluded.cut_steps,
    cut_results = CASE WHEN ${FULLER} THEN excluded.cut_results ELSE execution_detail.cut_results END,
    results = CASE WHEN ${FULLER} THEN excluded.results ELSE execution_detail.results END`

const isKnownNow = (column: string): string =>
  `(SELECT ${column} FROM connection c CROSS JOIN execution e ON e.connection = c.id AND e.key = batch.value->>'key'
      AND e.observed = batch.value->>'observed' WHERE c.name = batch.value->>'connection')`

/** An execution that the hub does not attribute, or not any more after a restart of Gearboard, may be attributed in history: so are its errors. */
const KNOWN_SUBJECTS = `
  UPDATE temp.batch SET value = json_set(value, '$.subject_kind', ${isKnownNow('e.origin_kind')},
    '$.subject', ${isKnownNow(`CASE e.origin_kind WHEN 'submission' THEN e.origin_name ELSE e.origin_id END`)},
    '$.subject_name', ${isKnownNow('e.origin_name')})
  WHERE rowid IN (SELECT r.rowid FROM ${incoming(KIND, ITS_ROW)} AND e.origin_kind <> 'unknown' AND r.value->>'subject_kind' IN ('plan', 'unknown'))`

const OCCURRENCES = `
  INSERT OR IGNORE INTO error_occurrence (error_group, execution, at)
  SELECT g.id, e.id, r.value->>'raised_at' FROM ${incomingWithGroups(KIND, ITS_ROW)}`

export const executionIntake: Intake<ExecutionEntry> = {
  kind: KIND,
  limit: { entries: 20_000, chars: 32_000_000 },
  identity: ({ connection, execution }) => `${connection}\0${execution.key}\0${execution.firstSeen}`,
  // What was first seen under the run id counts: the row of an execution that a restart ended may come with that of the next process.
  merge: (older, newer) => ({
    ...newer,
    runId: older.runId ?? newer.runId,
    detail: newer.detail
      ? { ...newer.detail, results: newer.detail.results ?? older.detail?.results ?? null }
      : older.detail,
  }),
  apart: ({ connection, execution }) => `${connection}\0${execution.key}`,
  chars: ({ detail }) =>
    500 + (detail ? detail.parts.length + (detail.results?.json.length ?? 0) + 500 * detail.raised.length : 0),
  encode: ({ connection, execution, runId, detail }) => ({
    connection,
    key: execution.key,
    gears_id: execution.id,
    shard: execution.shard,
    status: execution.status,
    outcome: execution.outcome,
    abort_cause: execution.abortCause ?? null,
    registered: execution.registered ? 1 : 0,
    results: execution.results,
    errors: execution.errors,
    first_error: execution.firstError,
    duration_ms: execution.durationMs,
    first_seen: execution.firstSeen,
    observed: execution.firstSeen,
    last_seen: execution.lastSeen,
    end_seen: execution.endSeen,
    precision_ms: execution.precisionMs,
    answered: execution.coverage.answered,
    shards: execution.coverage.of,
    ...originColumns(execution.origin),
    run_id: runId,
    plan: detail?.plan ?? null,
    gone_cause: execution.gone?.cause ?? null,
    gone_by: execution.gone?.by ?? null,
    gone_at: execution.gone?.at ?? null,
    ...(detail && {
      ...subjectColumns(errorSubjectOf(execution.origin, detail)),
      parts: detail.parts,
      kept_results: detail.results?.json ?? null,
      cut_results: detail.results?.cut ? 1 : 0,
      cut_errors: detail.cutErrors ? 1 : 0,
      cut_steps: detail.cutSteps ? 1 : 0,
      // A running execution may still raise more, but what it raised is final.
      raised: detail.raised,
      raised_at: isOver(execution.outcome) ? (execution.endSeen ?? execution.lastSeen) : execution.lastSeen,
    }),
  }),
  sql: [
    connectionsOf(KIND),
    UPSERT,
    DETAIL,
    KNOWN_SUBJECTS,
    groupsOf(KIND),
    OCCURRENCES,
    leaveFormerGroups(KIND, ITS_ROW),
  ].join(';\n'),
}

function originColumns(origin: ExecutionOrigin) {
  switch (origin.kind) {
    case 'submission':
      return { origin_kind: origin.kind, origin_name: origin.name, origin_id: origin.sourceId }
    case 'registration':
      return { origin_kind: origin.kind, origin_name: origin.name, origin_id: origin.registrationId }
    case 'unknown':
      return { origin_kind: origin.kind, origin_name: null, origin_id: null }
  }
}

/** The origin that its errors are grouped under. Without an origin, it is the registration that holds them, else its plan. */
function errorSubjectOf(origin: ExecutionOrigin, { plan, planName, errorsOf }: Detail): ErrorSubject {
  switch (origin.kind) {
    case 'submission':
      return { kind: origin.kind, name: origin.name }
    case 'registration':
      return { kind: origin.kind, id: origin.registrationId, name: origin.name }
    case 'unknown':
      if (errorsOf) return { kind: 'registration', ...errorsOf }
      return plan === null ? { kind: 'unknown' } : { kind: 'plan', plan, name: planName }
  }
}

function subjectColumns(subject: ErrorSubject) {
  switch (subject.kind) {
    case 'submission':
      return { subject_kind: subject.kind, subject: subject.name, subject_name: subject.name }
    case 'registration':
      return { subject_kind: subject.kind, subject: subject.id, subject_name: subject.name }
    case 'plan':
      return { subject_kind: subject.kind, subject: subject.plan, subject_name: subject.name }
    case 'unknown':
      return { subject_kind: subject.kind, subject: '', subject_name: '' }
  }
}
