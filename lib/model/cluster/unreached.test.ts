import { expect, test } from 'vitest'
import { connectionState } from '../testing'
import { unreached } from './unreached'

const OWN = {
  address: 'redis://127.0.0.1:31640',
  embedded: true,
  error: { code: 'unreachable', message: 'connect ECONNREFUSED 127.0.0.1:31640' },
} as const

test.each([
  [{ state: 'starting', at: 1 }, 'The embedded RedisGears is starting', /a few seconds/, []],
  [{ state: 'ready', at: 1 }, 'The embedded RedisGears does not answer', /running but/, [OWN.error.message]],
  [
    { state: 'ended', at: 1, reason: 'SIGKILL, as when the system has no memory left', waitMs: 4000 },
    'The embedded RedisGears ended',
    /ended with SIGKILL, as when the system has no memory left\. Gearboard starts it again within 4/,
    [],
  ],
] as const)('%j: what Gearboard itself started is not looked for by its address', (engine, title, lead, words) => {
  const told = unreached(connectionState({ ...OWN, engine }), 5000)
  expect(told).toMatchObject({ title, lead: expect.stringMatching(lead), words })
  expect(JSON.stringify(told.checks)).not.toMatch(/GEARBOARD_URL|firewall|redis-cli/)
})

test('a server of somebody else is looked for by its address', () => {
  expect(unreached(connectionState({ ...OWN, embedded: false }), 0).title).toBe(
    'Nothing answers at redis://127.0.0.1:31640',
  )
})

test('a start that takes over a minute is told to be unusual', () => {
  const starting = connectionState({ ...OWN, engine: { state: 'starting', at: 1000 } })
  expect(unreached(starting, 60_000).lead).toMatch(/^This takes a few seconds/)
  expect(unreached(starting, 181_000).lead).toMatch(/^It has not been ready for 3 min.*may hang/)
})
