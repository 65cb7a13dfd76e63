import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { listenOnLoopback } from '@gearboard/gears/testing/loopback-server'
import type { ServerRefusal } from '@gearboard/gears/vocabulary/server-refusal'
import { refusalHelp, refusalInWords, SERVER_REFUSALS } from '@gearboard/gears/vocabulary/server-refusal'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { startEngine, startRedis } from '@/test/gears-processes'
import { ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, status, until, watch } from '@/test/watched-connection'

// What a server says is no silence: who said what, and which kind of answer that is.

const address = (port: number) => `127.0.0.1:${port}`

async function listening(server: Server): Promise<number> {
  closedAfter(() => server.close())
  return listenOnLoopback(server)
}

/** What connects is given these bytes when it has spoken, and is hung up on. */
const saying = (bytes: string, when: 'connected' | 'spoken to' = 'spoken to') =>
  listening(
    createServer((socket: Socket) => {
      socket.on('error', () => undefined)
      if (when === 'connected') socket.end(bytes, 'latin1')
      else socket.once('data', () => socket.end(bytes, 'latin1'))
    }),
  )

async function refused(port: number, env: Readonly<Record<string, string>> = {}) {
  const connection = watch(port, env)
  const { error, answeredAt, acl } = await status(connection, 'refused')
  expect(answeredAt).toBeNull()
  await expect(connection.known()).rejects.toMatchObject({ code: 'rejected', refusal: error?.refusal })
  return { ...error, acl }
}

const url = (port: number, user: string) => ({ GEARBOARD_URL: `redis://${user}@127.0.0.1:${port}` })

describe('a real Redis', () => {
  test('that wants a password, and one that refuses it', async () => {
    const redis = await startRedis(['--requirepass', 'right', '--user', 'off', 'off', '>pw', '~*', '+@all'])
    closedAfter(() => redis.stop())
    const who = { address: address(redis.port) }
    expect(await refused(redis.port)).toMatchObject({ ...who, refusal: 'password_needed', message: /^NOAUTH / })
    for (const user of [':wrong', 'nobody:right', 'off:pw'])
      expect(await refused(redis.port, url(redis.port, user))).toMatchObject({
        ...who,
        refusal: 'wrong_password',
        message: expect.stringMatching(/^WRONGPASS /),
      })
  })

  test('that is a node of a cluster without slots', async () => {
    const redis = await startRedis(['--cluster-enabled', 'yes'])
    closedAfter(() => redis.stop())
    expect(await refused(redis.port)).toMatchObject({ address: address(redis.port), refusal: 'no_slots' })
  })

  test('that is busy with a script, and is what it is when that has ended', async () => {
    const redis = await startRedis(['--busy-reply-threshold', '1'])
    const client = new Redis(redis.port, '127.0.0.1')
    closedAfter(
      () => client.disconnect(),
      () => redis.stop(),
    )
    const script = client.eval('while true do end', 0).catch(() => undefined)
    const connection = watch(redis.port)
    expect((await status(connection, 'refused')).error).toMatchObject({
      refusal: 'busy',
      message: /^BUSY Redis is busy/,
    })
    const other = new Redis(redis.port, '127.0.0.1', { enableReadyCheck: false })
    closedAfter(() => other.disconnect())
    await other.call('SCRIPT', 'KILL')
    await script
    await status(connection, 'module_missing')
  })

  test('that takes no more connections', async () => {
    const redis = await startRedis(['--maxclients', '2'])
    const clients = [1, 2].map(() => new Redis(redis.port, '127.0.0.1'))
    closedAfter(() => redis.stop(), ...clients.map((client) => () => client.disconnect()))
    for (const client of clients) await client.ping()
    expect(await refused(redis.port)).toMatchObject({
      refusal: 'too_many_clients',
      message: 'ERR max number of clients reached',
    })
  })
})

test('RedisGears that this user may not read, with the line that grants it', async () => {
  const engine = await startEngine()
  const admin = new Redis(engine.port, '127.0.0.1')
  closedAfter(
    () => engine.stop(),
    () => admin.disconnect(),
  )
  await admin.call('ACL', 'SETUSER', 'default', '-rg.dumpexecutions')
  const { acl, ...error } = await refused(engine.port)
  expect(error).toMatchObject({ refusal: 'permission', message: expect.stringMatching(/^NOPERM .*rg\.dumpexecutions/) })
  expect(acl?.[0]).toMatch(/^ACL SETUSER default allkeys .*\+rg\.dumpexecutions.*\+module\|list/)
})

describe('what says so as it should', () => {
  const REPLIES: readonly (readonly [string, ServerRefusal])[] = [
    ['LOADING Redis is loading the dataset in memory', 'loading'],
    ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'master_down'],
    ['CLUSTERDOWN The cluster is down', 'cluster_down'],
    ['ERRCLUSTER Uninitialized cluster state', 'enterprise'],
    ['ERR max number of clients + cluster connections reached', 'too_many_clients'],
    ['BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.', 'busy'],
    ['ERR this proxy serves nobody today', 'other'],
  ]

  test('of every command', async () => {
    const server = await ScriptedRedis.start()
    closedAfter(() => server.replay.stop())
    for (const [words, refusal] of REPLIES) {
      server.replay.answer = () => `-${words}\r\n`
      const connection = watch(server.port)
      const { error } = await status(connection, 'refused')
      expect(error).toMatchObject({ code: 'rejected', message: words, address: address(server.port) })
      expect(error?.refusal ?? 'other').toBe(refusal)
      await connection.close()
    }
  })

  test('and hangs up', async () => {
    const denied = 'DENIED Redis is running in protected mode because protected mode is enabled. '.repeat(10).trim()
    expect(await refused(await saying(`-${denied}\r\n`, 'connected'))).toMatchObject({
      refusal: 'protected_mode',
      message: denied,
    })
  })
})

describe('what is no Redis', () => {
  async function notRedis(port: number) {
    const connection = watch(port)
    const { error } = await status(connection, 'refused')
    expect(error).toMatchObject({ code: 'unreachable', address: address(port) })
    return error
  }

  test('a web server', async () => {
    expect(await notRedis(await listening(createHttpServer()))).toMatchObject({
      refusal: 'http',
      message: expect.stringContaining('HTTP/1.1 400 Bad Request'),
    })
    const html = await saying('<!DOCTYPE HTML>\n<html>')
    expect((await notRedis(html))?.refusal).toBe('http')
  })

  test('a port that speaks TLS, by its alert', async () => {
    expect((await notRedis(await saying('\x15\x03\x01\x00\x02\x02\x46')))?.refusal).toBe('tls_expected')
  })

  test('something else, which is quoted without what a terminal would obey', async () => {
    expect(await notRedis(await saying('SSH-2.0-OpenSSH_9.2\r\n', 'connected'))).toMatchObject({
      refusal: 'not_redis',
      message: expect.stringContaining('"SSH-2.0-OpenSSH_9.2"'),
    })
    const escapes = await notRedis(await saying('J\x1b[31mx\x07\n8.0', 'connected'))
    expect(escapes?.message).toContain('(it said "J·[31mx·")')
    expect((await notRedis(await saying('ERROR\r\n')))?.refusal).toBe('not_redis')
  })

  test('a port where everybody is hung up on', async () => {
    expect(await notRedis(await saying(''))).toMatchObject({ refusal: 'hung_up' })
  })

  test('TLS to a server without it', async () => {
    const port = await saying('-ERR unknown command\r\n')
    const connection = watch(port, { GEARBOARD_URL: `rediss://127.0.0.1:${port}` })
    expect((await status(connection, 'refused')).error?.refusal).toBe('plain_expected')
  })
})

test('what was refused and is granted is live; what answered and refuses keeps what it showed, and since when', async () => {
  const server = await ScriptedRedis.start()
  closedAfter(() => server.replay.stop())
  const usual = server.replay.answer
  server.replay.answer = () => '-NOAUTH Authentication required.\r\n'
  const connection = watch(server.port)
  await status(connection, 'refused')
  server.executions = [[`${'0'.repeat(40)}-1`, 'running']]
  server.replay.answer = usual
  await status(connection, 'live')
  await until(connection, () => connection.hub.feed.executions.size > 0 || undefined)
  server.replay.answer = () => '-LOADING Redis is loading the dataset in memory\r\n'
  const loading = await status(connection, 'refused')
  expect(loading.answeredAt).not.toBeNull()
  expect(connection.hub.feed.executions.size).toBe(1)
  expect(connection.hub.feed.shardStates[0]).toMatchObject({ state: 'silent', gearsVersion: '1.2.13' })
  await connection.known()
})

test('every kind of refusal has words, and something that helps', () => {
  for (const refusal of SERVER_REFUSALS) {
    expect(refusalInWords(refusal), refusal).toMatch(/^[a-z].*[^.]$/)
    const help = refusalHelp(refusal, {
      address: '[::1]:6379',
      place: 'environment',
      acl: ['ACL SETUSER default +rg.pystats'],
    })
    expect(help.length, refusal).toBeGreaterThan(0)
    for (const { text, command } of help) {
      expect(text, refusal).toMatch(/[.:?]$/)
      if (command !== undefined) expect(command).toMatch(/^redis-cli -h ::1 -p 6379 /)
    }
  }
})
