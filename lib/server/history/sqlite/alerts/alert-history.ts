import type { Incident } from '@/lib/model/alerts/incident'
import type { AlertDelivery } from '@/lib/model/alerts/notification'
import type { AlertHistory, DeliveryPage, DeliveryQuery, IncidentPage, IncidentQuery } from '@/lib/server/history/store'
import { keptRecordsIn } from '../kept-records'
import { cursorAt, readCursor, withinBounds } from '../paging'
import { readable, Tally } from '../readable'
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
function readEnded(reading: Reading, { connections, own, severity, cursor, limit }: IncidentQuery): IncidentPage {
  const most = withinBounds('limit', limit, 1, 500, 100)
  const named = connections === null ? 'connection IS NOT NULL' : 'connection IN (SELECT value FROM json_each(?))'
  const where = [`state = 'resolved'`, `(${named}${own ? ' OR connection IS NULL' : ''})`]
  const values: SqlValue[] = connections === null ? [] : [JSON.stringify(connections)]
  if (severity !== undefined) {
    where.push('severity = ?')
    values.push(severity)
  }
  if (cursor !== undefined) {
    where.push('(started_at, number) < (?, ?)')
    values.push(...readCursor(cursor))
  }
  const rows = reading.all(
    `SELECT * FROM incident WHERE ${where.join(' AND ')} ORDER BY started_at DESC, number DESC LIMIT ?`,
    ...values,
    most,
  )
  const tally = new Tally()
  const incidents = readable(rows, incidentIn, tally)
  return { incidents, next: rows.length < most ? null : cursorAt(rows, 'started_at', 'number'), ...tally.told }
}

/** @throws HistoryError `invalid` */
function readDeliveries(reading: Reading, { state, cursor, limit }: DeliveryQuery): DeliveryPage {
  const most = withinBounds('limit', limit, 1, 500, 100)
  const where = ['true']
  const values: SqlValue[] = []
  if (state !== undefined) {
    where.push('state = ?')
    values.push(state)
  }
  if (cursor !== undefined) {
    where.push('(created_at, number) < (?, ?)')
    values.push(...readCursor(cursor))
  }
  const rows = reading.all(
    `SELECT * FROM delivery WHERE ${where.join(' AND ')} ORDER BY created_at DESC, number DESC LIMIT ?`,
    ...values,
    most,
  )
  const tally = new Tally()
  const deliveries = readable(rows, deliveryIn, tally)
  return { deliveries, next: rows.length < most ? null : cursorAt(rows, 'created_at', 'number'), ...tally.told }
}
