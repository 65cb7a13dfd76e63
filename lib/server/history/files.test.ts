import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SyncDatabase from 'libsql'
import { describe, expect, it } from 'vitest'
import { type HistoryStore, Tally } from '.'
import { MIGRATIONS, migrate } from './sqlite/files/migrations'
import {
  audit,
  counters,
  execution,
  idOf,
  newDirectory,
  open,
  part,
  registration,
  source,
  T0,
  traceback,
  view,
} from './testing/index'

/** A history with one of each kind in it, and what it said. */
async function filled(directory = newDirectory()) {
  const words: string[] = []
  const history = open({ directory, notice: (text) => words.push(text) })
  history.executions.record('default', execution(1))
  await history.audit.record(audit())
  await history.sources.record(source('1'), 'GB().run()')
  await history.views.write('default', view())
  await history.flush()
  return { history, directory, words, file: (name: string) => join(directory, name) }
}

const inside = (history: HistoryStore) => ({
  executions: history.stats().executions,
  audit: history.audit.page({}).entries.length,
  sources: history.sources.page({ connection: 'default' }).sources.length,
  views: history.views.all('default', 'executions').length,
})
const ONE_OF_EACH = { executions: 1, audit: 1, sources: 1, views: 1 }

describe('a part of the database that is taken away while Gearboard runs', () => {
  it.each([
    ['the log', (file: (name: string) => string) => rmSync(file('history.db-wal'))],
    ['the index of the log', (file: (name: string) => string) => rmSync(file('history.db-shm'))],
    [
      'both',
      (file: (name: string) => string) => {
        rmSync(file('history.db-wal'))
        rmSync(file('history.db-shm'))
      },
    ],
    [
      'the log, with another file in its place',
      (file: (name: string) => string) => {
        rmSync(file('history.db-wal'))
        writeFileSync(file('history.db-wal'), 'no log at all'.repeat(1000))
      },
    ],
  ])('costs nothing, and is said: %s', async (_, take) => {
    const { history, directory, words, file } = await filled()
    take(file)
    // Before the loss is noticed.
    await history.audit.record(audit({ target: 'unnoticed' }))
    await history.maintain()
    expect(words).toEqual([expect.stringMatching(/^The log of the history in .* was removed or replaced/)])
    expect(history.state).toMatchObject({ role: 'writer', reason: null, notices: [{ kind: 'removed' }] })
    await history.sources.record(source('2'), 'GB().count().run()')
    const all = { ...ONE_OF_EACH, audit: 2, sources: 2 }
    expect(inside(history)).toEqual(all)
    // What is written now is where the next process finds it.
    expect(existsSync(file('history.db-wal'))).toBe(true)
    expect(inside(open({ directory }))).toEqual(all)
    await history.maintain()
    expect(words).toHaveLength(1)
  })

  it('is the database itself, which is replaced by another one: that one goes on', async () => {
    const other = await filled()
    await other.history.audit.record(audit({ target: 'of the other' }))
    // As a backup is made.
    const backup = new SyncDatabase(other.file('history.db'))
    backup.exec(`VACUUM INTO '${other.file('backup.db')}'`)
    backup.close()
    const { history, words, file } = await filled()
    await history.audit.record(audit({ target: 'of the first' }))
    renameSync(other.file('backup.db'), file('history.db'))
    await history.maintain()
    expect(words[0]).toContain('was replaced by another file while Gearboard was running')
    expect(history.state).toMatchObject({ role: 'writer', reason: null, notices: [{ kind: 'removed' }] })
    // The log of the first one is none of its own.
    expect(history.audit.page({}).entries.map(({ target }) => target)).toEqual(['of the other', null])
  })

  it('is the lock: it is taken anew, and there is still one writer', async () => {
    const { history, directory, words, file } = await filled()
    rmSync(file('writer.lock'))
    await history.maintain()
    expect(words[0]).toContain('The lock of the history, writer.lock')
    expect(history.state).toMatchObject({ role: 'writer', reason: null, notices: [{ kind: 'lock' }] })
    expect(inside(history)).toEqual(ONE_OF_EACH)
    expect(open({ directory }).state.role).toBe('reader')
  })

  it('is the lock, and another Gearboard has taken the new one: it writes, this one reads', async () => {
    const { history, directory, file } = await filled()
    rmSync(file('writer.lock'))
    const second = open({ directory })
    expect(second.state.role).toBe('writer')
    await history.maintain()
    expect(history.state).toMatchObject({ role: 'reader', reason: expect.stringContaining('Another Gearboard writes') })
    await second.audit.record(audit())
    expect(history.audit.page({}).entries).toHaveLength(2)
  })

  it('is noticed by a reader while another process writes', async () => {
    const { history, directory, file } = await filled()
    const reader = open({ directory })
    expect(inside(reader)).toEqual(ONE_OF_EACH)
    rmSync(file('history.db-wal'))
    rmSync(file('history.db-shm'))
    await history.maintain()
    await history.audit.record(audit())
    expect(inside(reader)).toEqual({ ...ONE_OF_EACH, audit: 2 })
  })
})

describe('what stands in the place of the history', () => {
  it.each(['history.db'])('is an empty file: said, and begun in', async (name) => {
    const directory = newDirectory()
    writeFileSync(join(directory, name), '')
    const { history, words } = await filled(directory)
    expect(words).toEqual([expect.stringContaining(`${join(directory, name)} was an empty file`)])
    expect(history.state.notices).toMatchObject([{ kind: 'empty', helps: expect.stringContaining('backup') }])
    expect(inside(history)).toEqual(ONE_OF_EACH)
  })

  it('is an empty file with a log beside it, which is kept', async () => {
    const directory = newDirectory()
    writeFileSync(join(directory, 'history.db'), '')
    writeFileSync(join(directory, 'history.db-wal'), 'what was not carried over')
    const { history } = await filled(directory)
    const [kept = ''] = readdirSync(directory).filter((name) => /^history\.db\.empty-.*-wal$/.test(name))
    expect(readFileSync(join(directory, kept), 'utf8')).toBe('what was not carried over')
    expect(history.state.notices?.[0]?.helps).toContain(kept)
  })

  it('is nothing to speak of in a new directory', async () => {
    const { words, history } = await filled()
    expect(words).toEqual([])
    expect(history.state.notices).toBeUndefined()
  })

  it.each([
    ['of a program that marks its own', 'PRAGMA application_id = 7; CREATE TABLE notes (x)', 'it has notes'],
    ['of one that counts versions too', 'PRAGMA user_version = 3; CREATE TABLE moz_places (x)', 'it has moz_places'],
    ['without tables, but marked', 'PRAGMA application_id = 1', ''],
    ['with a table of a name of ours', 'CREATE TABLE execution (x)', 'it has execution'],
  ])('is a database %s: it is left as it is, and said', async (_, sql, has) => {
    const directory = newDirectory()
    const path = join(directory, 'history.db')
    const db = new SyncDatabase(path)
    db.exec(sql)
    db.close()
    const before = readFileSync(path)
    const history = open({ directory })
    expect(history.state).toMatchObject({ role: 'off', reason: expect.stringContaining('of another program') })
    expect(history.state.reason).toContain(has)
    expect(history.state.reason).toContain('GEARBOARD_DATA')
    expect(() => history.audit.page({})).toThrow('another program')
    await history.maintain()
    expect(readFileSync(path).equals(before)).toBe(true)
    rmSync(path)
    await history.maintain()
    expect(history.state).toMatchObject({ role: 'writer', reason: null })
  })

  it.each(['not a valid lock', '{"pid": 1}\n', 'x'.repeat(5000)])(
    'is junk in the place of the lock: %#',
    async (junk) => {
      const directory = newDirectory()
      writeFileSync(join(directory, 'writer.lock'), junk)
      const { history, words } = await filled(directory)
      const [kept = ''] = readdirSync(directory).filter((name) => name.startsWith('writer.lock.corrupt-'))
      expect(readFileSync(join(directory, kept), 'utf8')).toBe(junk)
      expect(words).toEqual([expect.stringContaining(kept)])
      expect(history.state).toMatchObject({ role: 'writer', notices: [{ kind: 'lock' }] })
      expect(open({ directory }).state.role).toBe('reader')
    },
  )
})

describe('a notice', () => {
  it('is shown until somebody acknowledges it, over restarts and to readers too', async () => {
    const directory = newDirectory()
    writeFileSync(join(directory, 'history.db'), 'this is no database'.repeat(1000))
    const first = open({ directory })
    const [notice] = first.state.notices ?? []
    expect(notice).toMatchObject({
      kind: 'damaged',
      what: expect.stringMatching(/Gearboard moved it to .*history\.db\.corrupt-/),
      helps: expect.stringContaining('.recover'),
    })
    const id = notice?.id ?? 0
    const reader = open({ directory })
    expect(reader.state.notices).toEqual(first.state.notices)
    await expect(reader.acknowledge(id, null)).rejects.toThrow('Another Gearboard writes')
    await reader.close()
    await first.close()
    const again = open({ directory })
    expect(again.state.notices).toMatchObject([{ kind: 'damaged' }])
    expect(await again.acknowledge(id + 1, 'ada')).toBe(false)
    expect(await again.acknowledge(id, 'ada')).toBe(true)
    expect(await again.acknowledge(id, 'ada')).toBe(false)
    expect(again.state.notices).toBeUndefined()
    await again.close()
    expect(open({ directory }).state.notices).toBeUndefined()
  })
})

describe('before the schema is changed', () => {
  it('the database is copied as it was, which is said; of copies the latest stays', async () => {
    const directory = newDirectory()
    const path = join(directory, 'history.db')
    const old = new SyncDatabase(path)
    old.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL')
    migrate(old, MIGRATIONS.slice(0, 4))
    old.exec(
      `INSERT INTO audit (id, at, connection, who, action, outcome) VALUES (1, ${T0}, 'default', 'ada', 'submit', 'ok')`,
    )
    old.close()
    writeFileSync(join(directory, 'history.db.schema-2'), 'an earlier copy')
    const words: string[] = []
    const history = open({ directory, notice: (text) => words.push(text) })
    const copy = `${path}.schema-4`
    expect(words).toEqual([
      `The history was migrated from schema 4 to ${MIGRATIONS.length}. The original is kept in ${copy}; an earlier Gearboard can read it.`,
    ])
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect(existsSync(`${path}.schema-2`)).toBe(false)
    const kept = new SyncDatabase(copy)
    expect(kept.prepare('SELECT who FROM audit').all()).toEqual([{ who: 'ada' }])
    expect(kept.prepare('PRAGMA user_version').all()).toEqual([{ user_version: 4 }])
    kept.close()
    expect(history.audit.page({}).entries).toHaveLength(1)
    await history.close()
    open({ directory, notice: (text) => words.push(text) })
    expect(words).toHaveLength(1)
  })

  it('nothing is changed where the copy cannot be made', () => {
    const directory = newDirectory()
    const old = new SyncDatabase(join(directory, 'history.db'))
    migrate(old, MIGRATIONS.slice(0, 4))
    old.close()
    // Not even root writes a file where a directory is.
    mkdirSync(join(directory, 'history.db.schema-4', 'x'), { recursive: true })
    const history = open({ directory })
    expect(history.state.reason).toMatch(/cannot be backed up first: .*\. Free .* in /)
    const db = new SyncDatabase(join(directory, 'history.db'))
    expect(db.prepare('PRAGMA user_version').all()).toEqual([{ user_version: 4 }])
    db.close()
  })
})

describe('one damaged entry', () => {
  /** Three of each, the middle one damaged by this. */
  async function damagedBy(sql: string) {
    const directory = newDirectory()
    const history = open({ directory })
    for (const n of [1, 2, 3]) {
      history.executions.record('default', execution(n, { outcome: 'failed' }), {
        parts: [part({ errors: [traceback('KeyError', n, 'x')] })],
      })
      await history.audit.record(audit({ target: String(n), at: T0 + n }))
      await history.sources.record(source(String(n), { name: `name ${n}`, at: T0 + n }), `GB('${n}').run()`)
      await history.views.write('default', view({ name: `view ${n}` }))
      const one = { ...registration(T0, counters(n)), key: idOf(n), id: idOf(n) }
      history.registrations.record('default', T0, [one])
    }
    await history.flush()
    const db = new SyncDatabase(join(directory, 'history.db'))
    db.exec(sql)
    db.close()
    return history
  }

  it.each([
    ['of no JSON', `UPDATE source SET requirements = '[' WHERE id = '2'`],
    ['of other JSON', `UPDATE source SET registrations = '{"a":1}' WHERE id = '2'`],
    ['with an outcome that there is not', `UPDATE source SET outcome = 'lost' WHERE id = '2'`],
    ['with a time that is none', `UPDATE source SET at = 'noon' WHERE id = '2'`],
  ])('takes no other submission with it: %s', async (_, sql) => {
    const history = await damagedBy(sql)
    const page = history.sources.page({ connection: 'default' })
    expect(page.sources.map(({ id }) => id)).toEqual(['3', '1'])
    expect(page.unreadable).toBe(1)
    expect(() => history.sources.one('2')).toThrow('This history entry is damaged')
    expect(history.sources.one('3')?.script).toBe(`GB('3').run()`)
    const small = history.sources.page({ connection: 'default', limit: 1 })
    const ids = [...small.sources]
    for (let next = small.next; next !== null; ) {
      const more = history.sources.page({ connection: 'default', limit: 1, cursor: next })
      ids.push(...more.sources)
      next = more.next
    }
    expect(new Set(ids.map(({ id }) => id))).toEqual(new Set(sql.includes('noon') ? [] : ['3', '1']))
  })

  it.each([
    [`UPDATE audit SET outcome = 'perhaps' WHERE target = '2'`],
    [`UPDATE audit SET who = x'00ff' WHERE target = '2'`],
  ])('takes no other line of the audit log with it: %s', async (sql) => {
    const page = (await damagedBy(sql)).audit.page({})
    expect(page.entries.map(({ target }) => target)).toEqual(['3', '1'])
    expect(page.unreadable).toBe(1)
  })

  it.each([
    [`UPDATE execution SET status = 'sleeping' WHERE key = '${idOf(2)}'`],
    [`UPDATE execution SET shard = x'01' WHERE key = '${idOf(2)}'`],
    [`UPDATE execution SET origin_kind = 'submission', origin_name = NULL WHERE key = '${idOf(2)}'`],
  ])('takes no other execution with it: %s', async (sql) => {
    const history = await damagedBy(sql)
    const page = await history.executions.page({ connection: 'default' })
    expect(page.executions.map(({ key }) => key)).toEqual([idOf(3), idOf(1)])
    expect(page.unreadable).toBe(1)
    expect(() => history.executions.one('default', idOf(2))).toThrow('damaged')
    const range = { connection: 'default', from: T0, to: T0 + 60_000 }
    expect((await history.executions.functions(range)).executions).toBeGreaterThanOrEqual(2)
  })

  it('takes no other view, registration or group of errors with it', async () => {
    const history = await damagedBy(
      `UPDATE saved_view SET created_at = 'once' WHERE name = 'view 2';
       UPDATE registration SET reader = 'Mind' WHERE key = '${idOf(2)}';
       UPDATE error_group SET reported = 'often' WHERE id = (SELECT max(id) FROM error_group)`,
    )
    const tally = () => new Tally()
    const [views, registrations, groups] = [tally(), tally(), tally()]
    expect(history.views.all('default', 'executions', views).map(({ name }) => name)).toEqual(['view 1', 'view 3'])
    expect(history.registrations.all('default', registrations)).toHaveLength(2)
    history.registrations.errorGroups({ connection: 'default' }, groups)
    expect([views.unreadable, registrations.unreadable, groups.unreadable]).toEqual([1, 1, 1])
    await history.views.write('default', view({ name: 'view 4' }))
  })
})
