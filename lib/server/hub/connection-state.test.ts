import { expect, test } from 'vitest'
import { connectionState, type ReportedEngine } from './connection-state'
import { PolledShard } from './poll/polled-shard'
import type { ShardSnapshot } from './poll/shard-snapshot'

const NOW = 1_000_000
const LOOK: ShardSnapshot = {
  executions: null,
  registrations: null,
  stats: null,
  runId: 'a',
  uptimeS: 1,
  redisVersion: '7.2.5',
  usedMemory: 1,
  evicts: false,
  role: 'master',
  replicas: [],
  cluster: true,
  gearsId: 'a'.repeat(40),
}

function watch(key: string, ...[look, error]: readonly [(ShardSnapshot | undefined)?, string?]): PolledShard {
  const shard = {
    key,
    address: `${key}:6379`,
    nodeId: key,
    slots: [],
    peer: () => undefined,
    distanceMs: 0,
    send: () => Promise.reject(new Error('not here')),
    sendApart: () => Promise.reject(new Error('not here')),
  }
  const made = new PolledShard(shard, { seen: () => {}, silent: () => {}, intervalMs: () => 500 })
  made.snapshot = look
  if (look) made.answeredAt = NOW
  if (error !== undefined) made.error = { code: 'unreachable', message: error }
  return made
}

const stateOf = (...polledShards: readonly PolledShard[]) => stateWith(undefined, ...polledShards)

const stateWith = (engine: ReportedEngine | undefined, ...polledShards: readonly PolledShard[]) =>
  connectionState({
    engine,
    identity: {
      name: 'default',
      origin: 'environment',
      labels: [],
      address: 'redis://a:6379',
      user: null,
      embedded: false,
      production: false,
      readOnlyReason: null,
    },
    polledShards,
    failure: undefined,
    capability: null,
    identified: true,
    answeredAt: polledShards.some(({ snapshot }) => snapshot) ? NOW : null,
    history: { role: 'off', reason: null },
    budgetPerS: 400,
    now: NOW,
  })

test('a shard that has not been asked yet is not silent, and the connection not partial', () => {
  expect(watch('a').state.state).toBe('unasked')
  expect(stateOf(watch('a', LOOK), watch('b'))).toMatchObject({
    status: 'connecting',
    coverage: { answered: 1, of: 2 },
  })
  expect(stateOf(watch('a', LOOK), watch('b', LOOK)).status).toBe('live')
})

test('a shard that failed is silent, whether it ever answered or not', () => {
  expect(watch('b', undefined, 'refused').state.state).toBe('silent')
  expect(stateOf(watch('a', LOOK), watch('b', undefined, 'refused'), watch('c')).status).toBe('partial')
  expect(stateOf(watch('a', undefined, 'refused'), watch('b', LOOK, 'refused'))).toMatchObject({
    status: 'unreachable',
    error: { message: 'refused' },
  })
})

test('on a replica writes are refused in words', () => {
  expect(stateOf(watch('a', LOOK)).readOnlyReason).toBeNull()
  expect(stateOf(watch('a', { ...LOOK, role: 'replica' })).readOnlyReason).toMatch(
    /^a:6379 is a replica: .*its master\.$/,
  )
})

const reported = (state: ReportedEngine['state']['state'], agoMs = 0): ReportedEngine => ({
  state: state === 'ended' ? { state, at: 1, reason: 'exit code 1', waitMs: 500 } : { state, at: 1 },
  heardAt: NOW - agoMs,
})
const refused = watch('a', undefined, 'connect ECONNREFUSED')

test.each([
  // No command was sent yet, or no server listens yet: neither is a fault.
  ['starting', reported('starting'), [], 'starting'],
  ['starting, refused', reported('starting', 90_000), [refused], 'starting'],
  // The last question was asked before it was ready.
  ['ready a moment ago', reported('ready', 1000), [refused], 'starting'],
  ['ready, and silent', reported('ready', 6000), [refused], 'unreachable'],
  ['ended', reported('ended'), [refused], 'unreachable'],
  ['answering before it says that it is ready', reported('starting'), [watch('a', LOOK)], 'live'],
  ['a shard died, not the engine', reported('ready', 6000), [watch('a', LOOK), watch('b', undefined, 'no')], 'partial'],
] as const)('the embedded RedisGears is %s', (_, engine, shards, status) => {
  expect(stateWith(engine, ...shards)).toMatchObject({ status, engine: engine.state })
})
