import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Cluster } from 'ioredis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type GearsEngine, openGears, SLOW_TEST_MS } from './gears-harness'

/** Runs widely used clients, unmodified, against three shards. */

vi.setConfig({ testTimeout: SLOW_TEST_MS, hookTimeout: SLOW_TEST_MS })

let engine: GearsEngine

beforeAll(async () => {
  engine = await openGears('--shards', '3')
})

afterAll(() => engine.stop())

const port = (): string => String(engine.ports[0])

/** Returns what redis-cli prints; fails with its exit code. */
async function redisCli(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('redis-cli', [...args], { timeout: 60_000 })
  return stdout
}

test('redis-cli finds the cluster whole', async () => {
  const check = await redisCli('--cluster', 'check', `127.0.0.1:${port()}`)
  expect(check).toContain('[OK] All nodes agree about slots configuration.')
  expect(check).toContain('[OK] All 16384 slots covered.')
  expect(await redisCli('--cluster', 'info', `127.0.0.1:${port()}`)).toContain('keys in 3 masters')
})

test('redis-cli follows redirections, scans and finds the biggest keys', async () => {
  for (const key of ['a', 'b', 'c']) expect(await redisCli('-c', '-p', port(), 'SET', key, '1')).toBe('OK\n')
  const found = await Promise.all(engine.ports.map((each) => redisCli('-p', String(each), '--scan')))
  expect(found.join('').split('\n').filter(Boolean).sort()).toEqual(['a', 'b', 'c'])
  expect(await redisCli('-p', port(), '--bigkeys')).toContain('-------- summary -------')
})

test('redis-cli sends functions', async () => {
  for (const each of engine.ports) expect(await redisCli('-p', String(each), 'RG.REFRESHCLUSTER')).toBe('OK\n')
  const script = "GB('ShardsIDReader').count().run()"
  expect(await redisCli('-p', port(), 'RG.PYEXECUTE', script)).toContain('3')
})

test('an ioredis cluster client finds every shard and pipelines by slot', async () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: Number(port()) }], { redisOptions: { protocol: 2 } })
  try {
    await Promise.all(Array.from({ length: 50 }, (_, i) => cluster.set(`k${i}`, String(i))))
    expect(await Promise.all(Array.from({ length: 50 }, (_, i) => cluster.get(`k${i}`)))).toEqual(
      Array.from({ length: 50 }, (_, i) => String(i)),
    )
    expect(cluster.nodes('master')).toHaveLength(3)
  } finally {
    cluster.disconnect()
  }
})
