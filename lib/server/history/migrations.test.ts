import { join } from 'node:path'
import SyncDatabase from 'libsql'
import { describe, expect, it } from 'vitest'
import { openHistory } from '.'
import { MIGRATIONS, migrate, versionOf } from './migrations'
import { execution, idOf, newDirectory, open, ROOMY, T0 } from './testing'

/** A database as the first schema had it, with an execution in it. */
function ofFirstSchema(directory: string): void {
  const db = new SyncDatabase(join(directory, 'history.db'))
  db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL')
  migrate(db, MIGRATIONS.slice(0, 1))
  db.exec(`
    INSERT INTO connection (id, name) VALUES (1, 'default');
    INSERT INTO execution VALUES (1, 1, '${idOf(1)}', 1, '${idOf(1)}', 'standalone', 'done', 'failed', NULL, 0, 0, 1, 'KeyError: 1', 12.5,
      ${T0}, ${T0}, ${T0}, ${T0}, 500, 1, 1, 'unknown', NULL, NULL, NULL)`)
  db.close()
}

describe('migrations', () => {
  it('bring an older database up to date, with what is in it', async () => {
    const directory = newDirectory()
    ofFirstSchema(directory)
    const history = open({ directory })
    history.recordExecution('default', execution(2))
    await history.flush()
    const { executions } = await history.executions({ connection: 'default' })
    expect(executions.map(({ key, firstError }) => [key, firstError])).toEqual([
      [idOf(2), null],
      [idOf(1), 'KeyError: 1'],
    ])
    expect(history.errorGroups({ connection: 'default' })).toEqual([])
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
    db.exec(`CREATE TABLE later (x); PRAGMA user_version = ${MIGRATIONS.length + 3}`)
    const attempt = () => openHistory({ directory, retention: ROOMY })
    expect(attempt).toThrow(
      `written by a newer Gearboard (schema ${MIGRATIONS.length + 3}, this one knows ${MIGRATIONS.length})`,
    )
    expect(attempt).toThrow('newer')
    expect(db.prepare(`SELECT name FROM sqlite_master`).all()).toEqual([{ name: 'later' }])
    db.close()
  })
})
