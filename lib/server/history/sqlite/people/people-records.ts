import type { PeopleHistory, PeopleKind, PeopleRecord } from '@/lib/server/history/store'
import { fields } from '../sql-text'
import { type Reading, toBatchJson, type Writing } from '../sqlite'
import type { StoreAccess } from '../store-access'

const KIND = 'people'
const COLUMNS = ['kind', 'id', 'value'] as const

export const peopleIn = (access: StoreAccess): PeopleHistory => ({
  all: (kind) => access.read((reading) => readRecords(reading, kind)),
  write: async (kind, record) => access.writing().keep((writing) => change(writing, kind, record, UPSERT)),
  update: async (kind, record) => access.writing().keep((writing) => change(writing, kind, record, UPDATE)),
  remove: async (kind, id) => access.writing().keep((writing) => change(writing, kind, { id, value: '' }, REMOVE)),
})

const readRecords = (reading: Reading, kind: PeopleKind): readonly PeopleRecord[] =>
  reading
    .all('SELECT id, value FROM people_record WHERE kind = ? ORDER BY id', kind)
    .map((row) => ({ id: row.text('id'), value: row.text('value') }))

const change = (writing: Writing, kind: PeopleKind, record: PeopleRecord, sql: string): Promise<void> =>
  writing.write(new Map([[KIND, toBatchJson([{ kind, ...record }])]]), sql, 'synced')

const GIVEN = `SELECT ${fields(COLUMNS)} FROM temp.batch r WHERE r.kind = '${KIND}'`
const UPSERT = `INSERT OR REPLACE INTO people_record (${COLUMNS.join(', ')}) ${GIVEN}`
const SAME = `(kind, id) IN (SELECT r.value->>'kind', r.value->>'id' FROM temp.batch r WHERE r.kind = '${KIND}')`
const REMOVE = `DELETE FROM people_record WHERE ${SAME}`
const UPDATE = `UPDATE people_record SET value = (SELECT r.value->>'value' FROM temp.batch r WHERE r.kind = '${KIND}') WHERE ${SAME}`
