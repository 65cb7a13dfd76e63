import { MAX_VIEWS, type SavedView, VIEW_PAGES, type ViewPage } from '@/lib/model/record/saved-view'
import { HistoryError } from '@/lib/server/history/history-error'
import { readable, Tally } from '../readable'
import type { Row } from '../row'
import { connectionsOf, fields, incoming } from '../sql-text'
import { integer, type Reading, toBatchJson, type Writing } from '../sqlite'

const KIND = 'view'
const COLUMNS = ['page', 'name', 'query', 'created_at', 'created_by', 'changed_at', 'changed_by'] as const

const ON_PAGE = 'connection = (SELECT id FROM connection WHERE name = ?) AND page = ?'

/** By name. */
export const readViews = (reading: Reading, connection: string, page: ViewPage, tally = new Tally()): SavedView[] =>
  readable(
    reading.all(`SELECT * FROM saved_view WHERE ${ON_PAGE} ORDER BY name COLLATE NOCASE`, connection, page),
    readView,
    tally,
  )

/** Undefined: there is none of this number. */
export function viewWith(reading: Reading, connection: string, id: number): SavedView | undefined {
  const row = reading.first(
    'SELECT * FROM saved_view WHERE connection = (SELECT id FROM connection WHERE name = ?) AND id = ?',
    connection,
    id,
  )
  return row && readView(row)
}

const readView = (row: Row): SavedView => ({
  id: row.number('id'),
  page: row.word('page', VIEW_PAGES),
  name: row.text('name'),
  query: row.text('query'),
  createdAt: row.number('created_at'),
  createdBy: row.textOrNull('created_by'),
  changedAt: row.number('changed_at'),
  changedBy: row.textOrNull('changed_by'),
})

/** @throws HistoryError `invalid`: another view of the page has the name, or there are too many */
export async function writeView(
  reading: Reading,
  writing: Writing,
  connection: string,
  view: Omit<SavedView, 'id'> & { readonly id: number | null },
): Promise<SavedView> {
  const others = readViews(reading, connection, view.page).filter(({ id }) => id !== view.id)
  if (others.some(({ name }) => name.toLowerCase() === view.name.toLowerCase()))
    throw new HistoryError('invalid', `name: this page already has a view named ${JSON.stringify(view.name)}`)
  if (others.length >= MAX_VIEWS)
    throw new HistoryError('invalid', `name: a page has at most ${MAX_VIEWS} views; delete an unused one`)
  const row = {
    id: view.id,
    connection,
    page: view.page,
    name: view.name,
    query: view.query,
    created_at: view.createdAt,
    created_by: view.createdBy,
    changed_at: view.changedAt,
    changed_by: view.changedBy,
  }
  await writing.write(new Map([[KIND, toBatchJson([row])]]), [connectionsOf(KIND), UPSERT].join(';'), 'synced')
  const written = readViews(reading, connection, view.page).find(({ name }) => name === view.name)
  if (!written) throw new Error('the view that was written is not there')
  return written
}

const UPSERT = `
  INSERT INTO saved_view (id, connection, ${COLUMNS.join(', ')})
  SELECT r.value->>'id', c.id, ${fields(COLUMNS)} FROM ${incoming(KIND)}
  ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, query = excluded.query, changed_at = excluded.changed_at, changed_by = excluded.changed_by`

export const removeView = (writing: Writing, id: number): Promise<void> =>
  writing.run(`DELETE FROM saved_view WHERE id = ${integer(id)}`, 'synced')
