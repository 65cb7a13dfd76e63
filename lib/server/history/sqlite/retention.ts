import { SERIES_KINDS, type SeriesKind } from '@/lib/model/record/history'
import { type ChainKey, forgetAudit } from './people/audit-chain'
import type { Old, Range } from './record-clock'
import { tableOf, WIDTHS } from './series/series-sql'
import { integer, type Reading, type Writing } from './sqlite'

export interface Retention {
  /** Executions, points, errors and registrations that are older go, ms. */
  readonly maxAgeMs: number
  /** Entries of the audit log that are older go, ms; their number is bounded, too. */
  readonly auditMaxAgeMs: number
  /** The data may take so much; the oldest executions go first, bytes. */
  readonly maxBytes: number
}

/** With what the chain of the audit log is anchored as its first entries go. */
interface KeyedRetention extends Retention {
  readonly auditKey: ChainKey
}

/** How many executions one transaction removes, and how many free pages are returned to the file system after it. */
const STEP = 2000
const STEP_PAGES = 500
/** What people did is small and costly: it is bounded by number, the audit log also by an age of its own. */
const KEPT_SOURCES = 10_000
const KEPT_AUDIT = 100_000
const KEPT_GROUPS = 5000
const KEPT_INCIDENTS = 20_000
const KEPT_DELIVERIES = 20_000

export interface Usage {
  readonly usedBytes: number
  readonly executions: number
  readonly oldest: number | null
}

/** Cheap at any size. */
export function usageOf(reading: Reading): Usage {
  const pragma = (name: string) => reading.first(`PRAGMA ${name}`)?.number(name) ?? 0
  // Rows come at one end and go at the other, so the ends tell how many there are; counting would read them all.
  const first = reading.first('SELECT id, first_seen FROM execution ORDER BY id LIMIT 1')
  const last = reading.first('SELECT id FROM execution ORDER BY id DESC LIMIT 1')
  return {
    usedBytes: (pragma('page_count') - pragma('freelist_count')) * pragma('page_size'),
    executions: first && last ? last.number('id') - first.number('id') + 1 : 0,
    oldest: first?.number('first_seen') ?? null,
  }
}

/** Which stamps are older than so many ms: the clock that wrote them may have jumped (record-clock.ts). */
export type OlderThan = (ageMs: number) => Old

/** One step of forgetting. True when there is more to do at once. */
export async function forget(
  reading: Reading,
  writing: Writing,
  retention: KeyedRetention,
  olderThan: OlderThan,
): Promise<boolean> {
  const usage = usageOf(reading)
  const excess = usage.usedBytes - retention.maxBytes
  const upTo =
    excess > 0
      ? boundary(reading, undefined, rowsFor(excess, usage))
      : boundary(reading, olderThan(retention.maxAgeMs), STEP)
  if (upTo !== undefined) await writing.run(forgetExecutions(upTo))
  else if (excess > 0) await forgetOldestOfTheRest(reading, writing, retention.auditKey)
  await writing.pragma(`PRAGMA incremental_vacuum(${STEP_PAGES})`)
  return upTo !== undefined
}

/** How many executions hold so many bytes, estimated from their mean; they are removed in several steps. */
const rowsFor = (bytes: number, { usedBytes, executions }: Usage): number =>
  Math.min(STEP, Math.ceil((bytes / usedBytes) * executions) + 10)

/** Cleanup that need not run often. */
export async function tidy(
  reading: Reading,
  writing: Writing,
  retention: KeyedRetention,
  olderThan: OlderThan,
): Promise<void> {
  const old = olderThan(retention.maxAgeMs)
  for (const kind of SERIES_KINDS) await writing.run(forgetPoints(kind, retention, olderThan))
  await writing.run(`
    DELETE FROM series WHERE ${SERIES_KINDS.map((kind) => `NOT EXISTS (SELECT 1 FROM ${tableOf(kind)} p WHERE p.series = series.id)`).join(' AND ')};
    DELETE FROM registration WHERE ${isOld('last_seen', old)};
    DELETE FROM error_group WHERE ${isOld('last_seen', old)}
      OR id IN (SELECT id FROM error_group ORDER BY last_seen DESC LIMIT -1 OFFSET ${KEPT_GROUPS});
    DELETE FROM error_occurrence WHERE error_group NOT IN (SELECT id FROM error_group);
    DELETE FROM source WHERE number <= (SELECT max(number) FROM source) - ${KEPT_SOURCES};
    ${FORGET_UNUSED_SCRIPTS}`)
  await writing.run(forgetAlerts(olderThan(retention.auditMaxAgeMs)))
  const upTo = endOfOldAudit(reading, olderThan(retention.auditMaxAgeMs))
  if (upTo !== undefined) await forgetAudit(reading, writing, retention.auditKey, upTo)
  // The file shrinks, and the log with it, only as the log is carried over.
  await writing.pragma('PRAGMA wal_checkpoint(TRUNCATE)')
}

const within = (column: string, ranges: readonly Range[]): string =>
  `(${['false', ...ranges.map(({ from, to }) => `${column} BETWEEN ${integer(from)} AND ${integer(to)}`)].join(' OR ')})`

const isOld = (column: string, { before, old, young }: Old): string =>
  `((${column} < ${integer(before)} OR ${within(column, old)}) AND NOT ${within(column, young)})`

/** The first execution to stay: those before it are the oldest, and all of them old; undefined when none is. @param old undefined: whatever its age */
function boundary(reading: Reading, old: Old | undefined, rows: number): number | undefined {
  const row = reading.first(
    `SELECT coalesce(min(CASE WHEN ${old ? `NOT ${isOld('first_seen', old)}` : 'false'} THEN id END), max(id) + 1) AS up_to, min(id) AS first
     FROM (SELECT id, first_seen FROM execution ORDER BY id LIMIT ?)`,
    rows,
  )
  const upTo = row?.numberOrNull('up_to') ?? undefined
  return upTo === undefined || upTo === row?.numberOrNull('first') ? undefined : upTo
}

const forgetExecutions = (upTo: number): string => `
  DELETE FROM execution_detail WHERE execution < ${integer(upTo)};
  DELETE FROM error_occurrence WHERE error_group IN (SELECT id FROM error_group) AND execution < ${integer(upTo)};
  DELETE FROM execution WHERE id < ${integer(upTo)}`

const FORGET_UNUSED_SCRIPTS = 'DELETE FROM script WHERE hash NOT IN (SELECT hash FROM source)'

/** What still fires stays, and so does what is still to be sent. */
const forgetAlerts = (old: Old): string => `
  DELETE FROM incident WHERE state != 'firing' AND (${isOld('started_at', old)}
    OR number <= (SELECT max(number) FROM incident) - ${KEPT_INCIDENTS});
  DELETE FROM delivery WHERE state != 'waiting' AND (${isOld('created_at', old)}
    OR number <= (SELECT max(number) FROM delivery) - ${KEPT_DELIVERIES})`

/** The id of the last audit entry to go; undefined where all stay. Entries go from the first on: one that is younger keeps those after it. */
function endOfOldAudit(reading: Reading, old: Old): number | undefined {
  const ends = reading.first('SELECT min(id) AS first, max(id) AS last FROM audit')
  const first = ends?.numberOrNull('first') ?? null
  const last = ends?.numberOrNull('last') ?? null
  if (first === null || last === null) return undefined
  const young = reading.first(`SELECT id FROM audit WHERE NOT ${isOld('at', old)} ORDER BY id LIMIT 1`)
  const upTo = Math.max(young ? young.number('id') - 1 : last, last - KEPT_AUDIT)
  return upTo < first ? undefined : upTo
}

/** How many audit entries make room at a time. */
const AUDIT_STEP = 1000

/** With no execution left to forget, series and sources make room, and the audit log only when there is no source left. */
async function forgetOldestOfTheRest(reading: Reading, writing: Writing, key: ChainKey): Promise<void> {
  const isLast = reading.first('SELECT number FROM source LIMIT 1') === undefined
  const first = isLast ? reading.first('SELECT min(id) AS id FROM audit')?.numberOrNull('id') : undefined
  await writing.run(FORGET_OLDEST_OF_SERIES_AND_SOURCES)
  if (typeof first === 'number') await forgetAudit(reading, writing, key, first + AUDIT_STEP - 1)
}

const FORGET_OLDEST_OF_SERIES_AND_SOURCES = `
  ${SERIES_KINDS.map((kind) => `DELETE FROM ${tableOf(kind)} WHERE width = ${WIDTHS[0].width}`).join(';')};
  DELETE FROM source WHERE number <= (SELECT min(number) FROM source) + 10;
  ${FORGET_UNUSED_SCRIPTS}`

function forgetPoints(kind: SeriesKind, { maxAgeMs }: Retention, olderThan: OlderThan): string {
  return WIDTHS.map(({ width, keptMs }) => {
    // A point is dated by the beginning of its step.
    const { before, old, young } = olderThan(Math.min(keptMs, maxAgeMs))
    const wider = young.map(({ from, to }) => ({ from: from - width, to }))
    // By series, so that the primary key serves.
    return `DELETE FROM ${tableOf(kind)}
      WHERE series IN (SELECT id FROM series WHERE kind = '${kind}') AND width = ${width} AND ${isOld('at', { before, old, young: wider })}`
  }).join(';')
}
