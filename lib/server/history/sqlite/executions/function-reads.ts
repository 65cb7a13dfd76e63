import { OUTCOMES } from '@gearboard/gears/vocabulary/execution'
import { ORIGIN_KINDS } from '@/lib/model/executions/execution'
import { planInWords } from '@/lib/model/executions/plan-step'
import { groupBy } from '@/lib/model/list/group-by'
import type {
  FunctionHistory,
  FunctionPoint,
  FunctionQuery,
  FunctionSubject,
  FunctionTimes,
  RunTimes,
} from '@/lib/model/record/function-history'
import { durationChange, spreadOf } from '@/lib/model/record/statistics'
import { stepAtLeast } from '@/lib/model/record/steps'
import { HistoryError } from '@/lib/server/history/history-error'
import { lastPlaceOf, withinBounds } from '../paging'
import { readable, Tally } from '../readable'
import type { Row } from '../row'
import type { Reading, SqlValue } from '../sqlite'
import { storedParts } from '../stored'

/** How many rows one statement reads: some ms. Between two of them the event loop is free. */
const SLICE = 500
/** How many executions one reply counts, the newest: 1 to 2 s of work in slices. */
const COUNTED = 200_000
const MOST_FUNCTIONS = 200
/** Of each function the latest runs are searched for a change. */
const COMPARED = 2000
const MOST_VERSIONS = 100
/** Submissions that are looked through for the registrations that they made. */
const REGISTERING = 5000

interface Run {
  readonly at: number
  readonly id: number
  readonly outcome: (typeof OUTCOMES)[number]
  readonly ms: number | null
  readonly originId: string | null
}

interface SubjectRuns {
  readonly kind: FunctionSubject['kind']
  /** The name, or the fingerprint of the plan. */
  readonly name: string
  /** Newest first. */
  readonly runs: Run[]
}

/** @throws HistoryError `invalid` */
export async function readFunctions(reading: () => Reading, query: FunctionQuery): Promise<FunctionHistory> {
  const points = withinBounds('points', query.points, 1, 500, 60)
  const { from, to } = query
  if (!Number.isFinite(from) || !Number.isFinite(to) || from >= to)
    throw new HistoryError('invalid', 'from, to: must be times in ms, from before to')
  const stepMs = points === 1 ? to - from : stepAtLeast((to - from) / Math.max(1, points - 1))
  const tally = new Tally()
  const { subjects, searchedTo } = await readSubjects(reading, query, tally)
  const all: { readonly subject: SubjectRuns; readonly times: RunTimes }[] = []
  for (const subject of subjects.values()) {
    all.push({ subject, times: timesOf(subject.runs) })
    await breathe()
  }
  const functions: FunctionTimes[] = []
  const shown = all.toSorted((a, b) => b.times.total - a.times.total || b.times.count - a.times.count)
  for (const { subject, times } of shown.slice(0, MOST_FUNCTIONS)) {
    const described = describe(reading(), query, subject)
    functions.push({ ...times, ...described, points: await pointsOf(subject.runs, stepMs) })
    await breathe()
  }
  return {
    stepMs,
    executions: all.reduce((sum, { times }) => sum + times.count, 0),
    searchedTo,
    functions,
    omitted: Math.max(0, shown.length - MOST_FUNCTIONS),
    ...tally.told,
  }
}

const breathe = () => new Promise(setImmediate)

async function readSubjects(reading: () => Reading, query: FunctionQuery, tally: Tally) {
  const subjects = new Map<string, SubjectRuns>()
  const condition = conditionOf(query)
  let after: readonly [number, number] = [Math.ceil(query.to), 0]
  for (let counted = 0; counted < COUNTED; counted += SLICE) {
    const rows = reading().all(
      `SELECT id, first_seen, outcome, duration_ms, origin_kind, origin_name, origin_id, plan FROM execution
       WHERE connection = (SELECT id FROM connection WHERE name = ?) ${condition.sql}
         AND first_seen >= ? AND (first_seen, id) < (?, ?)
       ORDER BY first_seen DESC, id DESC LIMIT ${SLICE}`,
      query.connection,
      ...condition.values,
      query.from,
      ...after,
    )
    readable(rows, (row) => addRun(subjects, row), tally)
    const last = lastPlaceOf(rows, 'first_seen', 'id')
    if (!last || rows.length < SLICE) return { subjects, searchedTo: null }
    after = last
    await breathe()
  }
  return { subjects, searchedTo: after[0] }
}

/** What an index of its own serves. */
function conditionOf({ name, plan }: FunctionQuery): { readonly sql: string; readonly values: readonly SqlValue[] } {
  if (name !== undefined) return { sql: 'AND origin_name = ?', values: [name] }
  if (plan !== undefined) return { sql: `AND origin_kind = 'unknown' AND plan = ?`, values: [plan] }
  return { sql: '', values: [] }
}

function addRun(subjects: Map<string, SubjectRuns>, row: Row): void {
  const outcome = row.word('outcome', OUTCOMES)
  if (outcome === 'running' || outcome === 'waiting') return
  const { kind, name } = subjectOf(row)
  const key = `${kind} ${name}`
  const subject = subjects.get(key) ?? { kind, name, runs: [] }
  subjects.set(key, subject)
  subject.runs.push({
    at: row.number('first_seen'),
    id: row.number('id'),
    outcome,
    ms: outcome === 'ok' || outcome === 'failed' ? row.numberOrNull('duration_ms') : null,
    originId: row.textOrNull('origin_id'),
  })
}

function subjectOf(row: Row): Pick<SubjectRuns, 'kind' | 'name'> {
  const kind = row.word('origin_kind', ORIGIN_KINDS)
  if (kind !== 'unknown') return { kind, name: row.text('origin_name') }
  const plan = row.textOrNull('plan')
  return plan === null ? { kind, name: '' } : { kind: 'plan', name: plan }
}

function timesOf(runs: readonly Run[]): RunTimes {
  const outcomes = { ok: 0, failed: 0, aborted: 0, unknown: 0, running: 0, waiting: 0 }
  const durations: number[] = []
  for (const { outcome, ms } of runs) {
    outcomes[outcome]++
    if (ms !== null) durations.push(ms)
  }
  const { ok, failed, aborted, unknown } = outcomes
  const spread = spreadOf(durations)
  return {
    count: runs.length,
    ok,
    failed,
    aborted,
    unknown,
    timed: spread?.count ?? 0,
    p50: spread?.p50 ?? null,
    p95: spread?.p95 ?? null,
    p99: spread?.p99 ?? null,
    max: spread?.max ?? null,
    total: spread?.total ?? 0,
  }
}

async function pointsOf(runs: readonly Run[], stepMs: number): Promise<FunctionPoint[]> {
  const groups = groupBy(runs, ({ at }) => Math.floor(at / stepMs) * stepMs)
  await breathe()
  return [...groups].map(([at, group]) => ({ at, ...timesOf(group) })).toSorted((a, b) => a.at - b.at)
}

function describe(
  reading: Reading,
  query: FunctionQuery,
  subject: SubjectRuns,
): Pick<FunctionTimes, 'subject' | 'versions' | 'change'> {
  const versions = versionsOf(reading, query.connection, subject)
  const latest = subject.runs
    .flatMap(({ at, ms, originId }) =>
      ms === null
        ? []
        : [{ at, ms, version: (originId === null ? undefined : versions.get(originId)?.version) ?? null }],
    )
    .slice(0, COMPARED)
    .toReversed()
  return {
    subject: named(reading, subject),
    versions: firstOfEach([...versions.values()])
      .filter(({ at }) => at >= query.from && at < query.to)
      .slice(-MOST_VERSIONS),
    change: durationChange(latest) ?? null,
  }
}

function named(reading: Reading, { kind, name, runs }: SubjectRuns): FunctionSubject {
  switch (kind) {
    case 'submission':
      return { kind, name }
    case 'registration':
      return { kind, name, id: runs[0]?.originId ?? '' }
    case 'plan':
      return { kind, plan: name, name: planName(reading, runs[0]) }
    case 'unknown':
      return { kind }
  }
}

function planName(reading: Reading, run: Run | undefined): string {
  const row = run && reading.first('SELECT parts FROM execution_detail WHERE execution = ?', run.id)
  const [steps] = readable(row ? [row] : [], (kept) => storedParts(kept.text('parts'))[0]?.steps ?? [], new Tally())
  return planInWords(steps ?? []) || 'no steps'
}

interface RecordedVersion {
  readonly version: number
  readonly at: number
}

/** The version behind what the runs name as their origin: the submission itself, or the one that made the registration. */
function versionsOf(
  reading: Reading,
  connection: string,
  { kind, name, runs }: SubjectRuns,
): ReadonlyMap<string, RecordedVersion> {
  if (kind !== 'submission' && kind !== 'registration') return new Map()
  const its = `connection = (SELECT id FROM connection WHERE name = ?)`
  const rows =
    kind === 'submission'
      ? reading.all(
          `SELECT id AS origin, version, at FROM source WHERE ${its} AND name = ? ORDER BY number DESC LIMIT ${REGISTERING}`,
          connection,
          name,
        )
      : reading.all(
          `SELECT r.value AS origin, m.version, m.at
           FROM (SELECT version, at, number, registrations FROM source WHERE ${its} ORDER BY number DESC LIMIT ${REGISTERING}) m,
             json_each(m.registrations) r
           WHERE r.value IN (SELECT value FROM json_each(?))`,
          connection,
          JSON.stringify([...new Set(runs.flatMap(({ originId }) => originId ?? []))]),
        )
  return new Map(
    readable(
      rows,
      (row): [string, RecordedVersion] => [
        row.text('origin'),
        { version: row.number('version'), at: row.number('at') },
      ],
      new Tally(),
    ),
  )
}

const firstOfEach = (versions: readonly RecordedVersion[]): RecordedVersion[] =>
  [...groupBy(versions, ({ version }) => version)]
    .map(([version, all]) => ({ version, at: Math.min(...all.map(({ at }) => at)) }))
    .toSorted((a, b) => a.at - b.at)
