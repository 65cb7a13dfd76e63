import { describe, expect, it } from 'vitest'
import type { PythonSession, Requirement } from './environment'
import { requirementRows, sessionRows } from './environment-view'
import type { ShardAnswer } from './shard'

const on = <T>(key: string, ...value: T[]): ShardAnswer<readonly T[]> => ({ shard: { key, address: key }, value })
const silent = { shard: { key: 'c', address: 'c' }, error: { code: 'timeout', message: 'late' } } as const

const requirement = (change: Partial<Requirement> = {}): Requirement => ({
  version: 2,
  name: 'redis==4.0',
  downloaded: true,
  installed: true,
  compiledOs: 'linux',
  wheels: ['redis-4.0.whl'],
  path: '/a',
  refCount: 1,
  inDictionary: true,
  ...change,
})
const session = (change: Partial<PythonSession> = {}): PythonSession => ({
  id: 'shop',
  description: null,
  refCount: 1,
  linked: 'primary',
  dead: false,
  installationNeeded: false,
  requirements: ['redis==4.0'],
  registrations: ['r-1'],
  ...change,
})

describe('requirementRows', () => {
  it('is no drift that paths and reference counts differ, nor that a shard is silent', () => {
    const [row] = requirementRows(
      [on('a', requirement()), on('b', requirement({ path: '/b', refCount: 3 })), silent],
      [],
    )
    expect(row).toMatchObject({ drifts: false, state: 'installed', missingOn: [] })
  })

  it.each([
    ['not installed on one', [on('a', requirement()), on('b', requirement({ installed: false }))], 'downloaded'],
    ['other wheels', [on('a', requirement()), on('b', requirement({ wheels: ['redis-4.0.1.whl'] }))], 'installed'],
    ['absent on one', [on('a', requirement()), on<Requirement>('b')], 'installed'],
  ] as const)('drifts: %s', (_, shards, state) => {
    expect(requirementRows(shards, [])[0]).toMatchObject({ drifts: true, state })
  })

  it('names the sessions that use it', () => {
    const sessions = sessionRows([on('a', session(), session({ id: 'other', requirements: [] }))])
    expect(requirementRows([on('a', requirement())], sessions)[0]?.usedBy).toEqual(['shop'])
  })
})

describe('sessionRows', () => {
  it('keeps the dead apart from the living of the same id', () => {
    const rows = sessionRows([
      on('a', session(), session({ dead: true, linked: 'None', registrations: [] })),
      on('b', session()),
    ])
    expect(rows.map(({ name, state, missingOn }) => [name, state, missingOn])).toEqual([
      ['shop', 'linked', []],
      ['shop', 'dead', []],
    ])
  })

  it('tells a session that only its own globals hold', () => {
    expect(sessionRows([on('a', session({ registrations: [] }))])[0]?.state).toBe('held')
  })
})
