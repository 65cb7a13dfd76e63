import type { KeptRecord, KeptRecords } from '@/lib/server/history/store'
import { fields } from './sql-text'
import { type Reading, toBatchJson, type Writing } from './sqlite'
import type { StoreAccess } from './store-access'

const COLUMNS = ['kind', 'id', 'value'] as const

/** Small records that are kept as JSON, by kind and id, in a table of these columns. */
export function keptRecordsIn<Kind extends string>(
  access: StoreAccess,
  table: 'people_record' | 'alert_record',
): KeptRecords<Kind> {
  const given = `SELECT ${fields(COLUMNS)} FROM temp.batch r WHERE r.kind = '${table}'`
  const same = `(kind, id) IN (SELECT r.value->>'kind', r.value->>'id' FROM temp.batch r WHERE r.kind = '${table}')`
  const upsert = `INSERT OR REPLACE INTO ${table} (${COLUMNS.join(', ')}) ${given}`
  const update = `UPDATE ${table} SET value = (SELECT r.value->>'value' FROM temp.batch r WHERE r.kind = '${table}') WHERE ${same}`
  const change = (writing: Writing, kind: Kind, record: KeptRecord, sql: string): Promise<void> =>
    writing.write(new Map([[table, toBatchJson([{ kind, ...record }])]]), sql, 'synced')
  return {
    all: (kind) => access.read((reading) => readRecords(reading, table, kind)),
    write: async (kind, record) => access.writing().keep((writing) => change(writing, kind, record, upsert)),
    update: async (kind, record) => access.writing().keep((writing) => change(writing, kind, record, update)),
    remove: async (kind, id) =>
      access
        .writing()
        .keep((writing) => change(writing, kind, { id, value: '' }, `DELETE FROM ${table} WHERE ${same}`)),
  }
}

const readRecords = (reading: Reading, table: string, kind: string): readonly KeptRecord[] =>
  reading
    .all(`SELECT id, value FROM ${table} WHERE kind = ? ORDER BY id`, kind)
    .map((row) => ({ id: row.text('id'), value: row.text('value') }))
