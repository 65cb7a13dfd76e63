import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '@/lib/model/record/audit'
import { audit, open, source, T0 } from '@/lib/server/history/testing/index'

describe('sources', () => {
  it('are versions of their name by what they say', async () => {
    const history = open()
    history.sources.record(source('1'), 'one')
    history.sources.record(source('2', { at: T0 + 1 }), 'two')
    history.sources.record(source('3', { at: T0 + 2 }), 'one')
    history.sources.record(source('4', { at: T0 + 3, name: 'other' }), 'two')
    history.sources.record(source('5', { at: T0 + 4, connection: 'staging' }), 'three')
    await history.flush()
    const { sources } = history.sources.page({ connection: 'default' })
    expect(sources.map(({ id, name, version }) => [id, name, version])).toEqual([
      ['4', 'other', 1],
      ['3', 'word-count', 1],
      ['2', 'word-count', 2],
      ['1', 'word-count', 1],
    ])
    expect(history.sources.page({ connection: 'staging' }).sources).toMatchObject([{ version: 1 }])
    expect(sources[0]?.hash).toBe(sources[2]?.hash)
    expect(history.sources.page({ connection: 'default', name: 'other' }).sources).toHaveLength(1)
  })

  it('are found by the session that they were sent to', async () => {
    const history = open()
    history.sources.record(source('1', { options: { id: 'orders' } }), 'one')
    history.sources.record(source('2', { options: { id: 'orders-2' } }), 'two')
    history.sources.record(source('3', { options: {} }), 'three')
    await history.flush()
    const { sources } = history.sources.page({ connection: 'default', session: 'orders' })
    expect(sources.map(({ id }) => id)).toEqual(['1'])
  })

  it('are found by a registration that they made', async () => {
    const history = open()
    history.sources.record(source('1', { registrations: ['r-1', 'r-2'] }), 'one')
    history.sources.record(source('2', { registrations: ['r-2'], at: T0 + 1 }), 'two')
    history.sources.record(source('3', { registrations: ['r-22'], at: T0 + 2 }), 'three')
    history.sources.record(source('4', { registrations: ['r-1'], connection: 'staging' }), 'four')
    await history.flush()
    const madeBy = (registration: string) =>
      history.sources.page({ connection: 'default', registration }).sources.map(({ id }) => id)
    expect(madeBy('r-1')).toEqual(['1'])
    expect(madeBy('r-2')).toEqual(['2', '1'])
    expect(madeBy('r')).toEqual([])
  })

  it('learn their outcome, and keep script and all', async () => {
    const history = open()
    const script = 'GB().map(lambda x: "ü😀").run()\n'
    history.sources.record(source('1'), script)
    await history.flush()
    const told = source('1', { outcome: 'registered', registrations: ['r-1', 'r-2'], executionId: null })
    history.sources.record(told, script)
    await history.flush()
    expect(history.sources.one('1')).toEqual({
      ...told,
      script,
      version: 1,
      bytes: 35,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(history.sources.one('2')).toBeUndefined()
  })

  it('come in pages', async () => {
    const history = open()
    for (let i = 0; i < 7; i++) history.sources.record(source(String(i), { at: T0 + Math.floor(i / 2) }), `script ${i}`)
    await history.flush()
    const first = history.sources.page({ connection: 'default', limit: 4 })
    const second = history.sources.page({ connection: 'default', limit: 4, cursor: first.next ?? '' })
    expect([...first.sources, ...second.sources].map(({ id }) => id)).toEqual(['6', '5', '4', '3', '2', '1', '0'])
    expect(second.next).toBeNull()
  })
})

describe('the audit log', () => {
  const entry = (changes: Partial<AuditEntry> = {}): AuditEntry =>
    audit({ ip: '192.0.2.7', action: 'unregister', target: 'r-1', before: 'on user:*, 12 triggered', ...changes })

  it.each([
    ['R-1', 1],
    ['user:', 1],
    ['pipe', 1],
    ['100%', 1],
    ['_', 0],
    ['%', 1],
    ['', 3],
  ])('finds %s in targets and changes', async (target, count) => {
    const history = open()
    const entries = [
      entry(),
      entry({ target: null, before: null }),
      entry({ target: 'order-pipeline', before: null, after: 'of 100%' }),
    ]
    for (const one of entries) history.audit.record(one)
    await history.flush()
    expect(history.audit.page({ target }).entries).toHaveLength(count)
  })

  it('finds the actions on a whole id alone, and by a part of it all that have that', async () => {
    const history = open()
    const id = `${'0'.repeat(40)}-1`
    const targets = [id, `${id}2`, `${id}, ${id}2`, `${id}2, ${id}3`]
    for (const target of targets) history.audit.record(entry({ target, before: null }))
    history.audit.record(entry({ target: 'greet', before: null, after: `registered ${id}` }))
    history.audit.record(entry({ target: 'greet', before: null, after: `registered ${id}0` }))
    await history.flush()
    const found = (target: string) => history.audit.page({ target }).entries.length
    expect([id, `${id}2`, `${id}3`, '0-1', id.slice(1)].map(found)).toEqual([3, 3, 1, 6, 6])
  })

  it('keeps what an action brought about, and reads entries that an earlier Gearboard wrote without', async () => {
    const history = open()
    const links = [
      { kind: 'source', id: 's-1' },
      { kind: 'registration', id: 'r-1' },
    ] as const
    history.audit.record(entry({ action: 'submit', links }))
    history.audit.record(entry())
    await history.flush()
    const [without, withLinks] = history.audit.page({}).entries
    expect(withLinks?.links).toEqual(links)
    expect(without).not.toHaveProperty('links')
  })

  it('tells who did what to what, newest first, by filters and in pages', async () => {
    const history = open()
    const refused = entry({
      at: T0 + 1,
      who: 'bob',
      action: 'abortExecution',
      outcome: 'refused',
      error: 'this role may only look',
    })
    const signIn = entry({ at: T0 + 2, connection: null, action: 'signIn', target: null })
    for (const one of [entry(), refused, signIn]) history.audit.record(one)
    await history.flush()
    const all = history.audit.page({})
    expect(all.entries.map(({ id: _, ...rest }) => rest)).toEqual([signIn, refused, entry()])
    expect(history.audit.page({ who: 'bob' }).entries).toHaveLength(1)
    expect(history.audit.page({ outcome: 'refused' }).entries).toHaveLength(1)
    expect(history.audit.page({ action: 'signIn', from: T0 + 2 }).entries).toHaveLength(1)
    expect(history.audit.page({ connection: 'default', to: T0 + 1 }).entries).toHaveLength(1)
    expect(history.audit.page({ connection: 'other', own: true }).entries).toMatchObject([{ action: 'signIn' }])
    expect(history.audit.page({ connection: 'other', own: false }).entries).toEqual([])
    expect(history.audit.page({ connection: 'default' }).entries).toHaveLength(2)
    const first = history.audit.page({ limit: 2 })
    expect(history.audit.page({ limit: 2, cursor: first.next ?? '' }).entries).toMatchObject([{ action: 'unregister' }])
  })

  it('cuts long texts, and says so', async () => {
    const history = open()
    history.audit.record(entry({ before: 'x'.repeat(100_000) }))
    await history.flush()
    expect(history.audit.page({}).entries[0]?.before).toMatch(/^x{9,}… 84,\d+ characters left out …x+$/)
  })
})
