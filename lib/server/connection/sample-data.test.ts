import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Redis } from 'ioredis'
import { expect, test, vi } from 'vitest'
import { startEngine } from '@/test/gears-processes'
import { closedAfter, status, watch } from '@/test/watched-connection'
import { History } from '../history/history'
import { submit } from '../operations/submit'
import { readSettings } from '../settings'

const SHOP = resolve(import.meta.dirname, '../../../packages/engine/seed')
const SESSIONS = [
  'cart-tracker',
  'delivery-labels',
  'order-pipeline',
  'payment-check',
  'sales-report',
  'shop-commands',
  'stock-alert',
  'stock-audit',
]
/** An engine starts, runs fill up, and a busy machine takes its time. */
const WAIT = { timeout: 90_000, interval: 200 }
vi.setConfig({ testTimeout: 180_000 })

function historyIn(data: string): History {
  const history = History.open({
    data,
    retention: { maxAgeMs: 86_400_000, auditMaxAgeMs: 1e12, maxBytes: 1_000_000_000 },
  })
  closedAfter(() => history.close())
  return history
}

function newDirectory(): string {
  const data = mkdtempSync(join(tmpdir(), 'gearboard-sample-'))
  closedAfter(() => rmSync(data, { recursive: true, force: true }))
  return data
}

/** An engine with keys and events, and a client of it. */
async function shop(at?: number) {
  const engine = await startEngine(1, at, ['--seed-events'])
  const redis = new Redis(engine.port, '127.0.0.1', { protocol: 2 })
  closedAfter(
    () => engine.stop(),
    () => redis.disconnect(),
  )
  return { engine, redis, port: engine.port }
}

const OWN = { GEARBOARD_EMBEDDED: '1', GEARBOARD_SAMPLE_DATA: SHOP }
const sessionsOf = (connection: ReturnType<typeof watch>) =>
  [...new Set([...connection.hub.feed.registrations.values()].map(({ privateData }) => privateData?.session))].sort()
const versionsOf = (history: History, session: string) =>
  history.store.sources.page({ connection: 'default', session }).sources.map(({ version }) => version)

test('the shop’s functions go through the door: two versions of each, with their sources and who submitted them', async () => {
  const { engine, redis, port } = await shop()
  const history = historyIn(newDirectory())
  const connection = watch(port, OWN, history)
  await vi.waitFor(() => expect(sessionsOf(connection)).toEqual(SESSIONS), WAIT)
  await vi.waitFor(() => expect(versionsOf(history, 'payment-check')).toEqual([2, 1]), WAIT)
  await vi.waitFor(() => expect(versionsOf(history, 'stock-audit')).toEqual([2, 1]), WAIT)
  // A source is recorded before it is sent, and its audit entry is written once it has been answered.
  await vi.waitFor(() => {
    const { entries } = history.store.audit.page({ connection: 'default', who: 'sample data' })
    expect(entries.filter(({ target }) => target === 'payment-check')).toMatchObject([
      { action: 'submit', after: 'registered', outcome: 'ok', ip: null },
      { action: 'submit', after: 'registered', outcome: 'ok', ip: null },
    ])
  }, WAIT)
  await connection.hub.pollNow('registrations')
  const registration = [...connection.hub.feed.registrations.values()].find(({ name }) => name === 'payment-check')
  const named = { id: registration?.id ?? '', session: 'payment-check' }
  expect(connection.sources.scriptOf(named)).toContain("payment['currency']")
  const [newest] = history.store.sources.page({ connection: 'default', session: 'payment-check' }).sources
  expect(connection.sources.madeBy(named)).toBe(newest?.id)
  expect(connection.sources.madeBy({ ...named, session: 'another' })).toBeUndefined()
  expect(history.store.sources.page({ connection: 'default', name: 'stock-value' }).sources).toMatchObject([
    { author: 'sample data', outcome: 'started' },
  ])

  // An engine that starts again is empty, and its history is not: what was live at the end is submitted again, as the version that it was.
  redis.disconnect()
  await engine.stop()
  await status(connection, 'unreachable')
  await shop(port)
  await status(connection, 'live')
  await vi.waitFor(() => expect(versionsOf(history, 'payment-check')).toEqual([2, 2, 1]), WAIT)
})

test('what somebody has registered, replaced or removed stays as it is', async () => {
  const { redis, port } = await shop()
  // Before Gearboard's first poll: another client works there.
  await redis.call('RG.PYEXECUTE', `GB().register('mine:*')`, 'ID', 'mine')
  const busy = watch(port, OWN, historyIn(newDirectory()))
  await status(busy, 'live')
  await vi.waitFor(() => expect(busy.hub.feed.registrations.size).toBe(1), WAIT)
  await busy.hub.pollNow('registrations')
  expect(sessionsOf(busy)).toEqual(['mine'])

  // While version 1 collects its runs, a user replaces one and removes another.
  const other = await shop()
  const history = historyIn(newDirectory())
  const connection = watch(other.port, OWN, history)
  await vi.waitFor(() => expect(sessionsOf(connection)).toEqual(SESSIONS), WAIT)
  const script = `GB('StreamReader', desc='order-pipeline').register('orders*', mode='async_local')`
  const own = { script, id: 'order-pipeline', upgrade: true, requirements: [] }
  await submit(connection, { ...own, blocking: false, forceReinstallRequirements: false })
  const tracker = [...connection.hub.feed.registrations.values()].find(({ name }) => name === 'cart-tracker')
  await other.redis.call('RG.UNREGISTER', tracker?.id ?? '')
  await vi.waitFor(() => expect(versionsOf(history, 'payment-check')).toEqual([2, 1]), WAIT)
  await vi.waitFor(() => expect(versionsOf(history, 'stock-alert')).toEqual([2, 1]), WAIT)
  const [newest] = history.store.sources.page({ connection: 'default', session: 'order-pipeline' }).sources
  expect(connection.sources.get(newest?.id ?? '')?.script).toBe(script)
  expect(sessionsOf(connection)).not.toContain('cart-tracker')
})

test('of a RedisGears that is not Gearboard’s own nothing is asked, whatever the environment says', () => {
  const read = (env: Record<string, string>) => readSettings({ GEARBOARD_SAMPLE_DATA: SHOP, ...env }).sampleData
  expect(read({ GEARBOARD_URL: 'redis://10.0.0.1:6379' })).toBeUndefined()
  expect(read({ GEARBOARD_EMBEDDED: '0' })).toBeUndefined()
  expect(read({ GEARBOARD_EMBEDDED: '' })).toBeUndefined()
  expect(read({ GEARBOARD_EMBEDDED: '1' })).toBe(SHOP)
})
