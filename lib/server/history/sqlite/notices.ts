import type SyncDatabase from 'libsql'
import { HISTORY_NOTICE_KINDS, type HistoryNotice } from '@/lib/model/record/history-notice'
import { readable, Tally } from './readable'
import { fields } from './sql-text'
import { type Reading, toBatchJson, type Writing } from './sqlite'

const KIND = 'notice'
/** Unacknowledged notices are shown, the latest first. */
const MOST_SHOWN = 5
/** Acknowledged ones are kept for later questions. */
const KEPT = 200

/** A notice about the history that a user has to see, before it has a number. */
export type NewNotice = Omit<HistoryNotice, 'id'>

/** A clock that moves back and forth needs one notice: of a kind that can repeat, an unacknowledged one is replaced. */
const INSERT = `
  DELETE FROM notice WHERE acknowledged_at IS NULL AND kind IN
    (SELECT r.value->>'kind' FROM temp.batch r WHERE r.kind = '${KIND}' AND r.value->>'kind' = 'clock');
  INSERT INTO notice (kind, at, what, helps) SELECT ${fields(['kind', 'at', 'what', 'helps'])} FROM temp.batch r WHERE r.kind = '${KIND}';
  DELETE FROM notice WHERE id <= (SELECT max(id) FROM notice) - ${KEPT}`

export const keepNotice = (writing: Writing, happened: NewNotice): Promise<void> =>
  writing.write(new Map([[KIND, toBatchJson([happened])]]), INSERT, 'synced')

/** As the database is made ready, before anything else is written to it. */
export function keepFirstNotices(db: SyncDatabase.Database, happened: readonly NewNotice[]): void {
  const insert = db.prepare<string[]>('INSERT INTO notice (kind, at, what, helps) VALUES (?, CAST(? AS INTEGER), ?, ?)')
  for (const { kind, at, what, helps } of happened) insert.run(kind, String(at), what, helps)
}

/** Unacknowledged notices, the latest first. */
export const readNotices = (reading: Reading): readonly HistoryNotice[] =>
  readable(
    reading.all(`SELECT * FROM notice WHERE acknowledged_at IS NULL ORDER BY id DESC LIMIT ${MOST_SHOWN}`),
    (row) => ({
      id: row.number('id'),
      kind: row.word('kind', HISTORY_NOTICE_KINDS),
      at: row.number('at'),
      what: row.text('what'),
      helps: row.text('helps'),
    }),
    new Tally(),
  )

/** False: there is none of this number that waits for it. */
export async function acknowledge(
  reading: Reading,
  writing: Writing,
  { id, at, by }: { readonly id: number; readonly at: number; readonly by: string | null },
): Promise<boolean> {
  if (!reading.first('SELECT id FROM notice WHERE id = ? AND acknowledged_at IS NULL', id)) return false
  await writing.write(
    new Map([[KIND, toBatchJson([{ id, at, by }])]]),
    `UPDATE notice SET acknowledged_at = r.value->>'at', acknowledged_by = r.value->>'by'
       FROM temp.batch r WHERE r.kind = '${KIND}' AND notice.id = r.value->>'id'`,
    'synced',
  )
  return true
}
