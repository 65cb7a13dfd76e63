import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAMILIES, generate, type Line } from './keyspace-commands'
import { RawClient, type RunningServer, type Shown, startEngine, startRedis } from './keyspace-harness'

const COMMANDS = 2500
const SEED = 20250101
const BATCH = 100

/** Commands whose reply has no defined order. */
const UNORDERED = new Set(['SMEMBERS', 'SINTER', 'SUNION', 'SDIFF', 'SPOP', 'SRANDMEMBER', 'SSCAN', 'KEYS', 'SCAN'])
/** Replies that contain idle times. */
const IDLE = new Set(['XPENDING'])

let engine: RunningServer
let redis: RunningServer

beforeAll(async () => {
  ;[engine, redis] = await Promise.all([startEngine(), startRedis()])
})

afterAll(async () => {
  await Promise.all([engine?.stop(), redis?.stop()])
})

/** Commands whose reply depends on when an earlier command ran; times that a command names are compared. */
const TIMES = new Set(['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME'])
const moment = (reply: string): string => (/^:[1-9]/.test(reply) && !reply.startsWith(':4000000000') ? 'a time' : reply)

const text = (shown: Shown): string => JSON.stringify(shown)

function comparable(line: Line, reply: Shown): Shown {
  const command = line[0]?.toUpperCase() ?? ''
  if (typeof reply === 'string') return TIMES.has(command) ? moment(reply) : reply
  if (UNORDERED.has(command)) return sorted(reply)
  if (IDLE.has(command)) return { ...reply, items: reply.items.map(withoutIdle) }
  return command === 'HGETALL' && line[1] === 'H1' ? pairs(reply) : reply
}

function sorted(reply: Shown): Shown {
  if (typeof reply === 'string') return reply
  return { ...reply, items: reply.items.map(sorted).sort((a, b) => (text(a) < text(b) ? -1 : 1)) }
}

/** The fields and values of a hash table, sorted by field. */
function pairs(reply: Shown): Shown {
  if (typeof reply === 'string') return reply
  const grouped = reply.items.flatMap((item, i) =>
    i % 2 === 0 ? [{ type: '*', items: [item, reply.items[i + 1] ?? ''] }] : [],
  )
  return sorted({ ...reply, items: grouped })
}

function withoutIdle(entry: Shown): Shown {
  if (typeof entry === 'string' || entry.items.length !== 4) return entry
  return { ...entry, items: entry.items.map((item, i) => (i === 2 ? 'idle' : item)) }
}

async function both<T>(act: (port: number) => Promise<T>): Promise<readonly [T, T]> {
  return Promise.all([act(engine.port), act(redis.port)])
}

const WRONG: readonly Line[] = [
  ['SET', 'wrong:string', 'text'],
  ['RPUSH', 'wrong:list', '3', '1', '2'],
  ['HSET', 'wrong:hash', 'f', 'v'],
]

/**
 * What a family of commands leaves behind: the type, encoding, expiry and content of each key, and a stream's groups with their pending
 * entries.
 */
async function dump(client: RawClient, encodings = true): Promise<Shown[]> {
  const keys = sorted(await client.send('KEYS', '*'))
  if (typeof keys === 'string') return [keys]
  const state: Shown[] = [keys]
  for (const key of keys.items) {
    const name = String(key).slice(1)
    const type = await client.send('TYPE', name)
    const reads: Readonly<Record<string, Line>> = {
      // redis-server's HyperLogLog is sparse at first, the engine's is always dense.
      '+string': name.startsWith('pf') ? ['PFCOUNT', name] : ['GET', name],
      '+list': ['LRANGE', name, '0', '-1'],
      '+hash': ['HGETALL', name],
      '+set': ['SMEMBERS', name],
      '+zset': ['ZRANGE', name, '0', '-1', 'WITHSCORES'],
      '+stream': ['XRANGE', name, '-', '+'],
    }
    const read = reads[String(type)]
    state.push(type)
    if (encodings) state.push(await client.send('OBJECT', 'ENCODING', name))
    state.push(comparable(['EXPIRETIME'], await client.send('EXPIRETIME', name)))
    if (read) state.push(comparable(read, await client.send(...read)))
    if (type === '+stream') state.push(await client.send('XINFO', 'STREAM', name), ...(await groups(client, name)))
  }
  return state
}

/** XINFO GROUPS, and the pending entries of each group without idle times. */
async function groups(client: RawClient, stream: string): Promise<Shown[]> {
  const found = await client.send('XINFO', 'GROUPS', stream)
  const state: Shown[] = [found]
  for (const group of typeof found === 'string' ? [] : found.items) {
    const name = typeof group === 'string' ? '' : String(group.items[1]).slice(1)
    state.push(comparable(['XPENDING'], await client.send('XPENDING', stream, name, '-', '+', '1000')))
  }
  return state
}

/** Dumps every key of `from` and restores it in `to` under the same name. */
async function carry(from: RawClient, to: RawClient): Promise<void> {
  const keys = await from.send('KEYS', '*')
  await to.send('FLUSHALL')
  for (const key of typeof keys === 'string' ? [] : keys.items) {
    const name = String(key).slice(1)
    const payload = await from.send('DUMP', name)
    const expiry = await from.send('PEXPIRETIME', name)
    const at = Math.max(0, Number(String(expiry).slice(1)))
    expect(await to.send('RESTORE', name, String(at), String(payload).slice(1), 'ABSTTL'), name).toBe('+OK')
  }
}

describe('the key space answers as redis-server does', () => {
  for (const [number, family] of Object.keys(FAMILIES).entries()) {
    it(`${COMMANDS} generated commands: ${family}`, async () => {
      const [mine, theirs] = await both((port) => RawClient.open(port))
      const [myEvents, theirEvents] = await both((port) => RawClient.open(port))
      for (const client of [mine, theirs]) {
        await client.send('FLUSHALL')
        // hz is how often redis-server checks the timeouts of blocked clients.
        await client.send('CONFIG', 'SET', 'notify-keyspace-events', 'EAmn', 'hz', '500')
        for (const line of WRONG) await client.send(...line)
      }
      await Promise.all([myEvents.send('PSUBSCRIBE', '__key*'), theirEvents.send('PSUBSCRIBE', '__key*')])
      const history: string[] = []
      const lines = [...generate(family, SEED + number, COMMANDS)]
      for (let i = 0; i < lines.length; i += BATCH) {
        const batch = lines.slice(i, i + BATCH)
        const [a, b] = await Promise.all([
          Promise.all(batch.map((line) => mine.send(...line))),
          Promise.all(batch.map((line) => theirs.send(...line))),
        ])
        for (const [j, line] of batch.entries()) {
          history.push(line.join(' '))
          const [got, wanted] = [comparable(line, a[j] ?? 'none'), comparable(line, b[j] ?? 'none')]
          const where = `after ${history
            .slice(-8)
            .map((each) => JSON.stringify(each))
            .join('\n')}`
          expect(text(got), where).toBe(text(wanted))
        }
      }
      for (const client of [mine, theirs]) {
        await client.send('DISCARD')
        await client.send('SELECT', '0')
      }
      const left = await dump(mine)
      expect(left).toEqual(await dump(theirs))
      const [got, wanted] = await Promise.all([myEvents.messages(), theirEvents.messages()])
      expect(got.map(text)).toEqual(wanted.map(text))
      // A string that is `raw` because of earlier commands is not `raw` after a restore.
      const content = await dump(mine, false)
      await carry(mine, theirs)
      expect(await dump(theirs, false)).toEqual(content)
      await carry(theirs, mine)
      expect(await dump(mine, false)).toEqual(content)
      for (const client of [mine, theirs, myEvents, theirEvents]) client.close()
    })
  }
})
