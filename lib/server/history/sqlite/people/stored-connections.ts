import type { StoredConnection } from '@/lib/server/history/store'
import { readable, type Tally } from '../readable'
import type { Row } from '../row'
import { fields } from '../sql-text'
import { type Reading, toBatchJson, type Writing } from '../sqlite'

const KIND = 'connection_setting'
const COLUMNS = ['name', 'definition', 'secrets', 'sealed_by', 'changed_at', 'changed_by'] as const

/** By name. */
export const readStoredConnections = (reading: Reading, tally: Tally): StoredConnection[] =>
  readable(reading.all('SELECT * FROM connection_setting ORDER BY name'), readStoredConnection, tally)

const readStoredConnection = (row: Row): StoredConnection => ({
  name: row.text('name'),
  definition: row.text('definition'),
  secrets: row.text('secrets'),
  sealedBy: row.text('sealed_by'),
  changedAt: row.number('changed_at'),
  changedBy: row.textOrNull('changed_by'),
})

export function writeStoredConnection(writing: Writing, stored: StoredConnection): Promise<void> {
  const { name, definition, secrets, sealedBy, changedAt, changedBy } = stored
  const row = { name, definition, secrets, sealed_by: sealedBy, changed_at: changedAt, changed_by: changedBy }
  return writing.write(
    new Map([[KIND, toBatchJson([row])]]),
    `INSERT OR REPLACE INTO connection_setting (${COLUMNS.join(', ')})
       SELECT ${fields(COLUMNS)} FROM temp.batch r WHERE r.kind = '${KIND}'`,
    'synced',
  )
}

export const removeStoredConnection = (writing: Writing, name: string): Promise<void> =>
  writing.write(
    new Map([[KIND, toBatchJson([{ name }])]]),
    `DELETE FROM connection_setting WHERE name IN (SELECT r.value->>'name' FROM temp.batch r WHERE r.kind = '${KIND}')`,
    'synced',
  )
