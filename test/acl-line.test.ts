import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { aclLines } from '@gearboard/gears'
import { redisCli } from '@gearboard/gears/vocabulary/redis-cli'
import { refusalHelp } from '@gearboard/gears/vocabulary/server-refusal'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { Connection } from '@/lib/server/connection/connection'
import { injectEvent } from '../lib/server/operations/inject-event'
import { streams, unregister } from '../lib/server/operations/registrations'
import { submit } from '../lib/server/operations/submit'
import { trigger } from '../lib/server/operations/trigger'
import { startEngine, startRedis } from './gears-processes'
import { closedAfter, seen, status, until, watch } from './watched-connection'

// The line that the page offers to copy is pasted into a shell unchanged, and Gearboard works as that user.

const sh = promisify(execFile)
const paste = async (line: string) => (await sh('sh', ['-c', line])).stdout.trim()

/** A user without any permission, and a connection as that one. */
async function asNobody(port: number, name = 'gearboard'): Promise<Connection> {
  const admin = new Redis(port, '127.0.0.1', { protocol: 2 })
  await admin.call('ACL', 'SETUSER', name, 'on', '>pw')
  admin.disconnect()
  return watch(port, { GEARBOARD_URL: `redis://${encodeURIComponent(name)}:pw@127.0.0.1:${port}` })
}

/** The lines of the page that says what is not allowed. */
async function offered(connection: Connection, port: number): Promise<readonly string[]> {
  const { error, acl } = await status(connection, 'refused')
  expect(error?.refusal).toBe('permission')
  const help = refusalHelp('permission', { address: `127.0.0.1:${port}`, place: 'environment', acl })
  return help.flatMap(({ command }) => command ?? [])
}

const SCRIPT = `
GB('CommandReader', desc='greet').map(lambda x: 'hello').register(trigger='greet')
GB('StreamReader', desc='ship').foreach(lambda r: None).register('orders')`

/** What people do there: all of it goes through. */
async function worksAs(connection: Connection) {
  const script = { blocking: false, requirements: [], upgrade: false, forceReinstallRequirements: false }
  const reply = await submit(connection, { script: SCRIPT, ...script })
  const registrations = reply.kind === 'registered' ? reply.registrations : []
  expect(registrations).toHaveLength(2)
  expect(await trigger(connection, 'greet', { args: [], override: [] })).toMatchObject({ results: ['hello'] })
  const event = { key: 'gearboard:test:order', type: 'string', foreign: false, watchMs: 100, expireS: 10 } as const
  expect(await injectEvent(connection, { ...event, words: ['v'] })).toMatchObject({ key: event.key })
  expect(await streams(connection)).toHaveLength(1)
  for (const id of registrations) await unregister(connection, id, seen(connection, id), true)
}

describe('on RedisGears', () => {
  test.each([
    ['gearboard', '1.2'],
    ["o'brien", '1.2'],
    ['gearboard', '1.0'],
  ])('%s may do all that Gearboard can on %s, once the lines were pasted', async (name, version) => {
    const engine = await startEngine(1, undefined, version === '1.0' ? ['--gears-version', version] : [])
    closedAfter(() => engine.stop())
    const connection = await asNobody(engine.port, name)
    const [common = '', modern = '', ...others] = await offered(connection, engine.port)
    expect(others).toEqual([])
    expect(await paste(common)).toBe('OK')
    // Redis refuses a line as a whole that names a command which it does not have.
    if (version === '1.2') expect(await paste(modern)).toBe('OK')
    else expect(await paste(modern)).toMatch(/^ERR .*'\+rg\.\w+': Unknown command/)
    await status(connection, 'live')
    const capability = await until(connection, () => {
      const found = connection.hub.feed.connection.capability
      return found?.permissionsUnknown ? undefined : (found ?? undefined)
    })
    expect(capability.unavailable.filter(({ reason }) => /NOPERM/.test(reason))).toEqual([])
    expect(capability.generation).toBe(version)
    await worksAs(connection)
  })

  test('whose version is known, it is one line, which takes nothing that this version lacks', async () => {
    const engine = await startEngine(1, undefined, ['--gears-version', '1.0'])
    closedAfter(() => engine.stop())
    const connection = watch(engine.port)
    await status(connection, 'live')
    const admin = new Redis(engine.port, '127.0.0.1', { protocol: 2 })
    closedAfter(() => admin.disconnect())
    await admin.call('ACL', 'SETUSER', 'admin', 'on', '>pw', 'allkeys', '+@all')
    await admin.auth('admin', 'pw')
    await admin.call('ACL', 'SETUSER', 'default', '-rg.dumpexecutions')
    const [line = '', ...others] = await offered(connection, engine.port)
    expect(others).toEqual([])
    expect(await paste(line.replace('redis-cli', 'redis-cli --user admin --pass pw --no-auth-warning'))).toBe('OK')
    await status(connection, 'live')
  })
})

test('a real Redis refuses a line that names commands of a module that it does not have, and takes the rest', async () => {
  const redis = await startRedis(['--user', 'gearboard', 'on', '>pw'])
  const user = new Redis(redis.port, '127.0.0.1', { username: 'gearboard', password: 'pw', enableReadyCheck: false })
  closedAfter(
    () => user.disconnect(),
    () => redis.stop(),
  )
  await expect(user.call('SCAN', '0')).rejects.toThrow(/^NOPERM/)
  const [common] = aclLines('gearboard', null)
  const pasted = (line: string) =>
    paste(redisCli(`127.0.0.1:${redis.port}`, { tls: false, user: null }, line.split(' ')))
  expect(await pasted(common)).toMatch(/^ERR Error in ACL SETUSER modifier '\+rg\.\w+': Unknown command/)
  await expect(user.call('SCAN', '0')).rejects.toThrow(/^NOPERM/)
  expect(await pasted(common.replaceAll(/ \+rg\.\w+/g, ''))).toBe('OK')
  const sent = [
    ['SCAN', '0'],
    ['INFO', 'memory'],
    ['CLIENT', 'SETNAME', 'x'],
    ['COMMAND', 'INFO', 'get'],
    ['MODULE', 'LIST'],
    ['XADD', 's', '*', 'a', 'b'],
    ['XINFO', 'STREAM', 's'],
    ['OBJECT', 'ENCODING', 's'],
    ['DEL', 's'],
  ] as const
  for (const [name, ...args] of sent) expect(await user.call(name, ...args), name).toBeDefined()
  for (const name of ['FLUSHALL', 'SAVE', 'RANDOMKEY']) await expect(user.call(name), name).rejects.toThrow(/^NOPERM/)
})
