import { describe, expect, test } from 'vitest'
import { admissionOn, type Grant, grantsOf, matchesPattern, mayAuditGearboard, ownAdmission, selects } from './grant'
import { allows, ROLES } from './role'

const grant = (connections: string, role: Grant['role'], ...hides: NonNullable<Grant['hides']>): Grant => ({
  connections: connections.split(' '),
  role,
  hides,
})

test.each([
  ['prod', 'prod', true],
  ['prod', 'prod-eu', false],
  ['prod*', 'prod-eu', true],
  ['*-eu', 'prod-eu', true],
  ['p*d*u', 'prod-eu', true],
  ['*', '', true],
  ['a*a', 'a', false],
  ['ab*ba', 'aba', false],
  ['*x*x*', 'x', false],
  ['p.od', 'prod', false],
  ['[a-z]*', 'prod', false],
  ['', 'prod', false],
])('pattern %j on %j: %s', (pattern, text, matches) => {
  expect(matchesPattern(pattern, text)).toBe(matches)
})

test('a pattern of many stars on a long name takes no time', () => {
  expect(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(20_000))).toBe(false)
})

test('a selector of labels looks at labels alone, and one of names at names', () => {
  const connection = { name: 'orders', labels: ['team:payments', 'eu'] }
  expect(selects('label:team:*', connection)).toBe(true)
  expect(selects('label:eu', connection)).toBe(true)
  expect(selects('label:orders', connection)).toBe(false)
  expect(selects('eu', connection)).toBe(false)
  expect(selects('label:*', { name: 'plain' })).toBe(false)
})

describe('what grants add up to', () => {
  test('nothing, where none selects the connection', () => {
    expect(admissionOn([], { name: 'orders' })).toBeNull()
    expect(admissionOn([grant('stock*', 'admin')], { name: 'orders' })).toBeNull()
  })

  test('the highest role, on that connection alone', () => {
    const grants = [grant('*', 'viewer'), grant('orders', 'developer'), grant('stock', 'admin')]
    expect(admissionOn(grants, { name: 'orders' })?.role).toBe('developer')
    expect(admissionOn(grants, { name: 'stock' })?.role).toBe('admin')
    expect(admissionOn(grants, { name: 'carts' })?.role).toBe('viewer')
  })

  test('what is hidden is what each grant hides, and nothing from more than a viewer', () => {
    const hidden = (...grants: Grant[]) => [...(admissionOn(grants, { name: 'orders' })?.hides ?? [])]
    expect(hidden(grant('*', 'viewer', 'results', 'sources'))).toEqual(['results', 'sources'])
    expect(hidden(grant('*', 'viewer', 'results', 'sources'), grant('orders', 'viewer', 'sources'))).toEqual([
      'sources',
    ])
    expect(hidden(grant('*', 'viewer', 'results'), grant('orders', 'viewer'))).toEqual([])
    expect(hidden(grant('*', 'viewer', 'results'), grant('orders', 'operator', 'results'))).toEqual([])
    expect(hidden(grant('*', 'admin', 'arguments'))).toEqual([])
  })
})

test('Gearboard itself is administered by admins of all connections; whoever has a grant may look', () => {
  expect(ownAdmission([grant('*', 'admin')])?.role).toBe('admin')
  expect(ownAdmission([grant('orders* stock*', 'admin')])?.role).toBe('viewer')
  expect(ownAdmission([])).toBeNull()
})

test('what was done to Gearboard itself is shown to admins of all connections alone', () => {
  const shown = (...grants: Grant[]) => mayAuditGearboard({ grants })
  expect(shown(grant('*', 'admin'))).toBe(true)
  expect(shown(grant('orders', 'viewer'), grant('*', 'admin'))).toBe(true)
  expect(shown(grant('*', 'developer'), grant('orders', 'admin'))).toBe(false)
  expect(shown(grant('a* label:b', 'admin'))).toBe(false)
  expect(mayAuditGearboard(null)).toBe(false)
  const token = (...bounds: Grant[]) => mayAuditGearboard({ grants: [grant('*', 'admin')], bounds })
  expect(token(grant('orders', 'admin'))).toBe(false)
  expect(token(grant('*', 'viewer'))).toBe(false)
  expect(token(grant('*', 'admin'))).toBe(true)
})

test('grants reach a person by name, by group, and as everyone', () => {
  const grants = [
    { ...grant('a', 'viewer'), who: { kind: 'everyone' } },
    { ...grant('b', 'viewer'), who: { kind: 'user', name: 'ada' } },
    { ...grant('c', 'viewer'), who: { kind: 'group', name: 'ada' } },
    { ...grant('d', 'viewer'), who: { kind: 'group', name: 'sre' } },
  ] as const
  const reached = (name: string, ...groups: string[]) =>
    grantsOf(grants, { name, groups }).map(({ connections }) => connections[0])
  expect(reached('ada', 'sre')).toEqual(['a', 'b', 'd'])
  expect(reached('bob', 'ada')).toEqual(['a', 'c'])
  expect(reached('sre')).toEqual(['a'])
})

test('each role holds all that the roles before it hold', () => {
  const table = ROLES.map((role) =>
    (['read', 'operate', 'develop', 'admin'] as const).map((need) => allows(role, need)),
  )
  expect(table).toEqual([
    [true, false, false, false],
    [true, true, false, false],
    [true, true, true, false],
    [true, true, true, true],
  ])
})
