import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { TypedConnection } from './conformance/wire'
import { CRASH, formCluster, openGears, type SendCommand, SLOW_TEST_MS, until } from './gears-harness'
import { type RunningServer, startEngine, startRedis } from './keyspace-harness'
import { buildWheel } from './wheel-index'

/** Data saved with `--dir` survives a restart of the engine, like that of a real RedisGears. */

const OK = { '+': 'OK' }
const ending: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gearboard-dir-'))
  ending.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function open(
  ...args: readonly string[]
): Promise<{ readonly send: SendCommand; readonly server: RunningServer }> {
  const server = await startEngine(...args)
  ending.push(() => server.stop())
  return { send: await sendTo(server.port), server }
}

async function sendTo(port: number): Promise<SendCommand> {
  const wire = await TypedConnection.open('127.0.0.1', port)
  ending.push(() => wire.close())
  return (...argv) => wire.command(argv, 60_000)
}

async function end({ process }: RunningServer, signal: NodeJS.Signals): Promise<void> {
  process.kill(signal)
  await once(process, 'exit')
}

/** One key of each type, some of them with an expiry, in two databases. */
const DATA: readonly (readonly string[])[] = [
  ['SET', 'text', 'a value'],
  ['SET', 'empty', ''],
  ['SET', 'number', '12345'],
  ['SETEX', 'soon', '5000', 'x'],
  ['RPUSH', 'list', 'a', 'b', 'c'],
  ['SADD', 'set', 'x', 'y', '7'],
  ['HSET', 'hash', 'f', '1', 'g', '2'],
  ['ZADD', 'zset', '1.5', 'one', '-inf', 'least'],
  ['XADD', 'stream', '1-1', 'f', 'v'],
  ['XADD', 'stream', '2-1', 'f', 'w'],
  ['XGROUP', 'CREATE', 'stream', 'readers', '0'],
  ['XREADGROUP', 'GROUP', 'readers', 'me', 'COUNT', '1', 'STREAMS', 'stream', '>'],
  ['PFADD', 'visitors', 'a', 'b', 'c'],
]
const KEYS = ['text', 'empty', 'number', 'list', 'set', 'hash', 'zset', 'visitors']

async function fill(send: SendCommand): Promise<void> {
  for (const command of DATA) await send(...command)
  await send('SELECT', '3')
  await send('SET', 'elsewhere', 'database 3')
  await send('SELECT', '0')
}

async function contents(send: SendCommand) {
  const values = await Promise.all([
    ...['text', 'empty', 'number', 'soon'].map((key) => send('GET', key)),
    send('LRANGE', 'list', '0', '-1'),
    send('SORT', 'set', 'ALPHA'),
    send('HGETALL', 'hash'),
    send('ZRANGE', 'zset', '0', '-1', 'WITHSCORES'),
    send('XRANGE', 'stream', '-', '+'),
    send('XPENDING', 'stream', 'readers'),
    send('PFCOUNT', 'visitors'),
    send('DBSIZE'),
    send('CONFIG', 'GET', 'dbfilename'),
  ])
  const ttl = Number(await send('TTL', 'soon'))
  await send('SELECT', '3')
  const other = await send('GET', 'elsewhere')
  await send('SELECT', '0')
  return { values, expires: ttl > 4000 && ttl <= 5000, other }
}

const REGISTER = `
PRICES = {'tea': 3}
def price(x):
    execute('INCRBY', 'total', PRICES[x[1]])
    return PRICES[x[1]]
GB('CommandReader').map(price).register(trigger='price')
GB('KeysReader').foreach(lambda x: execute('INCR', 'seen:' + x['key'])).register(prefix='order:*', mode='sync')
`

test(
  'keys, registrations, sessions, requirements and timers come back with their ids, counters anew',
  async () => {
    const dir = newFolder()
    const wheels = newFolder()
    const wheel = buildWheel('priced', '1.0', '42')
    writeFileSync(join(wheels, wheel.file), wheel.bytes)
    const first = await open('--dir', dir, '--find-links', wheels, '--no-index')
    await fill(first.send)
    expect(await first.send('RG.PYEXECUTE', REGISTER, 'ID', 'shop', 'DESCRIPTION', 'prices')).toEqual(OK)
    const library =
      "import priced\nGB('CommandReader').map(lambda x: __import__('priced').VALUE).register(trigger='lib')"
    expect(await first.send('RG.PYEXECUTE', library, 'ID', 'lib', 'REQUIREMENTS', 'priced')).toEqual(OK)
    const timer =
      "from redisgears import registerTimeEvent as every\nevery(1, lambda: execute('INCR', 'ticks'), 'ticker')"
    expect(await first.send('RG.PYEXECUTE', timer)).toEqual(OK)
    expect(await first.send('RG.TRIGGER', 'price', 'tea')).toEqual(['3'])
    const idsOf = async (send: SendCommand) => {
      const list = await send('RG.DUMPREGISTRATIONS')
      return Array.isArray(list) ? list.map((each) => (Array.isArray(each) ? [each[1], each[5]] : each)).sort() : list
    }
    const [before, ids] = [await contents(first.send), await idsOf(first.send)]
    const sessions = JSON.stringify(await first.send('RG.PYDUMPSESSIONS'))
    expect(await first.send('SAVE')).toEqual(OK)
    await first.send('SET', 'after', 'the save')
    await end(first.server, 'SIGKILL')

    const second = await open('--dir', dir, '--no-index')
    // Keys of timers, and what they count, change between two looks.
    const again = await contents(second.send)
    expect(again).toEqual(before)
    expect(await second.send('GET', 'after')).toBeNull()
    expect(await idsOf(second.send)).toEqual(ids)
    expect(JSON.stringify(await second.send('RG.PYDUMPSESSIONS'))).toBe(sessions)
    expect(JSON.stringify(await second.send('RG.DUMPREGISTRATIONS'))).not.toMatch(/"numTriggered",[1-9]/)
    expect(await second.send('RG.TRIGGER', 'price', 'tea')).toEqual(['3'])
    expect(await second.send('RG.TRIGGER', 'lib')).toEqual(['42'])
    await second.send('SET', 'order:1', 'x')
    expect(await second.send('GET', 'seen:order:1')).toBe('1')
    await until(async () => (Number(await second.send('GET', 'ticks')) > 0 ? true : undefined))

    // The name is taken, an upgrade replaces the session, and no id is used twice.
    expect(await second.send('RG.PYEXECUTE', REGISTER, 'ID', 'shop')).toEqual({ '-': 'Session shop already exists' })
    expect(await second.send('RG.PYEXECUTE', REGISTER, 'ID', 'shop', 'UPGRADE')).toEqual(OK)
    const upgraded = await idsOf(second.send)
    expect(upgraded).toHaveLength(3)
    expect(upgraded).not.toEqual(ids)
    expect(await second.send('RG.TRIGGER', 'price', 'tea')).toEqual(['3'])
  },
  SLOW_TEST_MS,
)

test(
  'redis-server loads the file for its plain keys, and the engine the file that redis-server saved',
  async () => {
    const dir = newFolder()
    const engine = await open('--dir', dir, '--no-index')
    await fill(engine.send)
    await engine.send('RG.PYEXECUTE', REGISTER)
    const before = await contents(engine.send)
    expect(await engine.send('BGSAVE')).toEqual({ '+': 'Background saving started' })
    await end(engine.server, 'SIGKILL')

    const redis = await startRedis('--dir', dir, '--dbfilename', 'dump.rdb')
    ending.push(() => redis.stop())
    const send = await sendTo(redis.port)
    expect(await contents(send)).toEqual(before)
    // The same in the compact encodings, compressed where that is shorter.
    await send('SET', 'long', 'ab'.repeat(5000))
    for (let i = 0; i < 600; i++) await send('HSET', 'wide', `field ${i}`, String(i))
    const dumped = await Promise.all(KEYS.map((key) => send('OBJECT', 'ENCODING', key)))
    expect(await send('SAVE')).toEqual(OK)
    await end(redis, 'SIGKILL')

    const third = await open('--dir', dir, '--no-index')
    expect({ ...(await contents(third.send)), values: undefined }).toEqual({ ...before, values: undefined })
    expect(await Promise.all(KEYS.map((key) => third.send('OBJECT', 'ENCODING', key)))).toEqual(dumped)
    expect(await third.send('STRLEN', 'long')).toBe(10_000)
    expect(await third.send('HGET', 'wide', 'field 599')).toBe('599')
  },
  SLOW_TEST_MS,
)

test(
  'a cluster keeps its node ids, so that registrations keep theirs',
  async () => {
    const dir = newFolder()
    const args = ['--shards', '3', '--dir', dir, '--no-index'] as const
    const started = async () => {
      const engine = await openGears(...args)
      ending.push(() => engine.stop())
      const shards = await Promise.all([0, 1, 2].map((shard) => engine.connect(shard)))
      await formCluster(shards)
      return { engine, shards }
    }
    const first = await started()
    const [one] = first.shards
    if (!one) throw new Error('no shard')
    expect(await one('RG.PYEXECUTE', REGISTER, 'ID', 'shop')).toEqual(OK)
    const dump = async (send: SendCommand) =>
      JSON.stringify(await send('RG.DUMPREGISTRATIONS'))
        .match(/[0-9a-f]{40}-\d+/g)
        ?.sort()
    const ids = await dump(one)
    expect(ids?.length).toBeGreaterThan(0)
    // SIGTERM saves every shard that has save points.
    await first.engine.stop()
    expect(readdirSync(dir).sort()).toEqual(['dump-0.rdb', 'dump-1.rdb', 'dump-2.rdb', 'nodes.json'])
    const second = await started()
    for (const send of second.shards) expect(await dump(send)).toEqual(ids)
  },
  SLOW_TEST_MS,
)

const ENDS: readonly {
  readonly command: 'SIGTERM' | readonly string[]
  readonly points?: string
  readonly saved: boolean
}[] = [
  { command: ['SHUTDOWN', 'NOSAVE'], saved: false },
  { command: ['SHUTDOWN', 'SAVE'], saved: true },
  { command: ['SHUTDOWN'], saved: true },
  { command: ['SHUTDOWN'], points: '', saved: false },
  { command: ['SHUTDOWN', 'SAVE'], points: '', saved: true },
  { command: 'SIGTERM', points: '', saved: false },
]

test(
  'how an engine ends decides what is saved: SHUTDOWN, SAVE, NOSAVE and SIGTERM, with save points and without',
  async () => {
    const dir = newFolder()
    // Each engine shows what its predecessor saved, and then ends in its own way.
    let engine = await open('--dir', dir, '--no-index')
    let there: string | null = null
    for (const [index, { command, points, saved }] of ENDS.entries()) {
      const value = `before end ${index}`
      await engine.send('SET', 'key', value)
      if (points !== undefined) await engine.send('CONFIG', 'SET', 'save', points)
      const ended = once(engine.server.process, 'exit')
      if (typeof command === 'string') engine.server.process.kill(command)
      else void engine.send(...command).catch(() => undefined)
      await ended
      engine = await open('--dir', dir, '--no-index')
      if (saved) there = value
      expect(await engine.send('GET', 'key'), `${command} with the save points ${points}`).toBe(there)
    }
  },
  SLOW_TEST_MS,
)

test(
  'a shard whose worker breaks comes back with the keys of the last save, and with what was registered since',
  async () => {
    const dir = newFolder()
    const { send, server } = await open('--dir', dir, '--no-index')
    await send('SET', 'kept', 'x')
    await send('SAVE')
    await send('SET', 'lost', 'x')
    await send('RG.PYEXECUTE', REGISTER, 'ID', 'shop')
    await send('RG.PYEXECUTE', CRASH).catch(() => undefined)
    // A command that reaches the worker while it ends gets its reply or an error.
    const comesTo = (wanted: readonly (string | null)[], ...argv: readonly string[]) =>
      vi.waitFor(async () => expect(await (await sendTo(server.port))(...argv)).toEqual(wanted), {
        timeout: SLOW_TEST_MS,
        interval: 50,
      })
    await comesTo(['x', null], 'MGET', 'kept', 'lost')
    await comesTo(['3'], 'RG.TRIGGER', 'price', 'tea')
  },
  SLOW_TEST_MS,
)

test(
  'what changed is saved by the save points, and a folder that cannot be written is told',
  async () => {
    const dir = newFolder()
    const { send, server } = await open('--dir', dir, '--no-index')
    expect(await send('CONFIG', 'SET', 'save', '1')).toMatchObject({ '-': expect.stringContaining('Invalid save') })
    expect(await send('CONFIG', 'SET', 'save', '1 1')).toEqual(OK)
    await send('SET', 'key', 'x')
    await until(async () => (readdirSync(dir).includes('dump.rdb') ? true : undefined))
    rmSync(dir, { recursive: true })
    expect(await send('SAVE')).toMatchObject({ '-': expect.stringMatching(/^ERR saving failed: ENOENT/) })
    expect(await send('INFO', 'persistence')).toContain('rdb_last_bgsave_status:err')
    await end(server, 'SIGKILL')
  },
  SLOW_TEST_MS,
)

test(
  'what cannot be loaded stops the start, with words that name the file',
  async () => {
    const dir = newFolder()
    const start = async (...args: readonly string[]) => {
      const bin = fileURLToPath(new URL('../../../bin/engine.mjs', import.meta.url))
      try {
        await promisify(execFile)(process.execPath, [bin, '--port', '0', '--no-index', ...args])
      } catch (error) {
        return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
      }
      return 'it started'
    }
    expect(await start('--dir', join(dir, 'missing'))).toContain('--dir: expected an existing folder')
    const { send, server } = await open('--dir', dir, '--no-index')
    await fill(send)
    await send('SAVE')
    await end(server, 'SIGKILL')
    expect(await start('--dir', dir, '--shards', '3')).toContain('was saved with --shards 1, not --shards 3')
    const file = join(dir, 'dump.rdb')
    const whole = readFileSync(file)
    const damaged = Buffer.from(whole)
    damaged.writeUInt8(damaged.readUInt8(40) ^ 255, 40)
    for (const [bytes, why] of [
      [damaged, 'the checksum is wrong'],
      [whole.subarray(0, 60), 'the checksum is wrong'],
      [Buffer.from('REDIS0099'), 'RDB version 99'],
      [Buffer.from('something else'), 'not an RDB file'],
    ] as const) {
      writeFileSync(file, bytes)
      const said = await start('--dir', dir)
      expect(said).toContain(file)
      expect(said).toContain(why)
    }
  },
  SLOW_TEST_MS,
)
