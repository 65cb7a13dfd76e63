import type { Capability } from '@gearboard/gears/vocabulary/capability'
import { expect, test } from 'vitest'
import { redisAccess } from './redis-access'

const found = (more: Partial<Capability> = {}): Capability => ({
  redisVersion: '7.0.15',
  gearsVersion: '1.2.13',
  generation: '1.2',
  python: true,
  cluster: false,
  clusterInitialised: false,
  unavailable: [],
  ...more,
})

const linesFor = (capability: Capability | null, user?: string, signedInAs: string | null = null) =>
  redisAccess(capability, { signedInAs, user }).lines.map(({ line }) => line)

test('each level may send more than the one before, and none of them everything', () => {
  const [watch = '', operate = '', develop = ''] = linesFor(found())
  expect(watch).toMatch(/^ACL SETUSER gearboard on nocommands .*\+rg\.dumpexecutions/i)
  expect(watch).not.toMatch(/\+rg\.(pyexecute|trigger|unregister|abortexecution)/i)
  expect(operate).toMatch(/\+rg\.abortexecution/i)
  expect(operate).not.toMatch(/\+rg\.pyexecute/i)
  expect(develop).toMatch(/\+rg\.pyexecute/i)
  expect([watch, operate, develop].join()).not.toMatch(/\+@all|allcommands/)
})

test('the lines are for the user that is named, else for the one that Gearboard signs in as, and follow the server', () => {
  expect(linesFor(found(), 'ada')[0]).toMatch(/^ACL SETUSER ada /)
  expect(linesFor(found(), undefined, 'dashboard')[0]).toMatch(/^ACL SETUSER dashboard /)
  expect(redisAccess(found({ redisVersion: '6.2.14' }), { signedInAs: null }).redis).toBe('6.2')
  expect(redisAccess(null, { signedInAs: null }).redis).toBe('6.2')
  expect(linesFor(found({ generation: '1.0' })).join()).not.toMatch(/pauseregistrations/i)
})

test.each(['a b', 'x\ny', ''])('%j is no user of an ACL', (user) => {
  expect(() => linesFor(found(), user)).toThrow('user: must be a name without blanks')
})

test('what the own user lacks is named by feature; unknown is not nothing', () => {
  const missing = (capability: Capability | null) => redisAccess(capability, { signedInAs: null }).missing
  expect(missing(found())).toEqual([])
  const refused = missing(found({ unavailable: [{ command: 'RG.PYEXECUTE', reason: 'NOPERM' }] })) ?? []
  expect(refused.flatMap(({ commands }) => commands)).toContain('RG.PYEXECUTE')
  expect(missing(found({ permissionsUnknown: true }))).toBeNull()
  expect(missing(null)).toBeNull()
})
