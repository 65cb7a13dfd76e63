import type { Incident } from '@/lib/model/alerts/incident'
import type { AlertDelivery } from '@/lib/model/alerts/notification'
import type { AlertHistory, DeliveryPage, DeliveryQuery, IncidentPage, IncidentQuery } from '@/lib/server/history/store'
import { keptRecordsIn } from '../kept-records'
import { cursorAt, readCursor, withinBounds } from '../paging'
import { readable, Tally } from '../readable'
import type { Row } from '../row'
import { fields } from '../sql-text'
import { type Reading, type SqlValue, toBatchJson, type Writing } from '../sqlite'
import type { StoreAccess } from '../store-access'
import { deliveryIn, incidentIn } from './stored-alerts'

const INCIDENT = 'incident'
const DELIVERY = 'delivery'
/** More than one Gearboard sends in a day: what is older and still waits is not worth sending. */
const MOST_WAITING = 10_000

export const alertsIn = (access: StoreAccess): AlertHistory => ({
  records: keptRecordsIn(access, 'alert_record'),
  incidents: {
    write: async (incidents, deliveries) =>
      access.writing().keep((writing) => writeIncidents(writing, incidents, deliveries)),
    firing: (tally = new Tally()) =>
      access.read((reading) =>
        readable(reading.all(`SELECT * FROM incident WHERE state = 'firing' ORDER BY number`), incidentIn, tally),
      ),
    ended: (query) => access.read((reading) => readEnded(reading, query)),
  },
  deliveries: {
    record: async (delivery) =>
      access.writing().keep((writing) => writing.write(batchOf([], [delivery]), REPLACE_DELIVERIES, 'synced')),
    waiting: (tally = new Tally()) =>
      access.read((reading) =>
        readable(
          reading.all(`SELECT * FROM delivery WHERE state = 'waiting' ORDER BY number LIMIT ${MOST_WAITING}`),
          deliveryIn,
          tally,
        ),
      ),
    page: (query) => access.read((reading) => readDeliveries(reading, query)),
  },
})

const writeIncidents = (
  writing: Writing,
  incidents: readonly Incident[],
  deliveries: readonly AlertDelivery[],
): Promise<void> => writing.write(batchOf(incidents, deliveries), `${REPLACE_INCIDENTS}; ${ADD_DELIVERIES}`, 'synced')

const batchOf = (incidents: readonly Incident[], deliveries: readonly AlertDelivery[]) =>
  new Map([
    [
      INCIDENT,
      toBatchJson(
        incidents.map((each) => ({
          id: each.id,
          connection: each.connection,
          state: each.state,
          severity: each.severity,
          started_at: each.startedAt,
          value: JSON.stringify(each),
        })),
      ),
    ],
    [
      DELIVERY,
      toBatchJson(
        deliveries.map((each) => ({
          id: each.id,
          state: each.state,
          created_at: each.createdAt,
          value: JSON.stringify(each),
        })),
      ),
    ],
  ])

const INCIDENT_COLUMNS = ['id', 'connection', 'state', 'severity', 'started_at', 'value'] as const
const DELIVERY_COLUMNS = ['id', 'state', 'created_at', 'value'] as const

/** A row keeps its number, by which pages continue. */
const insert = (table: string, columns: readonly string[], conflict: string): string =>
  `INSERT INTO ${table} (${columns.join(', ')})
   SELECT ${fields(columns)} FROM temp.batch r WHERE r.kind = '${table}' ON CONFLICT (id) DO ${conflict}`

const REPLACE_INCIDENTS = insert(
  INCIDENT,
  INCIDENT_COLUMNS,
  'UPDATE SET state = excluded.state, severity = excluded.severity, value = excluded.value',
)
const ADD_DELIVERIES = insert(DELIVERY, DELIVERY_COLUMNS, 'NOTHING')
const REPLACE_DELIVERIES = insert(
  DELIVERY,
  DELIVERY_COLUMNS,
  'UPDATE SET state = excluded.state, value = excluded.value',
)

/** @throws HistoryError `invalid` */
function readEnded(reading: Reading, { connections, own, severity, ...place }: IncidentQuery): IncidentPage {
  const named = connections === null ? 'connection IS NOT NULL' : 'connection IN (SELECT value FROM json_each(?))'
  const where = [`state = 'resolved'`, `(${named}${own ? ' OR connection IS NULL' : ''})`]
  const values: SqlValue[] = connections === null ? [] : [JSON.stringify(connections)]
  if (severity !== undefined) {
    where.push('severity = ?')
    values.push(severity)
  }
  const { entries, ...rest } = newestFirst(
    reading,
    { table: INCIDENT, at: 'started_at', where, values, place },
    incidentIn,
  )
  return { incidents: entries, ...rest }
}

/** @throws HistoryError `invalid` */
function readDeliveries(reading: Reading, { state, ...place }: DeliveryQuery): DeliveryPage {
  const [where, values] = state === undefined ? [[], []] : [['state = ?'], [state]]
  const { entries, ...rest } = newestFirst(
    reading,
    { table: DELIVERY, at: 'created_at', where, values, place },
    deliveryIn,
  )
  return { deliveries: entries, ...rest }
}

interface AskedRows {
  readonly table: string
  /** The column that they are ordered by; those of one moment by their number. */
  readonly at: string
  /** Conditions that all hold, with the values of their parameters. */
  readonly where: readonly string[]
  readonly values: readonly SqlValue[]
  readonly place: Pick<DeliveryQuery, 'cursor' | 'limit'>
}

/** A page, newest first. @throws HistoryError `invalid` */
function newestFirst<T>(
  reading: Reading,
  { table, at, where, values, place: { cursor, limit } }: AskedRows,
  read: (row: Row) => T,
) {
  const most = withinBounds('limit', limit, 1, 500, 100)
  const before = cursor === undefined ? [] : readCursor(cursor)
  const conditions = ['true', ...where, ...(cursor === undefined ? [] : [`(${at}, number) < (?, ?)`])]
  const rows = reading.all(
    `SELECT * FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY ${at} DESC, number DESC LIMIT ?`,
    ...values,
    ...before,
    most,
  )
  const tally = new Tally()
  const entries = readable(rows, read, tally)
  return { entries, next: rows.length < most ? null : cursorAt(rows, at, 'number'), ...tally.told }
}
