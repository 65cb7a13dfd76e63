import { every } from '@gearboard/gears/vocabulary/exhaustive'
import { REGISTRATION_READERS } from '@gearboard/gears/vocabulary/registration'
import type {
  ErrorQuery,
  ErrorSubject,
  LostRegistration,
  RecordedErrorGroup,
  RegistrationGone,
  RememberedRegistration,
} from '@/lib/model/record/history'
import type { SourceVersion } from '@/lib/model/record/source'
import { withinBounds } from '../paging'
import { readSources } from '../people/sources'
import { readable, type Tally } from '../readable'
import type { Row } from '../row'
import type { Reading, SqlValue } from '../sqlite'
import { storedTexts } from '../stored'
import { SEEN_MS } from './registration-intake'

const MAX_REGISTRATIONS = 5000

/** Every registration that was ever seen, last seen first. */
export const readRegistrations = (
  reading: Reading,
  connection: string,
  tally: Tally,
): readonly RememberedRegistration[] =>
  readable(
    reading.all(
      `SELECT * FROM registration WHERE ${ITS_CONNECTION} ORDER BY last_seen DESC LIMIT ${MAX_REGISTRATIONS}`,
      connection,
    ),
    readRegistration,
    tally,
  )

const ITS_CONNECTION = 'connection = (SELECT id FROM connection WHERE name = ?)'

function readRegistration(row: Row): RememberedRegistration {
  return {
    key: row.text('key'),
    id: row.text('gears_id'),
    name: row.text('name'),
    reader: row.word('reader', REGISTRATION_READERS),
    firstSeen: row.number('first_seen'),
    lastSeen: row.number('last_seen'),
    goneAt: row.numberOrNull('gone_at'),
    counters: {
      triggered: row.number('triggered'),
      success: row.number('success'),
      failures: row.number('failures'),
      aborted: row.number('aborted'),
    },
    lastError: row.textOrNull('last_error'),
  }
}

/** What is known of one that is not listed, by its key or id: when it was seen, and who let it go through Gearboard. */
export function readLost(reading: Reading, connection: string, name: string): LostRegistration {
  const row = reading.first(
    `SELECT * FROM registration WHERE ${ITS_CONNECTION} AND (key = ? OR gears_id = ?) ORDER BY last_seen DESC LIMIT 1`,
    connection,
    name,
    name,
  )
  const registration = row ? readRegistration(row) : null
  const names = registration ? [registration.key, registration.id] : [name]
  // Ids come again with a server that restarted: what was done to an earlier one under this id is not what became of this one.
  const seen = { first: registration?.firstSeen ?? 0, last: (registration?.lastSeen ?? 0) - SEEN_MS }
  return {
    registration,
    source: madeBy(reading, connection, registration?.id ?? name, registration) ?? null,
    gone: unregistered(reading, connection, names, seen) ?? replaced(reading, connection, names, seen) ?? null,
    recordSince:
      reading
        .first(`SELECT min(first_seen) AS since FROM registration WHERE ${ITS_CONNECTION}`, connection)
        ?.numberOrNull('since') ?? null,
  }
}

/** How long a submission takes at most until its registration is seen: requirements are built first, ms. */
const LONGEST_SUBMISSION_MS = 15 * 60_000

/** The newest that names the id, sent while the registration was there or just before: an earlier server may have given the id to another one. */
const madeBy = (
  reading: Reading,
  connection: string,
  id: string,
  seen: RememberedRegistration | null,
): SourceVersion | undefined =>
  readSources(reading, { connection, registration: id }).sources.find(
    ({ at }) => seen === null || (at >= seen.firstSeen - LONGEST_SUBMISSION_MS && at <= seen.lastSeen + SEEN_MS),
  )

interface SeenBetween {
  readonly first: number
  readonly last: number
}

function unregistered(
  reading: Reading,
  connection: string,
  names: readonly string[],
  seen: SeenBetween,
): RegistrationGone | undefined {
  const row = reading.first(
    `SELECT at, who FROM audit WHERE target IN (SELECT value FROM json_each(?)) AND action = 'unregister'
       AND connection = ? AND outcome IN ('ok', 'partial') AND at >= ? ORDER BY id DESC LIMIT 1`,
    JSON.stringify(names),
    connection,
    seen.last,
  )
  return row && { cause: 'unregistered', at: row.number('at'), by: row.text('who') }
}

/** The submissions that registered something, newest first, are few: people make them. */
function replaced(
  reading: Reading,
  connection: string,
  names: readonly string[],
  seen: SeenBetween,
): RegistrationGone | undefined {
  const row = reading.first(
    `SELECT n.at, n.author, n.name, n.version, n.registrations
     FROM source m JOIN source n ON n.connection = m.connection AND n.name = m.name AND n.number > m.number
     WHERE m.${ITS_CONNECTION} AND EXISTS
         (SELECT 1 FROM json_each(m.registrations) WHERE value IN (SELECT value FROM json_each(?)))
       AND n.outcome = 'registered' AND (n.options->>'upgrade' OR n.options->>'replaceWith' IS NOT NULL)
       AND n.at >= ?
     ORDER BY n.number LIMIT 1`,
    connection,
    JSON.stringify(names),
    seen.first,
  )
  return (
    row && {
      cause: 'replaced',
      at: row.number('at'),
      by: row.textOrNull('author'),
      name: row.text('name'),
      version: row.number('version'),
      registrations: storedTexts(row.text('registrations')),
    }
  )
}

/** Groups of errors, last seen first. @throws HistoryError `invalid` */
export function readErrorGroups(reading: Reading, query: ErrorQuery, tally: Tally): readonly RecordedErrorGroup[] {
  const limit = withinBounds('limit', query.limit, 1, 201, 50)
  const where = [ITS_CONNECTION]
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
  return readable(
    reading.all(
      `SELECT * FROM error_group WHERE ${where.join(' AND ')} ORDER BY last_seen DESC, id DESC LIMIT ?`,
      ...values,
      limit,
    ),
    (row) => ({
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
    }),
    tally,
  )
}

const SUBJECT_KINDS = every<ErrorSubject['kind']>()(['registration', 'submission', 'plan', 'unknown'])

function readSubject(row: Row): ErrorSubject {
  const kind = row.word('subject_kind', SUBJECT_KINDS)
  switch (kind) {
    case 'registration':
      return { kind, id: row.text('subject'), name: row.text('subject_name') }
    case 'submission':
      return { kind, name: row.text('subject_name') }
    case 'plan':
      return { kind, plan: row.text('subject'), name: row.text('subject_name') }
    case 'unknown':
      return { kind }
  }
}
