import { createServer } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startEngine, startRedis } from '@/test/gears-processes'
import { closedAfter } from '@/test/watched-connection'
import { declaredSetup } from '../connection/setup'
import { History } from '../history/history'
import { checkedDefinition } from './definition'
import { ConnectionRegistry } from './registry'

const WAIT = { timeout: 60_000, interval: 50 }
vi.setConfig({ testTimeout: 120_000 })

const setup = (name: string, port: number, more: Record<string, unknown> = {}) =>
  declaredSetup(checkedDefinition.parse({ name, url: `redis://127.0.0.1:${port}`, ...more }), 'settings', {
    readOnly: false,
    readAhead: true,
    watchdogMs: undefined,
  })

function newRegistry(): ConnectionRegistry {
  const registry = new ConnectionRegistry(History.none('A test records nothing.'))
  closedAfter(() => registry.close())
  return registry
}

/** A server that takes connections and never answers. */
async function startMute(): Promise<number> {
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((socket) => void sockets.add(socket))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const statuses = (registry: ConnectionRegistry) =>
  Object.fromEntries([...registry.open].map(([name, { hub }]) => [name, hub.feed.connection.status]))

test('connections that are down, mute or no RedisGears keep none from being live, and each says what it is', async () => {
  const [engine, redis, mute] = await Promise.all([startEngine(), startRedis(), startMute()])
  closedAfter(
    () => engine.stop(),
    () => redis.stop(),
  )
  const registry = newRegistry()
  await registry.set(setup('mute', mute))
  await registry.set(setup('down', 1))
  await registry.set(setup('plain', redis.port))
  await registry.set(setup('gears', engine.port, { labels: ['team:shop'], note: 'the shop', colour: 'green' }))
  for (const { hub } of registry.open.values()) hub.addViewer()
  await vi.waitFor(
    () =>
      expect(statuses(registry)).toEqual({
        mute: 'unreachable',
        down: 'unreachable',
        plain: 'module_missing',
        gears: 'live',
      }),
    WAIT,
  )
  expect(registry.open.get('gears')?.hub.feed.connection).toMatchObject({
    origin: 'settings',
    labels: ['team:shop'],
    note: 'the shop',
    colour: 'green',
    readOnlyReason: null,
  })
})

test('a connection that is replaced or removed ends its streams, and the others live on', async () => {
  const [first, second] = await Promise.all([startEngine(), startEngine()])
  closedAfter(
    () => first.stop(),
    () => second.stop(),
  )
  const registry = newRegistry()
  const changed = vi.fn()
  registry.subscribe(changed)
  await registry.set(setup('moving', first.port))
  await registry.set(setup('staying', first.port))
  const [moving, staying] = [registry.open.get('moving'), registry.open.get('staying')]
  await registry.set(setup('moving', second.port, { readOnly: true }))
  expect(moving?.closed.aborted).toBe(true)
  expect(staying?.closed.aborted).toBe(false)
  expect(registry.open.get('moving')).not.toBe(moving)
  registry.open.get('moving')?.hub.addViewer()
  await vi.waitFor(() => expect(statuses(registry)).toMatchObject({ moving: 'live' }), WAIT)
  const { address, readOnlyReason } = registry.open.get('moving')?.hub.feed.connection ?? {}
  expect({ address, readOnlyReason }).toEqual({
    address: `redis://127.0.0.1:${second.port}`,
    readOnlyReason: 'This connection is read-only.',
  })
  await registry.remove('staying')
  expect(staying?.closed.aborted).toBe(true)
  expect([...registry.open.keys()]).toEqual(['moving'])
  await registry.remove('never there')
  expect(changed).toHaveBeenCalledTimes(4)
})

test('a definition with names, certificates and addresses of its own becomes the target that they say', () => {
  const { target } = declaredSetup(
    checkedDefinition.parse({
      name: 'far',
      url: 'rediss+sentinel://s1:1,s2:2/mymaster',
      username: 'app',
      password: 'of the master',
      tls: { servername: 'db.example', verify: false },
      sentinel: { password: 'of the sentinels' },
      natMap: { '10.0.0.1:6379': '127.0.0.1:7001' },
    }),
    'file',
    { readOnly: false, readAhead: true, watchdogMs: undefined },
  )
  expect(target).toMatchObject({
    username: 'app',
    password: 'of the master',
    tls: { servername: 'db.example', verify: false },
    sentinel: { name: 'mymaster', password: 'of the sentinels' },
    natMap: { '10.0.0.1:6379': '127.0.0.1:7001' },
  })
})
