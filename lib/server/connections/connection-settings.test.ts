import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectionDefinition } from '@/lib/api/contract/connection-definition'
import type { SecretField } from '@/lib/api/contract/connection-settings'
import { closedAfter } from '@/test/watched-connection'
import { declaredSetup } from '../connection/setup'
import { History } from '../history/history'
import { SettingsError } from '../settings'
import { ConnectionSettings } from './connection-settings'
import { targetOf } from './definition'
import { ConnectionRegistry } from './registry'
import { SecretBox } from './secret-box'
import { secretKey } from './secret-key'

const PASSWORD = 'hunter2-hunter2'
const WATCHED = { readOnly: false, readAhead: true, watchdogMs: undefined }
/** Nobody listens there. */
const URL = 'redis://127.0.0.1:1'

function newDirectory(): string {
  const data = mkdtempSync(join(tmpdir(), 'gearboard-connections-'))
  closedAfter(() => rmSync(data, { recursive: true, force: true }))
  return data
}

/** A Gearboard on this directory. */
function start(data: string, given?: string) {
  const history = History.open({
    data,
    retention: { maxAgeMs: 86_400_000, auditMaxAgeMs: 1e12, maxBytes: 1_000_000_000 },
  })
  const registry = new ConnectionRegistry(history)
  const key = secretKey(data, given)
  const settings = new ConnectionSettings({
    registry,
    history,
    box: key && new SecretBox(key),
    settings: WATCHED,
  })
  let ended = false
  const end = async () => {
    if (ended) return
    ended = true
    await registry.close()
    await history.close()
  }
  closedAfter(end)
  return { history, registry, settings, end }
}

const wanted = (more: Record<string, unknown> = {}, ...keep: SecretField[]) => ({
  ...connectionDefinition.parse({ name: 'orders', url: URL, ...more }),
  keep,
})

/** What of the address of a connection a hub knows. */
const userOf = (registry: ConnectionRegistry, name: string) => registry.open.get(name)?.hub.feed.connection.user

test('a connection that is added is watched, outlives a restart with its secrets, and goes when it is removed', async () => {
  const data = newDirectory()
  const first = start(data)
  const added = await first.settings.add(wanted({ username: 'app', password: PASSWORD, labels: ['eu'] }), 'ada')
  expect(added).toMatchObject({
    has: ['password'],
    changedBy: 'ada',
    problem: null,
    definition: { name: 'orders', labels: ['eu'] },
  })
  expect(first.registry.open.has('orders')).toBe(true)
  await first.end()

  const second = start(data)
  expect(second.settings.list()).toMatchObject({ blocked: null, settings: [{ has: ['password'], problem: null }] })
  expect(userOf(second.registry, 'orders')).toBe('app')
  const kept = second.settings.definitionOf(wanted({ username: 'app' }, 'password'))
  expect(kept.password).toBe(PASSWORD)
  await second.settings.remove('orders')
  expect(second.registry.open.size).toBe(0)
  await second.end()
  expect(start(data).settings.list().settings).toEqual([])
})

test('no secret is in the database, in an answer or in the words for the audit log', async () => {
  const data = newDirectory()
  const { settings, end } = start(data)
  const added = await settings.add(
    wanted({
      url: 'redis+sentinel://127.0.0.1:1/mymaster',
      password: PASSWORD,
      sentinel: { password: `${PASSWORD}-of-sentinels` },
    }),
    null,
  )
  expect(JSON.stringify([added, settings.list(), settings.inWords('orders')])).not.toContain(PASSWORD)
  expect(added.has).toEqual(['password', 'sentinel.password'])
  await end()
  for (const file of ['history.db', 'secret.key'])
    expect(readFileSync(join(data, file), 'latin1')).not.toContain(PASSWORD)
  expect(statSync(join(data, 'secret.key')).mode & 0o777).toBe(0o600)
})

test('a stored secret is kept for the same address, and asked for again where it would be sent elsewhere', async () => {
  const { settings } = start(newDirectory())
  await settings.add(wanted({ username: 'app', password: PASSWORD }), null)
  const changed = await settings.change(
    'orders',
    wanted({ username: 'app', note: 'renamed', production: true }, 'password'),
    'bob',
  )
  expect(changed).toMatchObject({
    has: ['password'],
    changedBy: 'bob',
    definition: { note: 'renamed', production: true },
  })
  for (const elsewhere of [
    { url: 'redis://127.0.0.1:2' },
    { username: 'other' },
    { natMap: { '10.0.0.1:1': '127.0.0.1:1' } },
  ]) {
    const change = settings.change('orders', wanted({ username: 'app', ...elsewhere }, 'password'), null)
    await expect(change).rejects.toMatchObject({ code: 'invalid_request', details: [{ at: 'password' }] })
  }
  const forgotten = await settings.change('orders', wanted(), null)
  expect(forgotten.has).toEqual([])
  await expect(settings.change('orders', wanted({}, 'password'), null)).rejects.toMatchObject({
    message: 'password: is not stored; enter it',
  })
})

test('with another key the others are watched, and this one says what helps; entering the password again mends it', async () => {
  const data = newDirectory()
  const first = start(data, 'the first secret of this Gearboard')
  await first.settings.add(wanted({ password: PASSWORD }), null)
  await first.settings.add(wanted({ name: 'plain' }), null)
  await first.end()

  const second = start(data, 'another secret, after a mistake')
  expect([...second.registry.open.keys()]).toEqual(['plain'])
  expect(second.settings.list().settings.map(({ definition, problem }) => [definition.name, problem])).toEqual([
    [
      'orders',
      'Its password cannot be decrypted: another key encrypted it. Start Gearboard with the former key, or enter the password again.',
    ],
    ['plain', null],
  ])
  await second.settings.change('orders', wanted({ password: 'new' }), null)
  expect([...second.registry.open.keys()].sort()).toEqual(['orders', 'plain'])
})

test.each<[Record<string, unknown>, string]>([
  [{ name: 'ORDERS' }, 'name: "ORDERS" is the name of another connection'],
  [{ name: 'stock', url: 'redis://u:p@127.0.0.1:1' }, 'url: holds a user or password; put them into their own fields'],
  [{ name: 'stock', url: 'redis://:p@127.0.0.1:1' }, 'url: holds a user or password; put them into their own fields'],
  [{ name: 'stock', tls: {} }, 'tls: needs a URL with rediss:// or rediss+sentinel://'],
])('%j is refused, and nothing is changed', async (more, message) => {
  const { settings, registry } = start(newDirectory())
  await settings.add(wanted(), null)
  await expect(settings.add(wanted(more), null)).rejects.toMatchObject({ code: 'invalid_request', message })
  expect([...registry.open.keys()]).toEqual(['orders'])
  expect(settings.list().settings).toHaveLength(1)
})

test('a name does not change, and what is declared elsewhere is not changed here', async () => {
  const { settings, registry } = start(newDirectory())
  await settings.add(wanted(), null)
  await expect(settings.change('orders', wanted({ name: 'sales' }), null)).rejects.toMatchObject({
    details: [{ at: 'name' }],
  })
  await expect(settings.remove('nothing')).rejects.toMatchObject({ code: 'not_found' })
  const other = start(newDirectory())
  await other.registry.set(declaredSetup(wanted({ name: 'file' }), 'file', WATCHED))
  await expect(other.settings.remove('file')).rejects.toMatchObject({ code: 'forbidden' })
  expect(registry.open.size).toBe(1)
})

test('sentinels without TLS are reached so, and their stored password is not sent there unasked', async () => {
  const url = 'rediss+sentinel://127.0.0.1:1/m'
  const plain = connectionDefinition.parse({ name: 'm', url, sentinel: { password: PASSWORD, tls: false } })
  expect(targetOf(plain)).toMatchObject({ tls: true, sentinel: { name: 'm', password: PASSWORD, tls: false } })
  expect(targetOf(connectionDefinition.parse({ name: 'm', url })).sentinel).toEqual({ name: 'm' })
  for (const tls of [true, 'no', {}])
    expect(connectionDefinition.safeParse({ name: 'm', url, sentinel: { tls } }).error?.issues[0]?.message).toMatch(
      /must be false, or left out/,
    )
  const { settings } = start(newDirectory())
  await settings.add(wanted({ url, sentinel: { password: PASSWORD } }), null)
  await expect(
    settings.change('orders', wanted({ url, sentinel: { tls: false } }, 'sentinel.password'), null),
  ).rejects.toMatchObject({ details: [{ at: 'sentinel.password' }] })
})

test('two that add the same name at once: one is told that it is taken', async () => {
  const { settings } = start(newDirectory())
  const outcomes = await Promise.allSettled([settings.add(wanted(), 'ada'), settings.add(wanted(), 'bob')])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})

test('a second Gearboard on the directory watches the same connections and changes none', async () => {
  const data = newDirectory()
  await start(data).settings.add(wanted({ password: PASSWORD }), null)
  const reader = start(data)
  expect(reader.registry.open.has('orders')).toBe(true)
  expect(reader.settings.list().blocked).toMatch(/another Gearboard/i)
  await expect(reader.settings.add(wanted({ name: 'stock' }), null)).rejects.toMatchObject({ code: 'no_history' })
})

test('a second Gearboard follows what the first adds, changes and removes, and leaves alone what is declared elsewhere', async () => {
  const data = newDirectory()
  const writer = start(data)
  const reader = start(data)
  await reader.registry.set(declaredSetup(wanted({ name: 'file', note: 'declared' }), 'file', WATCHED))
  await writer.settings.add(wanted({ username: 'app', password: PASSWORD }), 'ada')
  await writer.settings.add(wanted({ name: 'file', note: 'added' }), 'ada')
  await reader.settings.follow()
  expect([...reader.registry.open.keys()]).toEqual(['file', 'orders'])
  expect(reader.settings.list().blocked).toMatch(/appears here within 10 s/)
  expect(reader.settings.list().settings).toMatchObject([
    { definition: { name: 'file' }, problem: /declared outside/ },
    { definition: { name: 'orders' }, has: ['password'], changedBy: 'ada', problem: null },
  ])
  expect(reader.registry.open.get('file')?.hub.feed.connection).toMatchObject({ origin: 'file', note: 'declared' })

  const before = reader.registry.open.get('orders')
  await reader.settings.follow()
  expect(reader.registry.open.get('orders')).toBe(before)
  await writer.settings.change('orders', wanted({ username: 'other', password: PASSWORD, production: true }), 'bob')
  await reader.settings.follow()
  expect(reader.registry.open.get('orders')?.hub.feed.connection).toMatchObject({ user: 'other', production: true })
  expect(reader.settings.definitionNamed('orders')?.production).toBe(true)

  await writer.settings.remove('orders')
  await writer.settings.remove('file')
  await reader.settings.follow()
  expect([...reader.registry.open.keys()]).toEqual(['file'])
  expect(reader.settings.list().settings).toEqual([])
  // The one that writes knows by itself.
  await writer.settings.add(wanted({ name: 'stock' }), null)
  const own = writer.registry.open.get('stock')
  await writer.settings.follow()
  expect(writer.registry.open.get('stock')).toBe(own)
})

test('a key file that holds something else stops the start, and names itself', async () => {
  const data = newDirectory()
  await start(data).end()
  writeFileSync(join(data, 'secret.key'), 'not a key')
  expect(() => secretKey(data, undefined)).toThrow(SettingsError)
  expect(() => secretKey(data, undefined)).toThrow(/secret\.key holds no key/)
})
