import type { ErrorGroup, ErrorQuery, ErrorSubject, RememberedRegistration } from '@/lib/model/history'
import { bounded } from './paging'
import type { Row } from './row'
import type { Reading, SqlValue } from './sqlite'

const MAX_REGISTRATIONS = 5000
const READERS = ['KeysReader', 'StreamReader', 'CommandReader'] as const

/** Every registration that was ever seen, last seen first. */
export function readRegistrations(reading: Reading, connection: string): RememberedRegistration[] {
  return reading
    .all(
      `SELECT * FROM registration WHERE connection = (SELECT id FROM connection WHERE name = ?)
       ORDER BY last_seen DESC LIMIT ${MAX_REGISTRATIONS}`,
      connection,
    )
    .map((row) => ({
      key: row.text('key'),
      id: row.text('gears_id'),
      name: row.text('name'),
      reader: row.word('reader', READERS),
      firstSeen: row.number('first_seen'),
      lastSeen: row.number('last_seen'),
      counters: {
        triggered: row.number('triggered'),
        success: row.number('success'),
        failures: row.number('failures'),
        aborted: row.number('aborted'),
      },
      lastError: row.textOrNull('last_error'),
    }))
}

/** Groups of errors, last seen first. @throws HistoryError `invalid` */
export function readErrorGroups(reading: Reading, query: ErrorQuery): ErrorGroup[] {
  const limit = bounded('limit', query.limit, 1, 200, 50)
  const where = ['connection = (SELECT id FROM connection WHERE name = ?)']
  const values: SqlValue[] = [query.connection]
  if (query.registration !== undefined) {
    where.push(`subject_kind = 'registration' AND subject = ?`)
    values.push(query.registration)
  }
  if (query.submission !== undefined) {
    where.push(`subject_kind = 'submission' AND subject = ?`)
    values.push(query.submission)
  }
  if (query.from !== undefined) {
    where.push('last_seen >= ?')
    values.push(query.from)
  }
  return reading
    .all(
      `SELECT * FROM error_group WHERE ${where.join(' AND ')} ORDER BY last_seen DESC, id DESC LIMIT ?`,
      ...values,
      limit,
    )
    .map((row) => ({
      id: row.number('id'),
      signature: row.text('signature'),
      title: row.text('title'),
      type: row.textOrNull('type'),
      subject: readSubject(row),
      firstSeen: row.number('first_seen'),
      lastSeen: row.number('last_seen'),
      executions: row.number('executions'),
      reported: row.number('reported'),
      example: row.text('example'),
    }))
}

function readSubject(row: Row): ErrorSubject {
  const kind = row.word('subject_kind', ['registration', 'submission', 'unknown'])
  switch (kind) {
    case 'registration':
      return { kind, id: row.text('subject'), name: row.text('subject_name') }
    case 'submission':
      return { kind, name: row.text('subject_name') }
    case 'unknown':
      return { kind }
  }
}
