import { createHash } from 'node:crypto'
import { join } from 'node:path'
import SyncDatabase from 'libsql'
import { describe, expect, it } from 'vitest'
import { execution, idOf, newDirectory, open, part, T0, traceback } from '@/lib/server/history/testing/index'
import { MIGRATIONS, migrate, versionOf } from './migrations'

const BOOM = traceback('KeyError', 2, "'currency'")
const sql = (text: string) => `'${text.replaceAll("'", "''")}'`

/** What a Gearboard of each schema wrote into the tables that came with it. */
const ROWS: readonly string[] = [
  `INSERT INTO connection (id, name) VALUES (1, 'default');
   INSERT INTO execution (id, connection, key, epoch, gears_id, shard, status, outcome, registered, results, errors, first_error, duration_ms,
     first_seen, observed, last_seen, end_seen, precision_ms, answered, shards, origin_kind, origin_name, origin_id, run_id)
   VALUES (1, 1, '${idOf(1)}', 1, '${idOf(1)}', 'standalone', 'done', 'failed', 0, 0, 1, 'KeyError: currency', 12.5,
     ${T0}, ${T0}, ${T0}, ${T0}, 500, 1, 1, 'submission', 'word-count', 's1', 'run-1');
   INSERT INTO execution_detail VALUES (1, ${sql(JSON.stringify([part({ errors: [BOOM] })]))}, '["one",2,null]', 0, 0, 0)`,
  `INSERT INTO series VALUES (1, 1, 'activity', ''), (2, 1, 'memory', 'standalone'), (3, 1, 'registration', '${idOf(2)}');
   INSERT INTO activity_point (series, width, at, running_sum, running_n, running_max, waiting_n, ok) VALUES (1, 3600000, 0, 2, 1, 2, 0, 7);
   INSERT INTO memory_point (series, width, at, total_n, peak_n, current_sum, current_n, current_max) VALUES (2, 3600000, 0, 0, 0, 4096, 1, 4096);
   INSERT INTO registration_point (series, width, at, triggered, averageMs_n, lagMs_n) VALUES (3, 3600000, 0, 5, 0, 0)`,
  `INSERT INTO registration VALUES (1, '${idOf(2)}', '${idOf(2)}', 'orders', 'StreamReader', ${T0}, ${T0 + 1}, 5, 4, 1, 0, 'boom');
   INSERT INTO error_group (id, connection, subject_kind, subject, subject_name, signature, title, type, example, first_seen, last_seen)
   VALUES (1, 1, 'submission', 'word-count', 'word-count', 'KeyError in work, line 2', 'KeyError: currency', 'KeyError', ${sql(BOOM)}, ${T0}, ${T0});
   INSERT INTO error_occurrence VALUES (1, 1, ${T0})`,
  `INSERT INTO script VALUES ('hash', 'GB().run()', 10);
   INSERT INTO source (id, number, connection, at, author, name, version, hash, requirements, options, outcome, execution_id, registrations)
   VALUES ('s1', 1, 1, ${T0}, 'ada', 'word-count', 1, 'hash', '["redis"]', '{"upgrade":true}', 'started', '${idOf(1)}', '[]');
   INSERT INTO audit (id, at, connection, who, action, target, outcome) VALUES (1, ${T0}, 'default', 'admin', 'unregister', '${idOf(2)}', 'ok')`,
  `UPDATE execution SET plan = 'abcd'`,
  `UPDATE execution SET gone_cause = 'dropped', gone_by = 'ada', gone_at = ${T0 + 9}`,
  `INSERT INTO saved_view VALUES (1, 1, 'executions', 'Failing', 'q=outcome%3Afailed', ${T0}, 'ada', ${T0}, 'ada')`,
  `INSERT INTO session VALUES ('digest', 'admin', ${T0}, ${T0 + 9})`,
  `INSERT INTO notice (id, kind, at, what, helps) VALUES (1, 'damaged', ${T0}, 'It was damaged.', 'A backup helps.');
   INSERT INTO era VALUES (1, 0, 60000, ${T0 - 60_000}, ${T0}, 0, 'a boot', ${T0})`,
  `UPDATE registration SET gone_at = ${T0 + 2}`,
  `UPDATE audit SET links = '[{"kind":"source","id":"s1"}]'`,
  `UPDATE activity_point SET unseenOk = 3`,
  `UPDATE session SET kind = 'local', name = 'ada', groups = '["sre"]', seen_at = ${T0 + 1}`,
  `INSERT INTO connection_setting VALUES ('orders', '{}', '{}', 'fingerprint', ${T0}, 'ada')`,
  `INSERT INTO people_record VALUES ('grant', 'g1', '{"role":"viewer"}')`,
  `UPDATE audit SET previous_hash = '', hash = 'one', sealed_by = 'key';
   INSERT INTO audit_chain VALUES ('anchor', 0, '', 'key', 'mac'), ('head', 1, 'one', 'key', 'mac')`,
  `INSERT INTO alert_record VALUES ('rule', 'r1', '{"name":"Failures"}');
   INSERT INTO incident VALUES (1, 'i1', 'default', 'firing', 'warning', ${T0}, '{}');
   INSERT INTO delivery VALUES (1, 'd1', 'waiting', ${T0}, '{}')`,
]

/** Of each step as it was written: one that databases have behind them is never edited. */
const STEPS: readonly string[] = [
  '1651ab6b9b22002b',
  'd4c2d24525c43703',
  'f38a6e2fec0a35d4',
  '8779e1f7b5355f30',
  'bccfb4d3f1577d8f',
  'ee305a01e933f82f',
  'ee4fe672abd9c2a1',
]

const rowsOf = (db: SyncDatabase.Database, table: string, columns: readonly string[]) =>
  db.prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY 1, 2`).all()

const namesIn = (db: SyncDatabase.Database, statement: string): string[] =>
  db
    .prepare(statement)
    .all()
    .map((row) => String(Reflect.get(Object(row), 'name')))

/** A database as a Gearboard of this schema left it; returns the rows of each table. */
function ofSchema(version: number, directory: string) {
  const db = new SyncDatabase(join(directory, 'history.db'))
  db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL')
  for (let step = 0; step < version; step++) {
    migrate(db, MIGRATIONS.slice(0, step + 1))
    const rows = ROWS[step]
    if (rows !== undefined) db.exec(rows)
  }
  const tables = namesIn(db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).map(
    (table) => {
      const columns = namesIn(db, `PRAGMA table_info(${table})`)
      return { table, columns, rows: rowsOf(db, table, columns) }
    },
  )
  db.close()
  return tables
}

describe('migrations', () => {
  for (const version of MIGRATIONS.keys()) {
    it(`bring a database of schema ${version + 1} up to date, with every row that is in it`, async () => {
      const directory = newDirectory()
      const before = ofSchema(version + 1, directory)
      for (const { table, rows } of before) expect([table, rows.length]).not.toEqual([table, 0])

      const history = open({ directory })
      const db = new SyncDatabase(join(directory, 'history.db'))
      expect(versionOf(db)).toBe(MIGRATIONS.length)
      for (const { table, columns, rows } of before) expect(rowsOf(db, table, columns)).toEqual(rows)
      db.close()

      expect(history.executions.one('default', idOf(1))).toMatchObject({
        outcome: 'failed',
        errors: [BOOM],
        results: ['one', 2, null],
        ...(version >= 3 && { source: { script: 'GB().run()', requirements: ['redis'] } }),
        ...(version >= 5 && { gone: { cause: 'dropped', by: 'ada', at: T0 + 9 } }),
      })
      const hours = { connection: 'default', from: 0, to: 24 * 3_600_000 }
      expect(history.series.read({ ...hours, kind: 'activity' }).points.map(({ values }) => values.ok)).toEqual(
        version >= 1 ? [7] : [],
      )
      expect(history.registrations.all('default').map(({ name }) => name)).toEqual(version >= 2 ? ['orders'] : [])
      expect(history.registrations.errorGroups({ connection: 'default' }).map(({ executions }) => executions)).toEqual(
        version >= 2 ? [1] : [],
      )
      expect(history.sources.page({ connection: 'default' }).sources.map(({ name }) => name)).toEqual(
        version >= 3 ? ['word-count'] : [],
      )
      expect(history.audit.page({}).entries.map(({ action }) => action)).toEqual(version >= 3 ? ['unregister'] : [])
      expect(history.views.all('default', 'executions').map(({ name }) => name)).toEqual(
        version >= 6 ? ['Failing'] : [],
      )

      expect(history.connections.all().map(({ name }) => name)).toEqual(version >= 13 ? ['orders'] : [])

      const wasOwner = { kind: 'password', name: 'admin', groups: [], seenAt: null }
      const wasAda = { kind: 'local', name: 'ada', groups: ['sre'], seenAt: T0 + 1 }
      expect(history.sessions.all()).toMatchObject(version >= 12 ? [wasAda] : version >= 7 ? [wasOwner] : [])

      expect(history.people.all('grant').map(({ id }) => id)).toEqual(version >= 14 ? ['g1'] : [])
      expect(history.alerts.records.all('rule').map(({ id }) => id)).toEqual(version >= 16 ? ['r1'] : [])

      // New reports go to the same rows, and to new ones beside them.
      history.executions.record('default', execution(1, { firstSeen: T0, outcome: 'failed' }), { runId: 'run-1' })
      history.executions.record('default', execution(2))
      await history.flush()
      expect(history.stats()).toMatchObject({ error: null, executions: 2 })
      const { executions } = await history.executions.page({ connection: 'default' })
      expect(executions.map(({ key, epoch }) => [key, epoch])).toEqual([
        [idOf(2), 1],
        [idOf(1), 1],
      ])
    })
  }

  it('are as they were when the first databases went through them', () => {
    const hashes = MIGRATIONS.map((step) => createHash('sha256').update(step).digest('hex').slice(0, 16))
    expect(hashes.slice(0, STEPS.length)).toEqual(STEPS)
  })

  it('do each step whole or not at all', () => {
    const db = new SyncDatabase(':memory:')
    const steps = ['CREATE TABLE a (x)', 'CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)']
    expect(() => migrate(db, steps)).toThrow('nowhere')
    expect(versionOf(db)).toBe(1)
    expect(db.prepare(`SELECT name FROM sqlite_master`).all()).toEqual([{ name: 'a' }])
    migrate(db, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'])
    expect(versionOf(db)).toBe(2)
    migrate(db, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'])
    expect(versionOf(db)).toBe(2)
  })

  it('refuse a newer database, and leave it as it is', async () => {
    const directory = newDirectory()
    const db = new SyncDatabase(join(directory, 'history.db'))
    db.exec(
      `CREATE TABLE later (x); PRAGMA user_version = ${MIGRATIONS.length + 3}; PRAGMA application_id = 0x47656172`,
    )
    const known = `(schema ${MIGRATIONS.length + 3}, this one knows ${MIGRATIONS.length})`
    expect(open({ directory }).state).toMatchObject({
      role: 'off',
      reason: expect.stringContaining(`written by a newer Gearboard ${known}`),
    })
    expect(db.prepare(`SELECT name FROM sqlite_master`).all()).toEqual([{ name: 'later' }])
    db.close()
  })
})
