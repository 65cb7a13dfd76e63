import { REGISTRATION_READERS } from '@gearboard/gears/vocabulary/registration'
import { keepNewest } from '@/lib/server/keep-newest'
import { readable, Tally } from '../readable'
import { SEEN_MS } from '../registrations/registration-intake'
import type { Row } from '../row'
import { WIDTHS } from '../series/series-sql'
import { type Reading, toBatchJson, type Writing } from '../sqlite'

/** A recorded registration, with what is known of its plan. */
export interface RecordedStarter {
  readonly id: string
  readonly name: string
  readonly firstSeen: number
  readonly lastSeen: number
  /** Null: it is listed, or Gearboard did not see it disappear. */
  readonly goneAt: number | null
  /** Fingerprint of its plan; undefined where it is not known, or where its executions have several. */
  readonly plan: string | undefined
}

/** An execution that has no origin yet. */
export interface UnknownRun {
  readonly plan: string
  readonly firstSeen: number
  /** Null: it was there as Gearboard first looked, and may be of any age. */
  readonly precisionMs: number | null
}

/** A registration may be listed later than what it started: its list may be costly, ms. */
const LISTED_LATER_MS = 60_000
/** One that is listed is written once in `SEEN_MS`. */
const UNSEEN_MS = 2 * SEEN_MS

const wasThere = ({ firstSeen, lastSeen, goneAt }: RecordedStarter, run: UnknownRun): boolean =>
  firstSeen - LISTED_LATER_MS <= run.firstSeen &&
  (run.precisionMs === null || (goneAt ?? lastSeen + UNSEEN_MS) >= run.firstSeen - run.precisionMs)

/**
 * The one registration that started an execution, as far as its plan tells: undefined where another one that was there shares the plan, or
 * has a plan that is not known.
 * @param ran registrations whose executions stay listed, and that ran at least once
 */
export function starterOf(run: UnknownRun, ran: readonly RecordedStarter[]): RecordedStarter | undefined {
  const possible = ran.filter((each) => (each.plan ?? run.plan) === run.plan && wasThere(each, run))
  const [only, ...others] = possible
  return only?.plan === run.plan && others.length === 0 ? only : undefined
}

/** How many executions one step looks at: some ms. */
const SLICE = 500
/** Steps of one pass; the next pass continues there. */
const STEPS = 10
/** Of how many registrations one pass asks for the plan. */
const ASKED = 50
const MOST_REGISTRATIONS = 5000
/** Of each registration the plans of the latest runs are compared. */
const COMPARED = 200
/** A plan is asked for again after this, ms: one that is known, and one that is not. */
const KNOWN_MS = 600_000
const UNKNOWN_MS = 60_000
/** The counters of a registration reach the record some seconds after its runs do, ms. */
const SETTLED_MS = 30_000

const KIND = 'attribution'
const BATCH = `temp.batch r WHERE r.kind = '${KIND}'`
const EXECUTIONS = `SELECT r.value->>'execution' FROM ${BATCH}`

/** The occurrences that are counted where nothing is known of the function, with the registration that they belong to. */
const MISPLACED = `
  SELECT g.id AS former, g.connection, g.signature, g.title, g.type, g.example, o.execution, o.at, r.value->>'id' AS subject, r.value->>'name' AS name
  FROM temp.batch r
    CROSS JOIN execution e ON e.id = r.value->>'execution'
    CROSS JOIN error_group g ON g.connection = e.connection
      AND ((g.subject_kind = 'plan' AND g.subject = e.plan) OR (g.subject_kind = 'unknown' AND g.subject = ''))
    CROSS JOIN error_occurrence o ON o.error_group = g.id AND o.execution = e.id
  WHERE r.kind = '${KIND}'`

/** Takes the rows of the batch over, with their errors. What has an origin by now keeps it. */
const ATTRIBUTE = `
  DELETE FROM temp.batch WHERE kind = '${KIND}'
    AND value->>'execution' NOT IN (SELECT id FROM execution WHERE id IN (${EXECUTIONS}) AND origin_kind = 'unknown');
  INSERT OR IGNORE INTO error_group
    (connection, subject_kind, subject, subject_name, signature, title, type, example, first_seen, last_seen)
    SELECT connection, 'registration', subject, name, signature, title, type, example, min(at), max(at)
    FROM (${MISPLACED}) GROUP BY connection, subject, signature;
  INSERT OR IGNORE INTO error_occurrence (error_group, execution, at)
    SELECT n.id, m.execution, m.at FROM (${MISPLACED}) m
      CROSS JOIN error_group n ON n.connection = m.connection AND n.subject_kind = 'registration' AND n.subject = m.subject
        AND n.signature = m.signature;
  UPDATE error_group SET executions = executions - moved.count
    FROM (SELECT former, count(*) AS count FROM (${MISPLACED}) GROUP BY former) moved WHERE moved.former = error_group.id;
  DELETE FROM error_occurrence WHERE (error_group, execution) IN (SELECT former, execution FROM (${MISPLACED}));
  DELETE FROM error_group WHERE executions = 0 AND reported = 0 AND subject_kind IN ('unknown', 'plan');
  UPDATE execution SET origin_kind = 'registration', origin_id = r.value->>'id', origin_name = r.value->>'name'
    FROM ${BATCH} AND r.value->>'execution' = execution.id`

/** Where a pass stopped, in the order of the index. */
type PassPlace = readonly [plan: string, firstSeen: number, id: number]
const BEGINNING: PassPlace = ['', 0, 0]

interface AskedPlan {
  readonly plan: string | undefined
  readonly at: number
}

/**
 * Attributes executions that were recorded before it was known to whom their plan belongs. A pass is bounded and continues where the last one
 * stopped; nothing is remembered that the record does not say, so that it does the same for a history that an earlier Gearboard wrote.
 */
export class Attribution {
  private readonly places = new Map<number, PassPlace>()
  private readonly plans = new Map<string, AskedPlan>()

  /** @param now our clock, ms */
  async run(reading: () => Reading, writing: Writing, now: number): Promise<void> {
    for (const row of reading().all('SELECT id FROM connection')) {
      const connection = row.number('id')
      let starters: readonly RecordedStarter[] | undefined
      for (let step = 0; step < STEPS; step++) {
        const place = this.places.get(connection) ?? BEGINNING
        const rows = unknownRuns(reading(), connection, place, now)
        const last = rows.at(-1)
        if (!last || rows.length < SLICE) this.places.delete(connection)
        else this.places.set(connection, [last.text('plan'), last.number('first_seen'), last.number('id')])
        if (rows.length > 0) {
          starters ??= this.startersOf(reading(), connection, now)
          const found = attributed(reading(), connection, rows, starters)
          if (found.length > 0) await writing.write(new Map([[KIND, `[${found.join(',')}]`]]), ATTRIBUTE, 'written')
          else await new Promise(setImmediate)
        }
        if (rows.length < SLICE) break
      }
    }
  }

  /** None where there are too many to be sure. */
  private startersOf(reading: Reading, connection: number, now: number): readonly RecordedStarter[] {
    const rows = reading.all(
      `SELECT gears_id, name, reader, first_seen, last_seen, gone_at FROM registration r WHERE connection = ?
         AND reader <> 'CommandReader' AND (triggered > 0 OR EXISTS (
           SELECT 1 FROM series s CROSS JOIN registration_point p ON p.series = s.id AND p.width = ${WIDEST} AND p.triggered > 0
           WHERE s.connection = r.connection AND s.kind = 'registration' AND s.subject = r.key))
       LIMIT ${MOST_REGISTRATIONS + 1}`,
      connection,
    )
    if (rows.length > MOST_REGISTRATIONS) return []
    let asked = 0
    const planOf = (id: string, name: string): string | undefined => {
      const key = JSON.stringify([connection, id, name])
      const known = this.plans.get(key)
      if (known && Math.abs(now - known.at) < (known.plan === undefined ? UNKNOWN_MS : KNOWN_MS)) return known.plan
      if (asked++ >= ASKED) return undefined
      const plan = recordedPlan(reading, connection, id, name)
      this.plans.delete(key)
      this.plans.set(key, { plan, at: now })
      keepNewest(this.plans, MOST_REGISTRATIONS)
      return plan
    }
    const tally = new Tally()
    const starters = readable(
      rows,
      (row): RecordedStarter => {
        const id = row.text('gears_id')
        const name = row.text('name')
        row.word('reader', REGISTRATION_READERS)
        return {
          id,
          name,
          firstSeen: row.number('first_seen'),
          lastSeen: row.number('last_seen'),
          goneAt: row.numberOrNull('gone_at'),
          plan: planOf(id, name),
        }
      },
      tally,
    )
    // What is damaged may have started anything.
    return tally.unreadable > 0 ? [] : starters
  }
}

const WIDEST = Math.max(...WIDTHS.map(({ width }) => width))

const unknownRuns = (reading: Reading, connection: number, place: PassPlace, now: number): readonly Row[] =>
  reading.all(
    `SELECT id, plan, first_seen, precision_ms, registered, outcome, errors FROM execution
     WHERE connection = ? AND origin_kind = 'unknown' AND plan IS NOT NULL AND (plan, first_seen, id) > (?, ?, ?)
       AND first_seen < ?
     ORDER BY plan, first_seen, id LIMIT ${SLICE}`,
    connection,
    ...place,
    now - SETTLED_MS,
  )

/** The rows of a batch: what can be attributed among the executions. */
function attributed(
  reading: Reading,
  connection: number,
  rows: readonly Row[],
  starters: readonly RecordedStarter[],
): readonly string[] {
  const found = readable(
    rows,
    (row) => {
      if (!row.flag('registered')) return []
      const run = {
        plan: row.text('plan'),
        firstSeen: row.number('first_seen'),
        precisionMs: row.numberOrNull('precision_ms'),
      }
      const execution = row.number('id')
      const starter = starterOf(run, starters)
      if (!starter) return []
      const errors = row.numberOrNull('errors') ?? 0
      if (errors > 0 && isAnothers(reading, connection, execution, starter.id)) return []
      return [toBatchJson({ execution, id: starter.id, name: starter.name })]
    },
    new Tally(),
  )
  return found.flat()
}

/** Another registration reported its very error. */
const isAnothers = (reading: Reading, connection: number, execution: number, registration: string): boolean =>
  reading.first(
    `SELECT 1 AS hit FROM error_group g CROSS JOIN error_occurrence o ON o.error_group = g.id AND o.execution = ?
     WHERE g.connection = ? AND g.subject_kind = 'registration' AND g.subject <> ? LIMIT 1`,
    execution,
    connection,
    registration,
  ) !== undefined

/** The plan of a registration by its latest runs, where all of them have one. */
function recordedPlan(reading: Reading, connection: number, id: string, name: string): string | undefined {
  const rows = reading.all(
    `SELECT DISTINCT plan FROM (
       SELECT plan, origin_name FROM execution WHERE connection = ? AND origin_id = ? ORDER BY first_seen DESC LIMIT ${COMPARED})
     WHERE plan IS NOT NULL AND origin_name = ? LIMIT 2`,
    connection,
    id,
    name,
  )
  const [only, ...others] = rows
  return only && others.length === 0 ? only.text('plan') : undefined
}
