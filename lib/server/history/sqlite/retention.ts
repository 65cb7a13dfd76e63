import { SERIES_KINDS, type SeriesKind } from '@/lib/model/record/history'
import type { Old, Range } from './record-clock'
import { tableOf, WIDTHS } from './series/series-sql'
import { integer, type Reading, type Writing } from './sqlite'

export interface Retention {
  /** Executions, points, errors and registrations that are older go, ms. */
  readonly maxAgeMs: number
  /** The data may take so much; the oldest executions go first, bytes. */
  readonly maxBytes: number
}

/** How many executions one transaction removes, and how many free pages are returned to the file system after it. */
const STEP = 2000
const STEP_PAGES = 500
/** What people did is small and costly: it is bounded by number, not by age. */
const KEPT_SOURCES = 10_000
const KEPT_AUDIT = 100_000
const KEPT_GROUPS = 5000

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
  retention: Retention,
  olderThan: OlderThan,
): Promise<boolean> {
  const usage = usageOf(reading)
  const excess = usage.usedBytes - retention.maxBytes
  const upTo =
    excess > 0
      ? boundary(reading, undefined, rowsFor(excess, usage))
      : boundary(reading, olderThan(retention.maxAgeMs), STEP)
  if (upTo !== undefined) await writing.run(forgetExecutions(upTo))
  else if (excess > 0) await writing.run(FORGET_OLDEST_OF_THE_REST)
  await writing.pragma(`PRAGMA incremental_vacuum(${STEP_PAGES})`)
  return upTo !== undefined
}

/** How many executions hold so many bytes, estimated from their mean; they are removed in several steps. */
const rowsFor = (bytes: number, { usedBytes, executions }: Usage): number =>
  Math.min(STEP, Math.ceil((bytes / usedBytes) * executions) + 10)

/** Cleanup that need not run often. */
export async function tidy(writing: Writing, retention: Retention, olderThan: OlderThan): Promise<void> {
  const old = olderThan(retention.maxAgeMs)
  for (const kind of SERIES_KINDS) await writing.run(forgetPoints(kind, retention, olderThan))
  await writing.run(`
    DELETE FROM series WHERE ${SERIES_KINDS.map((kind) => `NOT EXISTS (SELECT 1 FROM ${tableOf(kind)} p WHERE p.series = series.id)`).join(' AND ')};
    DELETE FROM registration WHERE ${isOld('last_seen', old)};
    DELETE FROM error_group WHERE ${isOld('last_seen', old)}
      OR id IN (SELECT id FROM error_group ORDER BY last_seen DESC LIMIT -1 OFFSET ${KEPT_GROUPS});
    DELETE FROM error_occurrence WHERE error_group NOT IN (SELECT id FROM error_group);
    DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ${KEPT_AUDIT};
    DELETE FROM source WHERE number <= (SELECT max(number) FROM source) - ${KEPT_SOURCES};
    ${FORGET_UNUSED_SCRIPTS}`)
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

/** With no execution left to forget, series and then sources make room. */
const FORGET_OLDEST_OF_THE_REST = `
  ${SERIES_KINDS.map((kind) => `DELETE FROM ${tableOf(kind)} WHERE width = ${WIDTHS[0].width}`).join(';')};
  DELETE FROM audit WHERE id <= (SELECT min(id) FROM audit) + 1000;
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
