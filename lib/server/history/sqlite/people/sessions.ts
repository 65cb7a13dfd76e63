import { ROLES, type Role } from '@/lib/model/people/role'
import { fields } from '../sql-text'
import { type Reading, toBatchJson, type Writing } from '../sqlite'

const KIND = 'session'
const COLUMNS = ['digest', 'role', 'created_at', 'expires_at'] as const

/** Sessions that are kept: a script that signs in again and again does not fill the disk. */
const MOST_SESSIONS = 10_000

/** What is kept of a session: never what the browser holds, only its digest. */
export interface SessionRow {
  readonly digest: string
  readonly role: Role
  /** ms since the epoch */
  readonly createdAt: number
  readonly expiresAt: number
}

/** Undefined: there is none, or it was ended. */
export function readSession(reading: Reading, digest: string): SessionRow | undefined {
  const row = reading.first('SELECT * FROM session WHERE digest = ?', digest)
  return (
    row && {
      digest,
      role: row.word('role', ROLES),
      createdAt: row.number('created_at'),
      expiresAt: row.number('expires_at'),
    }
  )
}

/** Forgets those that are over, and the oldest beyond the bound. */
export const writeSession = (writing: Writing, { digest, role, createdAt, expiresAt }: SessionRow): Promise<void> =>
  writing.write(
    new Map([[KIND, toBatchJson([{ digest, role, created_at: createdAt, expires_at: expiresAt }])]]),
    `INSERT OR REPLACE INTO session (${COLUMNS.join(', ')})
       SELECT ${fields(COLUMNS)} FROM temp.batch r WHERE r.kind = '${KIND}';
     DELETE FROM session WHERE expires_at <= (SELECT max(created_at) FROM session)
       OR digest IN (SELECT digest FROM session ORDER BY created_at DESC LIMIT -1 OFFSET ${MOST_SESSIONS})`,
    'synced',
  )

export const removeSession = (writing: Writing, digest: string): Promise<void> =>
  writing.write(
    new Map([[KIND, toBatchJson([{ digest }])]]),
    `DELETE FROM session WHERE digest IN (SELECT r.value->>'digest' FROM temp.batch r WHERE r.kind = '${KIND}')`,
    'synced',
  )
