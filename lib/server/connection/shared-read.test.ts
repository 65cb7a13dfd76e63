import { commands, GearsError, type Shard, type ShardReply } from '@gearboard/gears'
import { beforeEach, describe, expect, it } from 'vitest'
import { SharedRead } from './shared-read'

/** A clock that moves only where a test says so, ms. */
let now = 0
const clock = { steady: () => now, wall: () => 1_000_000 + now }

beforeEach(() => {
  now = 0
})

/** A shard that takes so long for an answer; without a number it answers when a test says so. */
class ScriptedShard implements Shard {
  readonly address = '127.0.0.1:1'
  readonly nodeId = null
  readonly slots = []
  distanceMs = 1
  asked = 0
  underWay = 0
  most = 0
  lists = 3
  failure: GearsError | undefined
  life = 'first'
  private readonly held: (() => void)[] = []

  constructor(
    readonly key: string,
    public costMs: number | null,
  ) {}

  send: Shard['send'] = async (command, ...args) => {
    this.asked++
    this.most = Math.max(this.most, ++this.underWay)
    if (this.costMs === null) await new Promise<void>((resolve) => this.held.push(resolve))
    else now += this.costMs + this.distanceMs
    this.underWay--
    if (this.failure) throw this.failure
    return command.decode(Buffer.from('PONG'), args)
  }

  sendApart = this.send

  async answers(afterMs: number): Promise<void> {
    await expect.poll(() => this.held.length).toBe(1)
    now += afterMs + this.distanceMs
    this.held.pop()?.()
  }
}

function reading(...shards: readonly ScriptedShard[]) {
  const gears = {
    eachShard: <T>(work: (shard: Shard) => Promise<T>): Promise<readonly ShardReply<T>[]> =>
      Promise.all(
        shards.map(async (shard): Promise<ShardReply<T>> => {
          try {
            return { shard: { key: shard.key, address: shard.address }, value: await work(shard) }
          } catch (error) {
            if (!(error instanceof GearsError)) throw error
            return { shard: { key: shard.key, address: shard.address }, error }
          }
        }),
      ),
  }
  const lifeOf = (key: string) => shards.find((shard) => shard.key === key)?.life
  return new SharedRead(
    gears,
    {
      command: 'RG.PYDUMPSESSIONS',
      ask: async ({ key, send }) => {
        await send(commands.ping)
        return { of: key, list: Array.from({ length: shards.find((shard) => shard.key === key)?.lists ?? 0 }) }
      },
      sizeOf: ({ list }) => list.length,
    },
    lifeOf,
    clock,
  )
}

/** Viewers that ask every 5 s for so long, ms. */
async function watch(read: SharedRead<unknown>, viewers: number, ms: number): Promise<void> {
  for (const end = now + ms; now < end; now += 5000) {
    await Promise.all(Array.from({ length: viewers }, () => read.read()))
  }
}

describe('an answer that all who ask share', () => {
  it.each([
    [60, 1],
    [400, 5],
    [2000, 10],
    [7000, 3],
  ])('takes three per cent of a server that works on it for %i ms, with %i viewers', async (costMs, viewers) => {
    const shard = new ScriptedShard('a', costMs)
    const read = reading(shard)
    await watch(read, viewers, 2_000_000)
    const [settled, from] = [shard.asked, now]
    await watch(read, viewers, 2_000_000)
    const part = ((shard.asked - settled) * costMs) / (now - from)
    expect(part).toBeLessThan(1 / 25)
    expect(part).toBeGreaterThan(0)
    expect(shard.most).toBe(1)
  })

  it('is never older than 10 minutes, however costly', async () => {
    const shard = new ScriptedShard('a', 60_000)
    const read = reading(shard)
    await watch(read, 2, 3_000_000)
    const before = shard.asked
    now += 600_001
    await read.read()
    expect(shard.asked).toBe(before + 1)
  })

  it.each([0, 3, 20])('is of the moment where it costs %i ms', async (costMs) => {
    const shard = new ScriptedShard('a', costMs)
    const read = reading(shard)
    for (let i = 1; i <= 4; i++) {
      const at = clock.wall()
      expect(await read.read()).toMatchObject({ readAt: at, costly: [] })
      expect(shard.asked).toBe(i)
    }
  })

  it('does not take the way to a server for its cost', async () => {
    const far = new ScriptedShard('a', 2)
    far.distanceMs = 700
    const read = reading(far)
    await read.read()
    await read.read()
    expect(far.asked).toBe(2)
  })

  it('says when it was asked for, of the shard that was asked longest ago, and which one makes it old', async () => {
    const [quick, slow] = [new ScriptedShard('quick', 1), new ScriptedShard('slow', null)]
    slow.lists = 5000
    const read = reading(quick, slow)
    const first = read.read()
    await slow.answers(3000)
    await first
    const readAt = 1_000_002
    now += 5000
    const again = await read.read()
    expect(again.readAt).toBe(readAt)
    expect([quick.asked, slow.asked]).toEqual([2, 1])
    const costly = { shard: 'slow', command: 'RG.PYDUMPSESSIONS', everyMs: 30_000, lists: 5000, toldAt: readAt }
    expect(again.costly).toMatchObject([costly])
  })

  it('is asked anew at once after a change, though it is costly', async () => {
    const shard = new ScriptedShard('a', 2000)
    const read = reading(shard)
    await watch(read, 1, 1_000_000)
    const before = shard.asked
    read.changed()
    await Promise.all([read.read(), read.read(), read.read()])
    await read.read()
    expect(shard.asked).toBe(before + 1)
  })

  it('of before a change serves only those who asked before it', async () => {
    const shard = new ScriptedShard('a', null)
    const read = reading(shard)
    const first = read.read()
    await expect.poll(() => shard.asked).toBe(1)
    read.changed()
    const later = [read.read(), read.read()]
    await shard.answers(2000)
    const { readAt } = await first
    expect(shard.asked).toBe(2)
    await shard.answers(2000)
    for (const { readAt: at } of await Promise.all(later)) expect(at).toBeGreaterThan(readAt ?? 0)
    expect([shard.asked, shard.most]).toEqual([2, 1])
  })

  it('that is costly serves who waited for it, too', async () => {
    const shard = new ScriptedShard('a', null)
    const read = reading(shard)
    const all = [read.read()]
    await expect.poll(() => shard.asked).toBe(1)
    all.push(read.read(), read.read())
    await shard.answers(1500)
    await Promise.all(all)
    expect(shard.asked).toBe(1)
  })

  it.each(['unreachable', 'timeout'] as const)(
    'is asked for again at once where a shard was silent: %s',
    async (code) => {
      const shard = new ScriptedShard('a', 4000)
      const read = reading(shard)
      shard.failure = new GearsError(code, 'no answer')
      expect((await read.read()).answers).toMatchObject([{ error: { code } }])
      shard.failure = undefined
      expect((await read.read()).answers).toMatchObject([{ value: { of: 'a' } }])
    },
  )

  it('is asked for as seldom where the server refuses it late', async () => {
    const shard = new ScriptedShard('a', 2000)
    shard.failure = new GearsError('rejected', 'ERR not now')
    const read = reading(shard)
    await read.read()
    expect((await read.read()).answers).toMatchObject([{ error: { message: 'ERR not now' } }])
    expect(shard.asked).toBe(1)
  })

  it('of another server is not shown as that of the one that is there now', async () => {
    const shard = new ScriptedShard('a', 2000)
    const read = reading(shard)
    await read.read()
    shard.life = 'second'
    await read.read()
    expect(shard.asked).toBe(2)
  })

  it('is cheap again once it lists little', async () => {
    const shard = new ScriptedShard('a', 5000)
    shard.lists = 4000
    const read = reading(shard)
    await watch(read, 1, 1_000_000)
    ;[shard.lists, shard.costMs] = [5, 1]
    read.changed()
    await read.read()
    const before = shard.asked
    await read.read()
    expect(shard.asked).toBe(before + 1)
  })

  it('counts no connecting: the first answer on a new connection says nothing of the cost', async () => {
    const shard = new ScriptedShard('a', 900)
    shard.distanceMs = 0
    const read = reading(shard)
    await read.read()
    ;[shard.distanceMs, shard.costMs] = [1, 2]
    expect(await read.read()).toMatchObject({ costly: [] })
    expect(shard.asked).toBe(2)
  })
})
