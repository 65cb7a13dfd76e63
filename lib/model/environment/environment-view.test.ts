import type { PythonSession, Requirement } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { describe, expect, it } from 'vitest'
import { requirementRows, sessionRows } from './environment-view'

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
  it('knows what uses a requirement by the private data of registrations where no session tells: 1.0 lists none', () => {
    const named = (key: string, session: string | null, ...requirements: string[]) => ({
      key,
      name: key,
      privateData: { raw: '', session, sessionDescription: null, requirements },
    })
    const registrations = [
      named('orders', 'shop', 'redis==4.0'),
      named('carts', 'aa-1', 'redis==4.0', 'numpy'),
      named('users', null, 'numpy'),
      { key: 'none', name: 'none', privateData: null },
    ]
    const users = (sessions: PythonSession[], name = 'redis==4.0') =>
      requirementRows([on('a', requirement({ name }))], sessionRows([on('a', ...sessions)]), registrations)[0]
    expect(users([])?.usedByRegistrations.map(({ key }) => key)).toEqual(['orders', 'carts'])
    expect(users([], 'numpy')?.usedByRegistrations.map(({ key }) => key)).toEqual(['carts', 'users'])
    expect(users([], 'unused')?.usedByRegistrations).toEqual([])
    // Its session is listed and says so already.
    expect(users([session()])).toMatchObject({ usedBy: ['shop'], usedByRegistrations: [{ key: 'carts' }] })
  })

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
