import { IDENTITY_KINDS, type Identity } from '@/lib/model/people/grant'
import { readable, Tally } from '../readable'
import type { Row } from '../row'
import { fields } from '../sql-text'
import { integer, type Reading, toBatchJson, type Writing } from '../sqlite'
import { storedTexts } from '../stored'

const KIND = 'session'
const COLUMNS = [
  'digest',
  'role',
  'kind',
  'name',
  'groups',
  'ip',
  'created_at',
  'seen_at',
  'expires_at',
  'sealed_by',
] as const

/** Sessions that are kept: a script that signs in again and again does not fill the disk. */
const MOST_SESSIONS = 10_000

/** What is kept of a session: never what the browser holds, only its digest. */
export interface SessionRow extends Identity {
  readonly digest: string
  /** Where the sign-in came from; null where it is unknown. */
  readonly ip: string | null
  /** ms since the epoch */
  readonly createdAt: number
  /** The last request, to the minute; null: an earlier Gearboard did not keep it. */
  readonly seenAt: number | null
  readonly expiresAt: number
  /** Names what it hangs on, as a digest; null: an earlier Gearboard did not keep it. */
  readonly sealedBy: string | null
}

/** Undefined: there is none, or it was ended. */
export function readSession(reading: Reading, digest: string): SessionRow | undefined {
  const row = reading.first('SELECT * FROM session WHERE digest = ?', digest)
  return row && sessionOf(row)
}

/** All of them, newest first; a damaged one is left out. */
export const readSessions = (reading: Reading): readonly SessionRow[] =>
  readable(reading.all('SELECT * FROM session ORDER BY created_at DESC'), sessionOf, new Tally())

const sessionOf = (row: Row): SessionRow => ({
  digest: row.text('digest'),
  // Without a kind it was written when one password was all there was.
  ...(row.textOrNull('kind') === null
    ? { kind: 'password', name: 'admin', groups: [] }
    : {
        kind: row.word('kind', IDENTITY_KINDS),
        name: row.text('name'),
        groups: storedTexts(row.text('groups')),
      }),
  ip: row.textOrNull('ip'),
  createdAt: row.number('created_at'),
  seenAt: row.numberOrNull('seen_at'),
  expiresAt: row.number('expires_at'),
  sealedBy: row.textOrNull('sealed_by'),
})

/** Forgets those that are over, and the oldest beyond the bound. */
export function writeSession(writing: Writing, session: SessionRow): Promise<void> {
  const { digest, kind, name, groups, ip, createdAt, seenAt, expiresAt, sealedBy } = session
  const row = { digest, role: '', kind, name, groups: JSON.stringify(groups), ip, sealed_by: sealedBy }
  const times = { created_at: createdAt, seen_at: seenAt, expires_at: expiresAt }
  return writing.write(
    new Map([[KIND, toBatchJson([{ ...row, ...times }])]]),
    `INSERT OR REPLACE INTO session (${COLUMNS.join(', ')})
       SELECT ${fields(COLUMNS)} FROM temp.batch r WHERE r.kind = '${KIND}';
     DELETE FROM session WHERE expires_at <= (SELECT max(created_at) FROM session)
       OR digest IN (SELECT digest FROM session ORDER BY created_at DESC LIMIT -1 OFFSET ${MOST_SESSIONS})`,
    'synced',
  )
}

const NAMED = `digest IN (SELECT r.value->>'digest' FROM temp.batch r WHERE r.kind = '${KIND}')`
const batchOf = (digest: string) => new Map([[KIND, toBatchJson([{ digest }])]])

/** That it was used; nothing where it has ended. @param at ms since the epoch */
export const touchSession = (writing: Writing, digest: string, at: number): Promise<void> =>
  writing.write(batchOf(digest), `UPDATE session SET seen_at = ${integer(at)} WHERE ${NAMED}`, 'written')

export const removeSession = (writing: Writing, digest: string): Promise<void> =>
  writing.write(batchOf(digest), `DELETE FROM session WHERE ${NAMED}`, 'synced')
