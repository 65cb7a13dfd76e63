import { slotOf } from '@gearboard/gears/vocabulary/slots'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { TEMPLATES } from '@/lib/functions/templates'
import type { ScenarioValue } from '@/packages/engine/test/conformance/wire'
import {
  formCluster,
  type GearsEngine,
  openGears,
  type SendCommand,
  SLOW_TEST_MS,
  until,
} from '@/packages/engine/test/gears-harness'

/** Runs every template on each of three shards: what it registers must work for the keys of each. */

vi.setConfig({ testTimeout: SLOW_TEST_MS, hookTimeout: SLOW_TEST_MS })

let engine: GearsEngine
let shards: Shard[]

interface Shard {
  readonly send: SendCommand
  /** A hash tag in the shard's slots. */
  readonly tag: string
}

beforeAll(async () => {
  engine = await openGears('--shards', '3')
  const sends = await Promise.all([0, 1, 2].map((shard) => engine.connect(shard)))
  await formCluster(sends)
  shards = sends.map((send, i) => ({ send, tag: tagOf(i) }))
})

afterAll(() => engine.stop())

/** Slots are divided evenly, in the order of the shards. */
function tagOf(shard: number): string {
  for (let n = 0; ; n++) if (Math.floor((slotOf(`t${n}`) * 3) / 16384) === shard) return `{t${n}}`
}

afterEach(async () => {
  for (const { send } of shards) {
    for (const id of await registrations(send)) await send('RG.UNREGISTER', id).catch(() => undefined)
    await until(async () => ((await registrations(send)).length === 0 ? true : undefined))
    await send('FLUSHALL')
  }
})

const listOf = (value: ScenarioValue): readonly ScenarioValue[] => (Array.isArray(value) ? value : [])
const registrations = async (send: SendCommand): Promise<string[]> =>
  listOf(await send('RG.DUMPREGISTRATIONS')).map((entry) => String(listOf(entry)[1]))

/** Waits for the one key that a function writes on a shard. */
const written = ({ send }: Shard, pattern: string): Promise<string> =>
  until(async () => {
    const [key] = listOf(await send('KEYS', pattern))
    return key === undefined ? undefined : String(key)
  })

interface Check {
  /** Changes the script to shorten the wait or the work. */
  readonly with?: (script: string) => string
  readonly before?: (shard: Shard) => Promise<unknown>
  /** Checks the results of a run, as text. */
  readonly results?: (results: readonly string[]) => void
  /** Runs on each shard after registration. */
  readonly fires?: (shard: Shard) => Promise<void>
  /** Runs only on the shard that received the script. */
  readonly there?: (shard: Shard) => Promise<void>
}

const CHECKS: Readonly<Record<string, Check>> = {
  'word-count': {
    before: ({ send, tag }) => send('SET', `text:${tag}`, 'to be or not to be'),
    results: (results) => expect(results).toContain("{'key': 'be', 'value': 6}"),
  },
  'delete-by-prefix': {
    before: ({ send, tag }) => send('SET', `tmp:${tag}`, 'a'),
    results: (results) => expect(results).toEqual(['3']),
    fires: async ({ send }) => expect(await send('KEYS', 'tmp:*')).toEqual([]),
  },
  'monte-carlo-pi': {
    with: (script) => script.replace('THROWS = 200000', 'THROWS = 2000'),
    results: ([pi = '', ...more]) => {
      expect(more).toEqual([])
      expect(Math.abs(Number(pi) - Math.PI)).toBeLessThan(0.3)
    },
  },
  'key-census': {
    before: ({ send, tag }) => send('HSET', `census:${tag}`, 'f', '1'),
    results: (results) => expect(results).toEqual(["{'key': 'hash', 'value': 3}"]),
  },
  'key-expiry': {
    fires: async (shard) => {
      await shard.send('SET', `session:${shard.tag}`, 'x', 'PX', '20')
      const stream = await written(shard, 'expired:*')
      expect(JSON.stringify(await shard.send('XRANGE', stream, '-', '+'))).toContain(`session:${shard.tag}`)
    },
  },
  'write-behind': {
    fires: async (shard) => {
      await shard.send('HSET', `product:${shard.tag}`, 'price', '40')
      const stream = await written(shard, 'changes:*')
      expect(JSON.stringify(await shard.send('XRANGE', stream, '-', '+'))).toContain('"price","40"')
    },
  },
  'stream-retry': {
    with: (script) => script.replace('duration=1000', 'duration=100'),
    fires: async (shard) => {
      await shard.send('XADD', `incoming:${shard.tag}`, '*', 'country', 'NO', 'total', '12.5')
      expect(await shard.send('HGETALL', await written(shard, 'revenue:*'))).toEqual(['NO', '12.5'])
    },
  },
  'cache-aside': {
    fires: async ({ send, tag }) => expect(await send('GET', `cache:${tag}`)).toBe(`value of cache:${tag}`),
  },
  'scheduled-work': {
    with: (script) => script.replace('registerTE(5,', 'registerTE(1,'),
    there: async (shard) => {
      const heartbeat = await written(shard, 'heartbeat:*')
      expect(Number(await shard.send('HGET', heartbeat, 'at'))).toBeGreaterThan(0)
      await shard.send('DEL', await written(shard, 'timer:*'))
    },
  },
  command: {
    fires: async ({ send }) =>
      expect(await send('RG.TRIGGER', 'greet', 'world')).toEqual(['Hello, world. You are number 1.']),
  },
  'rate-limiter': {
    fires: async ({ send, tag }) =>
      expect(await send('RG.TRIGGERONKEY', 'rate.allow', `rate:${tag}`, '5', '60')).toEqual([[1, 4, 60]]),
  },
  'command-hook': {
    fires: async ({ send, tag }) => {
      await send('HSET', `user:${tag}`, 'name', 'Ada')
      expect(Number(await send('HGET', `user:${tag}`, 'updated'))).toBeGreaterThan(0)
    },
  },
}

it('has a check for each template', () => {
  expect(Object.keys(CHECKS).toSorted()).toEqual(TEMPLATES.map(({ id }) => id).toSorted())
})

describe.each(TEMPLATES)('template $id', ({ id, script, action }) => {
  it.each([0, 1, 2])('works for every shard, sent to shard %i', async (from) => {
    const check = CHECKS[id] ?? {}
    const sender = shards[from]
    if (!sender) throw new Error(`no shard ${from}`)
    if (check.before) for (const shard of shards) await check.before(shard)
    const reply = await sender.send('RG.PYEXECUTE', check.with?.(script) ?? script)
    if (action === 'run') {
      const [results, errors] = listOf(reply)
      expect(errors).toEqual([])
      check.results?.(listOf(results ?? null).map(String))
    } else {
      expect(reply).toEqual({ '+': 'OK' })
    }
    for (const shard of shards) {
      if (action === 'register')
        await until(async () => ((await registrations(shard.send)).length > 0 ? true : undefined))
      await check.fires?.(shard)
    }
    await check.there?.(sender)
    for (const { send } of shards) expect(await send('PING')).toEqual({ '+': 'PONG' })
  })
})
