import { join } from 'node:path'
import SyncDatabase from 'libsql'
import { describe, expect, it } from 'vitest'
import { type AuditChainCheck, chainInWords } from '@/lib/model/record/audit-chain'
import { MIGRATIONS, migrate } from '@/lib/server/history/sqlite/files/migrations'
import { audit, newDirectory, open, ROOMY, T0 } from '@/lib/server/history/testing/index'

const SECRET = Buffer.from('a secret of this test')
const ANOTHER = Buffer.from('another secret')
const DAY = 24 * 3_600_000

const opened = (directory: string, changes: Parameters<typeof open>[0] = {}) =>
  open({ directory, auditSecret: SECRET, ...changes })

/** A directory in which so many entries were recorded. */
async function filled(count: number, directory = newDirectory()): Promise<string> {
  const history = opened(directory)
  for (let n = 1; n <= count; n++) await history.audit.record(audit({ at: T0 + n, target: `t-${n}` }))
  await history.close()
  return directory
}

/** Changes the file as another program does. */
function tamper(directory: string, sql: string): void {
  const db = new SyncDatabase(join(directory, 'history.db'))
  db.exec(sql)
  db.close()
}

async function checked(directory: string, secret = SECRET): Promise<AuditChainCheck> {
  const history = open({ directory, auditSecret: secret })
  const check = await history.audit.verify()
  await history.close()
  return check
}

/** Copies an entry under another id. */
const COPY = (from: number, to: number) => `
  CREATE TEMP TABLE copy AS SELECT * FROM audit WHERE id = ${from}; UPDATE copy SET id = ${to};
  INSERT INTO audit SELECT * FROM copy`

describe('the chain of the audit log', () => {
  it('is intact over a restart, entries at once, odd texts and a clock that jumps', async () => {
    const directory = newDirectory()
    expect(await checked(directory)).toMatchObject({ checked: 0, unchained: 0, newest: null, broken: null })
    let now = T0
    const first = opened(directory, { clock: () => now })
    const texts = ['a\0b', 'half \ud800', 'Über 😀 \u2028', '"\\', '', 'x'.repeat(100_000)]
    await Promise.all(texts.map((before, n) => first.audit.record(audit({ at: now + n, before }))))
    now = T0 - 400 * DAY
    await first.audit.record(audit({ at: now, connection: null, links: [{ kind: 'source', id: 's-1' }] }))
    now = T0 + 9000 * DAY
    await first.audit.record(audit({ at: now, who: 'bob\u202e' }))
    await first.close()
    const second = opened(directory)
    for (let n = 0; n < 1200; n++) void second.audit.record(audit({ target: String(n) }))
    await second.flush()
    expect(await second.audit.verify()).toMatchObject({
      checked: 1208,
      keyed: true,
      newest: { id: 1208 },
      broken: null,
    })
    const reader = opened(directory)
    expect(await reader.audit.verify()).toMatchObject({ checked: 1208, broken: null })
  })

  it.each([
    ['a changed field', `UPDATE audit SET who = 'eve' WHERE id = 4`, { kind: 'changed', id: 4 }],
    ['a changed time', 'UPDATE audit SET at = at + 1 WHERE id = 1', { kind: 'changed', id: 1 }],
    ['a field of another type', `UPDATE audit SET error = x'00' WHERE id = 2`, { kind: 'changed', id: 2 }],
    ['an outcome made null', 'UPDATE audit SET target = NULL WHERE id = 9', { kind: 'changed', id: 9 }],
    ['a changed hash', `UPDATE audit SET hash = 'ab' WHERE id = 5`, { kind: 'changed', id: 5 }],
    ['a removed entry', 'DELETE FROM audit WHERE id = 5', { kind: 'missing', id: 6 }],
    ['several removed entries', 'DELETE FROM audit WHERE id BETWEEN 3 AND 7', { kind: 'missing', id: 8 }],
    ['the first removed', 'DELETE FROM audit WHERE id = 1', { kind: 'missing', id: 2 }],
    ['the newest removed', 'DELETE FROM audit WHERE id >= 8', { kind: 'end', id: 9 }],
    ['all removed', 'DELETE FROM audit', { kind: 'end', id: 9 }],
    [
      'two swapped',
      'UPDATE audit SET id = -1 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 6; UPDATE audit SET id = 6 WHERE id = -1',
      { kind: 'changed', id: 3 },
    ],
    [
      'a gap that is closed',
      'DELETE FROM audit WHERE id = 5; UPDATE audit SET id = id - 1 WHERE id > 5',
      { kind: 'changed', id: 5 },
    ],
    [
      'one inserted behind the newest',
      `INSERT INTO audit (at, who, action, outcome) VALUES (${T0}, 'eve', 'submit', 'ok')`,
      { kind: 'inserted', id: 10 },
    ],
    ['a copy behind the newest', COPY(4, 10), { kind: 'inserted', id: 10 }],
    ['one before the first', COPY(4, -5), { kind: 'inserted', id: -5 }],
    [
      'one in the place of another',
      'UPDATE audit SET hash = NULL, previous_hash = NULL WHERE id = 5',
      { kind: 'inserted', id: 5 },
    ],
    [
      'the newest removed, with the head set back',
      `DELETE FROM audit WHERE id > 7;
       UPDATE audit_chain SET id = 7, hash = (SELECT hash FROM audit WHERE id = 7) WHERE place = 'head'`,
      { kind: 'ends', id: null },
    ],
    [
      'the first removed, with the anchor moved',
      `DELETE FROM audit WHERE id <= 3;
       UPDATE audit_chain SET id = 3, hash = (SELECT previous_hash FROM audit WHERE id = 4) WHERE place = 'anchor'`,
      { kind: 'ends', id: null },
    ],
    [
      'the newest removed, with a head of another key',
      `DELETE FROM audit WHERE id > 7;
       UPDATE audit_chain SET id = 7, hash = (SELECT hash FROM audit WHERE id = 7), sealed_by = 'other' WHERE place = 'head'`,
      { kind: 'ends', id: null },
    ],
    [
      'the first removed, with an anchor of another key',
      `DELETE FROM audit WHERE id <= 3;
       UPDATE audit_chain SET id = 3, hash = (SELECT previous_hash FROM audit WHERE id = 4), sealed_by = 'other'
       WHERE place = 'anchor'`,
      { kind: 'ends', id: null },
    ],
    ['no head', `DELETE FROM audit_chain WHERE place = 'head'`, { kind: 'ends', id: null }],
    ['no ends', 'DELETE FROM audit_chain', { kind: 'ends', id: null }],
    [
      'one sealed with a key of their own',
      `UPDATE audit SET who = 'eve', sealed_by = 'other', hash = 'theirs' WHERE id = 5`,
      { kind: 'unlinked', id: 6 },
    ],
  ] as const)('shows %s, and keeps showing it', async (_, sql, broken) => {
    const directory = await filled(9)
    tamper(directory, sql)
    expect((await checked(directory)).broken).toEqual(broken)
    await filled(3, directory)
    expect((await checked(directory)).broken).not.toBeNull()
  })

  it('does not show a file that is put back to what it was, but its newest hash is another one', async () => {
    const directory = await filled(3)
    const { newest } = await checked(directory)
    await filled(2, directory)
    tamper(directory, 'CREATE TABLE was AS SELECT * FROM audit_chain')
    const later = await checked(directory)
    await filled(1, directory)
    tamper(
      directory,
      'DELETE FROM audit WHERE id > 5; DELETE FROM audit_chain; INSERT INTO audit_chain SELECT * FROM was',
    )
    expect(await checked(directory)).toEqual(later)
    expect(later).toMatchObject({ broken: null, newest: { id: 5 } })
    expect(later.newest?.hash).not.toBe(newest?.hash)
  })

  it('is anchored behind what the retention removes', async () => {
    let now = T0
    const directory = newDirectory()
    const retention = { ...ROOMY, auditMaxAgeMs: DAY }
    const history = opened(directory, { retention, clock: () => now })
    const record = async (count: number) => {
      for (let n = 0; n < count; n++) await history.audit.record(audit({ at: now, target: `'${n}` }))
    }
    await record(5)
    now += 2 * DAY
    await record(3)
    await history.maintain()
    expect(await history.audit.verify()).toMatchObject({ checked: 3, newest: { id: 8 }, broken: null })
    now += 2 * DAY
    await history.maintain()
    expect(await history.audit.verify()).toMatchObject({ checked: 0, broken: null })
    await record(2)
    expect(await history.audit.verify()).toMatchObject({ checked: 2, newest: { id: 10 }, broken: null })
    tamper(directory, 'DELETE FROM audit WHERE id = 9')
    expect(await history.audit.verify()).toMatchObject({ broken: { kind: 'missing', id: 10 } })
  })

  it('an anchor that was changed is not made good by the retention', async () => {
    let now = T0
    const directory = await filled(9)
    tamper(directory, `DELETE FROM audit WHERE id <= 3; UPDATE audit_chain SET id = 3 WHERE place = 'anchor'`)
    const history = opened(directory, { retention: { ...ROOMY, auditMaxAgeMs: DAY }, clock: () => now })
    now += 2 * DAY
    await history.audit.record(audit({ at: now }))
    await history.maintain()
    expect(await history.audit.verify()).toMatchObject({ broken: { kind: 'ends' } })
  })

  it('begins behind the entries that an earlier Gearboard recorded', async () => {
    const directory = newDirectory()
    const old = new SyncDatabase(join(directory, 'history.db'))
    old.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL')
    migrate(old, MIGRATIONS.slice(0, -1))
    for (const id of [1, 2, 5])
      old.exec(
        `INSERT INTO audit (id, at, connection, who, action, outcome) VALUES (${id}, ${T0}, 'default', 'ada', 'submit', 'ok')`,
      )
    old.close()
    expect(await checked(directory)).toMatchObject({ checked: 0, unchained: 3, broken: null })
    await filled(2, directory)
    const check = await checked(directory)
    expect(check).toMatchObject({ checked: 2, unchained: 3, newest: { id: 7 }, broken: null })
    expect(chainInWords(check)).toEqual({
      headline: 'Chain intact: 2 entries',
      limits: ['3 older entries without hashes could not be checked.'],
    })
    tamper(directory, 'DELETE FROM audit WHERE id = 6')
    expect((await checked(directory)).broken).toEqual({ kind: 'missing', id: 7 })
  })

  it('says what another key sealed, and continues with this one', async () => {
    const directory = await filled(4)
    expect(await checked(directory, ANOTHER)).toMatchObject({ checked: 0, otherKey: 4, broken: null })
    const history = open({ directory, auditSecret: ANOTHER })
    await history.audit.record(audit())
    expect(await history.audit.verify()).toMatchObject({ checked: 1, otherKey: 4, broken: null })
    await history.close()
    const back = opened(directory)
    await back.audit.record(audit())
    expect(await back.audit.verify()).toMatchObject({ checked: 5, otherKey: 1, broken: null })
    await back.close()
    tamper(directory, 'DELETE FROM audit WHERE id = 2')
    expect((await checked(directory, ANOTHER)).broken).toEqual({ kind: 'missing', id: 3 })
  })

  it('is anchored anew where the key changed while the log was empty', async () => {
    const now = T0 + 2 * DAY
    const directory = await filled(3)
    const retention = { ...ROOMY, auditMaxAgeMs: DAY }
    const first = opened(directory, { retention, clock: () => now })
    await first.maintain()
    await first.close()
    const history = open({ directory, auditSecret: ANOTHER })
    await history.audit.record(audit())
    expect(await history.audit.verify()).toMatchObject({ checked: 1, otherKey: 0, newest: { id: 4 }, broken: null })
    await history.close()
    tamper(directory, 'UPDATE audit_chain SET hash = 1')
    expect((await checked(directory, ANOTHER)).broken).toEqual({ kind: 'ends', id: null })
  })

  it('without a key protects from accidents, and says so', async () => {
    const history = open()
    await history.audit.record(audit())
    expect(chainInWords(await history.audit.verify())).toEqual({
      headline: 'Chain intact: 1 entry',
      limits: ['There is no secret key, so the hashes protect from accidents only.'],
    })
  })
})
