import { describe, expect, it } from 'vitest'
import { commandReader } from '../testing'
import { givenName, liveRegistrations, sameLine, sessionOf } from './source'

describe('the live source', () => {
  const made = (session: string | null) =>
    commandReader({
      id: 'r-1',
      privateData: session === null ? null : { session, sessionDescription: null, requirements: [], raw: '' },
    })
  it('is the one whose registration is there, under its session', () => {
    const source = { registrations: ['r-1', 'r-2'], options: { id: 'orders' } }
    expect(liveRegistrations(source, [made('orders')])).toHaveLength(1)
    // Ids start over when a server restarts.
    expect(liveRegistrations(source, [made('stock')])).toEqual([])
    expect(liveRegistrations(source, [made(null)])).toEqual([])
    expect(liveRegistrations({ ...source, registrations: ['r-3'] }, [made('orders')])).toEqual([])
  })
  it('is known by the session that was made up, and without any on RedisGears 1.0', () => {
    expect(liveRegistrations({ registrations: ['r-1'], options: { session: 'a1b2' } }, [made('a1b2')])).toHaveLength(1)
    expect(liveRegistrations({ registrations: ['r-1'], options: {} }, [made(null)])).toHaveLength(1)
    expect(sessionOf({ options: { upgrade: true } })).toBeNull()
  })
})

it('a name is the description, else the session id, and never one that was made up', () => {
  expect(givenName({ options: { description: 'totals', id: 'orders' } })).toBe('totals')
  expect(givenName({ options: { id: 'orders', upgrade: true } })).toBe('orders')
  expect(givenName({ options: { session: 'a1b2', blocking: true } })).toBeNull()
})

describe('sameLine', () => {
  const v2 = 'import json\n\ndef check(x):\n    return json.loads(x)\n'
  it('is the line at its place, or wherever the same text is once', () => {
    expect(sameLine(v2, 4, v2)).toBe(4)
    expect(sameLine(v2, 4, `# v3\n${v2}`)).toBe(5)
    expect(sameLine(v2, 4, 'def check(x):\n    return json.loads(x)')).toBe(2)
  })
  it('is unknown where the line was changed, is there twice, is blank, or beyond the end', () => {
    expect(sameLine(v2, 4, v2.replace('loads(x)', 'loads(x or "{}")'))).toBeNull()
    expect(sameLine(v2, 4, '    return json.loads(x)\n    return json.loads(x)')).toBeNull()
    expect(sameLine(v2, 2, `# v3\n${v2}`)).toBeNull()
    expect(sameLine(v2, 99, v2)).toBeNull()
  })
})
