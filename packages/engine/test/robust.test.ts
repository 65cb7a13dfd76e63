import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crc64 } from '../shard/keys/rdb/crc64'
import { RawClient, type RunningServer, startEngine, startEngineWith } from './keyspace-harness'

const MB = 1024 * 1024
const bin = fileURLToPath(new URL('../../../bin/engine.mjs', import.meta.url))

let engine: RunningServer

beforeAll(async () => {
  // Its memory is measured, so Node has its defaults.
  engine = await startEngineWith({})
})

afterAll(() => engine?.stop())

/** The engine's resident memory in bytes. */
function memory(): number {
  const status = readFileSync(`/proc/${engine.process.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+([0-9]+)/.exec(status)?.[1] ?? 0) * 1024
}

async function stillServes(): Promise<void> {
  const client = await RawClient.open(engine.port)
  expect(await client.send('PING')).toBe('+PONG')
  client.close()
}

const words = (...argv: readonly string[]): string =>
  `*${argv.length}\r\n${argv.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join('')}`

describe('hostile input', () => {
  const refused: Readonly<Record<string, readonly [bytes: string, reply: string]>> = {
    'a list beyond 2^31': ['*2147483648\r\n', '-ERR Protocol error: invalid multibulk length'],
    'a list of no number': ['*x\r\n', '-ERR Protocol error: invalid multibulk length'],
    'a bulk beyond 512 MB': ['*1\r\n$536870913\r\n', '-ERR Protocol error: invalid bulk length'],
    'a bulk of negative length': ['*1\r\n$-5\r\n', '-ERR Protocol error: invalid bulk length'],
    'lists 10,000 deep': ['*1\r\n'.repeat(10_000), "-ERR Protocol error: expected '$', got '*'"],
    'an endless line': ['x'.repeat(70_000), '-ERR Protocol error: too big inline request'],
    'an endless length': [`*${'1'.repeat(70_000)}`, '-ERR Protocol error: too big mbulk count string'],
    'open quotes': ['SET a "b\r\n', '-ERR Protocol error: unbalanced quotes in request'],
  }
  for (const [what, [bytes, reply]] of Object.entries(refused)) {
    it(`${what} is refused and disconnected`, async () => {
      const client = await RawClient.open(engine.port)
      expect(await client.write(bytes)).toBe(reply)
      expect(await client.next()).toBe('closed')
      await stillServes()
    })
  }

  it('cut commands and noise leave the others alone', async () => {
    const whole = words('SET', 'key', 'value')
    for (let length = 1; length < whole.length; length += 3) {
      const client = await RawClient.open(engine.port)
      client.socket.write(whole.slice(0, length))
      client.close()
    }
    const noise = await RawClient.open(engine.port)
    for (let i = 0; i < 50; i++)
      noise.socket.write(Buffer.from(Array.from({ length: 1000 }, (_, j) => (i * j * 7919) % 256)))
    await stillServes()
    noise.close()
  })

  it('promised lengths that never come cost no memory', async () => {
    const before = memory()
    const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.open(engine.port)))
    for (const client of clients) client.socket.write('*1000000\r\n$536870912\r\nonly this')
    await stillServes()
    expect(memory() - before).toBeLessThan(100 * MB)
    for (const client of clients) client.close()
  })

  it('a command that comes byte by byte is served', async () => {
    const client = await RawClient.open(engine.port)
    for (const byte of words('ECHO', 'slow')) {
      client.socket.write(byte)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await client.next()).toBe('$slow')
    client.close()
  })

  it('inline commands know quotes and escapes', async () => {
    const client = await RawClient.open(engine.port)
    expect(await client.write('\r\n\r\nECHO "a\\x41\\n b"\r\n')).toBe('$aA\n b')
    expect(await client.write("echo 'it\\'s'\r\n")).toBe("$it's")
    client.close()
  })

  it('damaged dumps are restored or refused, never believed', async () => {
    const client = await RawClient.open(engine.port)
    await client.send('RPUSH', 'list', ...Array.from({ length: 50 }, (_, i) => String(i)))
    await client.send('XADD', 'stream', '1-1', 'field', 'value', 'other', 'one')
    await client.send('XGROUP', 'CREATE', 'stream', 'group', '0')
    await client.send('XREADGROUP', 'GROUP', 'group', 'me', 'STREAMS', 'stream', '>')
    const dumps = await Promise.all(['list', 'stream'].map((key) => client.send('DUMP', key)))
    for (const [seed, dumped] of [...dumps, ...dumps].entries()) {
      const whole = Buffer.from(String(dumped).slice(1), 'latin1').subarray(0, -8)
      for (let i = 0; i < whole.length - 2; i++) {
        const damaged = Buffer.from(whole)
        damaged[i] = ((damaged[i] ?? 0) + 1 + seed * 97) % 256
        const sealed = Buffer.concat([damaged, crc64(damaged)]).toString('latin1')
        expect(await client.send('RESTORE', 'damaged', '0', sealed, 'REPLACE')).toMatch(/^(\+OK|-ERR Bad data format)$/)
      }
    }
    expect(await client.send('FLUSHALL')).toBe('+OK')
    client.close()
  })

  it('a browser is hung up on', async () => {
    const client = await RawClient.open(engine.port)
    expect(await client.write('POST / HTTP/1.1\r\nHost: x\r\n\r\nSET owned yes\r\n')).toBe('closed')
    const other = await RawClient.open(engine.port)
    expect(await other.send('EXISTS', 'owned')).toBe(':0')
    other.close()
  })
})

describe('clients that send or read too much', () => {
  it('50,000 commands in one write are all answered, in order', async () => {
    const client = await RawClient.open(engine.port)
    client.socket.write(Array.from({ length: 50_000 }, (_, i) => words('ECHO', String(i))).join(''))
    for (let i = 0; i < 50_000; i++) {
      const reply = await client.next()
      if (reply !== `$${i}`) expect(reply).toBe(`$${i}`)
    }
    client.close()
  })

  it('one that never reads its replies does not grow the engine', async () => {
    const setup = await RawClient.open(engine.port)
    await setup.send('SET', 'big', 'x'.repeat(4 * MB))
    const before = memory()
    const greedy = await RawClient.open(engine.port)
    greedy.socket.pause()
    greedy.socket.write(words('GET', 'big').repeat(500))
    for (let i = 0; i < 20; i++) await stillServes()
    expect(memory() - before).toBeLessThan(300 * MB)
    greedy.close()
    await setup.send('DEL', 'big')
    setup.close()
  })

  it('a subscriber that never reads is disconnected', async () => {
    const deaf = await RawClient.open(engine.port)
    await deaf.send('SUBSCRIBE', 'news')
    deaf.socket.pause()
    const loud = await RawClient.open(engine.port)
    const message = 'x'.repeat(MB)
    let receivers = ':1'
    for (let i = 0; i < 200 && receivers === ':1'; i++) receivers = String(await loud.send('PUBLISH', 'news', message))
    expect(receivers).toBe(':0')
    deaf.close()
    loud.close()
  })

  it('a blocked client that leaves takes nothing with it', async () => {
    const gone = await RawClient.open(engine.port)
    gone.socket.write(words('BLPOP', 'queue', '0'))
    await stillServes()
    gone.close()
    const client = await RawClient.open(engine.port)
    while (String(await client.send('INFO', 'clients')).includes('blocked_clients:1')) await stillServes()
    await client.send('RPUSH', 'queue', 'kept')
    expect(await client.send('LPOP', 'queue')).toBe('$kept')
    client.close()
  })
})

describe('life and death', () => {
  it('a shard that dies answers who waits, and is there again', async () => {
    const waiting = await RawClient.open(engine.port)
    waiting.socket.write(words('BLPOP', 'never', '0'))
    const killer = await RawClient.open(engine.port)
    await killer.send('PING')
    killer.socket.write(words('DEBUG', 'SEGFAULT'))
    expect(await waiting.next()).toBe(
      '-ERR the shard ended: exit code 1. It is being restarted; unsaved keys, running executions and results are lost',
    )
    expect(await waiting.next()).toBe('closed')
    await stillServes()
  })

  it('SIGTERM ends it at once, SHUTDOWN too', async () => {
    for (const end of ['SIGTERM', 'SHUTDOWN']) {
      const own = await startEngine()
      const client = await RawClient.open(own.port)
      client.socket.write(words('BLPOP', 'never', '0'))
      const exit = once(own.process, 'exit')
      if (end === 'SIGTERM') own.process.kill('SIGTERM')
      else (await RawClient.open(own.port)).socket.write(words('SHUTDOWN'))
      expect(await exit).toEqual([0, null])
    }
  })

  it('unknown options and wrong values are refused by name', async () => {
    const cases: readonly (readonly [args: readonly string[], says: string])[] = [
      [['--shard', '3'], "Unknown option '--shard'"],
      [['--port', 'x'], "--port: expected a whole number from 0 to 65535, got 'x'"],
      [['--shards', '0'], "--shards: expected a whole number from 1 to 32, got '0'"],
      [['--gears-version', '2'], "--gears-version: expected 1.2 or 1.0, got '2'"],
      [['extra'], "Unexpected argument 'extra'"],
    ]
    for (const [args, says] of cases) {
      const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
      let told = ''
      child.stderr.on('data', (chunk) => {
        told += chunk
      })
      expect(await once(child, 'close')).toEqual([2, null])
      expect(told).toContain(says)
    }
  })
})

describe('a password', () => {
  let locked: RunningServer
  beforeAll(async () => {
    locked = await startEngine('--requirepass', 'secret')
  })
  afterAll(() => locked?.stop())

  it('keeps strangers out and small', async () => {
    const stranger = await RawClient.open(locked.port)
    expect(await stranger.send('GET', 'a')).toBe('-NOAUTH Authentication required.')
    expect(await stranger.send('AUTH', 'wrong')).toBe('-WRONGPASS invalid username-password pair or user is disabled.')
    expect(await stranger.write(`*1\r\n$${20_000}\r\n`)).toBe('-ERR Protocol error: unauthenticated bulk length')
    stranger.close()
  })

  it('lets a pipeline through that begins with AUTH', async () => {
    const client = await RawClient.open(locked.port)
    client.socket.write(words('AUTH', 'secret') + words('SET', 'a', 'x'.repeat(30_000)) + words('STRLEN', 'a'))
    expect([await client.next(), await client.next(), await client.next()]).toEqual(['+OK', '+OK', ':30000'])
    client.close()
  })

  it('is given by ioredis and by HELLO', async () => {
    const redis = new Redis({ port: locked.port, password: 'secret', protocol: 2 })
    expect(await redis.ping()).toBe('PONG')
    redis.disconnect()
    const client = await RawClient.open(locked.port)
    const hello = await client.send('HELLO', '3', 'AUTH', 'default', 'secret', 'SETNAME', 'me')
    expect(hello).toMatchObject({ type: '%' })
    expect(await client.send('CLIENT', 'GETNAME')).toBe('$me')
    expect(await client.send('CLIENT', 'SETINFO', 'LIB-NAME', 'test')).toBe('+OK')
    client.close()
  })
})

describe('a cluster of three', () => {
  let first: RunningServer
  beforeAll(async () => {
    first = await startEngine('--shards', '3')
  })
  afterAll(() => first?.stop())

  it('redirects, refuses what spans slots, and serves a cluster client', async () => {
    const client = await RawClient.open(first.port)
    const slots = await client.send('CLUSTER', 'SLOTS')
    const items = typeof slots === 'string' ? [] : slots.items
    expect(items.map((each) => (typeof each === 'string' ? each : each.items.slice(0, 2)))).toEqual([
      [':0', ':5460'],
      [':5461', ':10922'],
      [':10923', ':16383'],
    ])
    expect(await client.send('SET', 'foo', '1')).toMatch(/^-MOVED 12182 127\.0\.0\.1:[0-9]+$/)
    expect(await client.send('MGET', 'a', 'b')).toBe("-CROSSSLOT Keys in request don't hash to the same slot")
    expect(await client.send('SELECT', '1')).toBe('-ERR SELECT is not allowed in cluster mode')
    client.close()

    const cluster = new Cluster([{ host: '127.0.0.1', port: first.port }], { redisOptions: { protocol: 2 } })
    for (let i = 0; i < 100; i++) await cluster.set(`key:${i}`, i)
    expect(await cluster.get('key:42')).toBe('42')
    const sizes = await Promise.all(cluster.nodes('master').map((node) => node.dbsize()))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100)
    expect(Math.min(...sizes)).toBeGreaterThan(0)
    cluster.disconnect()
  })

  it('publishes to subscribers of every shard', async () => {
    const redis = new Cluster([{ host: '127.0.0.1', port: first.port }], { redisOptions: { protocol: 2 } })
    await redis.ping()
    const [a, b] = redis.nodes('master')
    const port = b?.options.port
    if (!a || !port) throw new Error('no second master')
    const subscriber = await RawClient.open(port)
    await subscriber.send('SUBSCRIBE', 'everywhere')
    await a.publish('everywhere', 'hello')
    expect(await subscriber.next()).toEqual({ type: '*', items: ['$message', '$everywhere', '$hello'] })
    subscriber.close()
    redis.disconnect()
  })
})
