import { MEASURES, SERIES_KINDS, type SeriesKind, type Thinning } from '@/lib/model/record/history'
import type { Intake } from '../lane'
import { connectionsOf, fields, incoming } from '../sql-text'
import { integer } from '../sqlite'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * Buckets that points are kept in, ms, and for how long; the widest for as long as the history. A point goes into its bucket of every width
 * in the transaction that brings it, so there is nothing to roll up later, to catch up on after a crash, or to be inexact.
 */
export const WIDTHS = [
  { width: SECOND, keptMs: 3 * HOUR },
  { width: MINUTE, keptMs: 14 * 24 * HOUR },
  { width: HOUR, keptMs: Number.POSITIVE_INFINITY },
] as const

export interface PointEntry {
  readonly connection: string
  readonly kind: SeriesKind
  readonly subject: string
  /** ms. */
  readonly at: number
  readonly values: Readonly<Record<string, number | null>>
}

export const tableOf = (kind: SeriesKind): string => `${kind}_point`

export const measuresOf = (kind: SeriesKind): readonly (readonly [name: string, Thinning])[] =>
  Object.entries(MEASURES[kind])

/** One column, how a single value fills it, how two buckets add up in it, and how many do. */
interface Column {
  readonly name: string
  readonly type: 'REAL' | 'INTEGER NOT NULL'
  readonly of: string
  readonly add: string
  readonly all: string
}

function columnsOf(kind: SeriesKind): readonly Column[] {
  const table = tableOf(kind)
  const sum = (name: string, measure: string): Column => ({
    name,
    type: 'REAL',
    of: `r.value->>'${measure}'`,
    // NULL is no zero: two known values add up, of one it stays.
    add: `coalesce(${table}.${name} + excluded.${name}, ${table}.${name}, excluded.${name})`,
    all: `sum(${name})`,
  })
  return measuresOf(kind).flatMap(([measure, thinning]): Column[] => {
    if (thinning === 'count') return [sum(measure, measure)]
    const n = `${measure}_n`
    const max = `${measure}_max`
    return [
      sum(`${measure}_sum`, measure),
      {
        name: n,
        type: 'INTEGER NOT NULL',
        of: `r.value->>'${measure}' IS NOT NULL`,
        add: `${table}.${n} + excluded.${n}`,
        all: `sum(${n})`,
      },
      {
        name: max,
        type: 'REAL',
        of: `r.value->>'${measure}'`,
        add: `coalesce(max(${table}.${max}, excluded.${max}), ${table}.${max}, excluded.${max})`,
        all: `max(${max})`,
      },
    ]
  })
}

/** Makes the tables of those kinds that the database does not have yet. A new measure of an old kind takes a migration. */
export const MAKE_SERIES_TABLES = SERIES_KINDS.map(
  (kind) => `CREATE TABLE IF NOT EXISTS ${tableOf(kind)} (
    series INTEGER NOT NULL, width INTEGER NOT NULL, at INTEGER NOT NULL,
    ${columnsOf(kind)
      .map(({ name, type }) => `${name} ${type}`)
      .join(', ')},
    PRIMARY KEY (series, width, at)
  ) WITHOUT ROWID`,
).join(';')

const ITS_SERIES = (kind: SeriesKind) =>
  `CROSS JOIN series s ON s.connection = c.id AND s.kind = '${kind}' AND s.subject = r.value->>'subject'`

function insert(kind: SeriesKind): string {
  const columns = columnsOf(kind)
  const widths = JSON.stringify(WIDTHS.map(({ width }) => width))
  return `
    INSERT OR IGNORE INTO series (connection, kind, subject) SELECT DISTINCT c.id, '${kind}', ${fields(['subject'])} FROM ${incoming(kind)};
    INSERT INTO ${tableOf(kind)} (series, width, at, ${columns.map(({ name }) => name).join(', ')})
    SELECT s.id, w.value, r.value->>'at' / w.value * w.value, ${columns.map((column) => column.of).join(', ')}
    FROM ${incoming(kind, `${ITS_SERIES(kind)} CROSS JOIN json_each('${widths}') w`)}
    ON CONFLICT (series, width, at) DO UPDATE SET ${columns.map(({ name, add }) => `${name} = ${add}`).join(', ')}`
}

export const pointIntake = (kind: SeriesKind): Intake<PointEntry> => ({
  kind,
  limit: { entries: 20_000, chars: 8_000_000 },
  chars: () => 200,
  encode: ({ connection, subject, at, values }) => ({ ...values, connection, subject, at: Math.floor(at) }),
  sql: `${connectionsOf(kind)};${insert(kind)}`,
})

/** Points of one series and width, thinned out to a step (ms); `?` are series, width, from, to. */
export const selectPoints = (kind: SeriesKind, step: number): string =>
  // A bound number arrives as REAL, by which an integer is not divided whole.
  `SELECT at / ${integer(step)} * ${integer(step)} AS bucket, ${columnsOf(kind)
    .map(({ name, all }) => `${all} AS ${name}`)
    .join(', ')}
   FROM ${tableOf(kind)} WHERE series = ? AND width = ? AND at >= ? AND at < ? GROUP BY bucket ORDER BY bucket`
