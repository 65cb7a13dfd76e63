import { hostname } from 'node:os'
import { RedisGears } from '@gearboard/gears'
import { describe, expect, test } from 'vitest'
import type { AuditEntry } from '@/lib/model/record/audit'
import { isAbandoned, Profiling, readMark } from '@/lib/server/connection/profiling'
import { resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter } from '@/test/watched-connection'

describe('the mark of a profiled run', () => {
  const here = { before: '0', until: 1000, pid: 7, host: hostname() }
  const there = { ...here, host: 'another-machine' }

  test('is read back, and nothing else is taken for one', () => {
    expect(readMark('before=0 until=1000 pid=7 host=box')).toEqual({ before: '0', until: 1000, pid: 7, host: 'box' })
    for (const text of ['', '1', 'before= until=1 pid=1 host=x', 'before=0 until=1000 pid=7 host='])
      expect(readMark(text)).toBeUndefined()
  })

  test('of this machine is abandoned when its process is no more, or was an earlier one of this id', () => {
    expect(isAbandoned(here, 0, () => true)).toBe(false)
    expect(isAbandoned(here, 0, () => false)).toBe(true)
    expect(isAbandoned({ ...here, pid: process.pid }, 0, () => true)).toBe(true)
  })

  test('of another machine is abandoned when it was not renewed for a minute, whatever clock that machine has', () => {
    expect(isAbandoned(there, 60_000, () => false)).toBe(false)
    expect(isAbandoned(there, 60_001, () => true)).toBe(true)
  })
})

const RUN = `${'0'.repeat(40)}-1`
const THIRD = Math.ceil(16384 / 3)

/** Three shards that have these settings, and one Gearboard that profiles there. */
async function cluster(before: readonly number[] = [0, 0, 0], marks: readonly string[] = []) {
  const shards = await Promise.all(before.map(() => ScriptedRedis.start()))
  closedAfter(...shards.map((shard) => () => shard.replay.stop()))
  const slots = shards.map(({ port }, at) => [
    at * THIRD,
    Math.min(16383, (at + 1) * THIRD - 1),
    ['127.0.0.1', port, String(at).repeat(40)],
  ])
  /** What each shard has now. */
  const settings = before.map((value, at) => ({ value, mark: marks[at] }))
  /** What a shard refuses, by its place. */
  const refusing = new Map<number, 'RG.CONFIGGET' | 'RG.CONFIGSET'>()
  for (const [at, shard] of shards.entries()) {
    shard.slots = slots
    const usual = shard.replay.answer
    shard.replay.answer = (words) => {
      const [name, ...args] = words
      const own = settings[at]
      if (!own || (name !== 'RG.CONFIGGET' && name !== 'RG.CONFIGSET')) return usual(words)
      if (refusing.get(at) === name) return resp(`-NOPERM this user has no permissions to run ${name}`)
      if (name === 'RG.CONFIGGET')
        return resp(
          args.map((key) =>
            key === 'ProfileExecutions' ? own.value : (own.mark ?? `-(error) Unsupported config parameter: ${key}`),
          ),
        )
      for (const [place, key] of args.entries()) {
        if (key === 'ProfileExecutions') own.value = Number(args[place + 1])
        if (key === 'GearboardProfiledRun') own.mark = args[place + 1]
      }
      return resp(args.filter((_, place) => place % 2 === 0).map(() => '+OK'))
    }
  }
  const gears = new RedisGears(`redis://127.0.0.1:${shards[0]?.port}`, { cluster: true })
  const audit: AuditEntry[] = []
  const profiling = new Profiling(
    {
      name: 'default',
      gears,
      history: { recordAudit: async (entry) => void audit.push(entry) },
      reads: { configChanged: () => undefined },
    },
    { lookMs: 5, retryMs: 5 },
  )
  closedAfter(
    () => profiling.close(),
    () => gears.close(),
  )
  return {
    gears,
    shards,
    profiling,
    refusing,
    audit,
    values: () => settings.map(({ value }) => value),
    marks: () => settings.map(({ mark }) => mark),
  }
}

describe('a profiled run', () => {
  test.each([[[0, 0, 0]], [[1, 0, 0]], [[0, 1, 1]]])('gives each shard back what it had: %j', async (before) => {
    const { profiling, values, marks, audit } = await cluster(before)
    await profiling.begin()
    expect(values()).toEqual([1, 1, 1])
    expect(marks().map((text) => readMark(text ?? '')?.before)).toEqual(before.map(String))
    await expect(profiling.begin()).rejects.toMatchObject({ code: 'invalid_request' })
    await profiling.restore()
    expect([values(), marks()]).toEqual([before, ['', '', '']])
    expect(audit).toMatchObject([{ action: 'restoreProfiling', before: 'the run ended', outcome: 'ok', error: null }])
    expect(profiling.state).toEqual({ run: null, owed: [] })
  })

  test.each([0, 1, 2])('that shard %i does not follow leaves no shard switched on, nor any mark', async (refuses) => {
    const { profiling, refusing, values, marks, audit } = await cluster()
    refusing.set(refuses, 'RG.CONFIGSET')
    await expect(profiling.begin()).rejects.toMatchObject({
      code: 'partial',
      message: 'Not run: ProfileExecutions could not be switched on for 1 of 3 shards.',
      details: [{ at: String(refuses).repeat(40), message: expect.stringContaining('NOPERM') }],
    })
    expect(values()).toEqual([0, 0, 0])
    expect(marks().filter((_, at) => at !== refuses)).toEqual(['', ''])
    expect(audit[0]).toMatchObject({ outcome: 'partial', error: expect.stringContaining('NOPERM') })
    await expect(profiling.begin()).rejects.toMatchObject({
      code: 'partial',
      message: 'ProfileExecutions is not restored after an earlier run yet.',
    })
    // What that shard is owed is paid as soon as it takes it: then another run may begin.
    refusing.clear()
    await expect.poll(() => profiling.state.owed).toEqual([])
    await profiling.begin()
    expect(values()).toEqual([1, 1, 1])
    await profiling.restore()
    expect(values()).toEqual([0, 0, 0])
  })

  test('does not begin where a shard does not say what it has: none is switched', async () => {
    const { profiling, refusing, values, marks } = await cluster()
    for (const at of [0, 2]) refusing.set(at, 'RG.CONFIGGET')
    await expect(profiling.begin()).rejects.toMatchObject({
      code: 'partial',
      message: 'Not run: ProfileExecutions could not be switched on for 2 of 3 shards.',
    })
    expect([values(), marks()]).toEqual([
      [0, 0, 0],
      [undefined, undefined, undefined],
    ])
  })

  test('that is followed is switched back when it ends, and not before', async () => {
    const { gears, profiling, shards, values } = await cluster()
    await profiling.begin()
    const [shard] = await gears.shards()
    const asked = () => shards[0]?.replay.seen.filter(([name]) => name === 'RG.GETEXECUTION').length ?? 0
    shards[0]?.ended.set(RUN, { status: 'running', values: [], steps: [] })
    if (shard) profiling.follow(shard, RUN)
    await expect.poll(asked).toBeGreaterThan(3)
    expect(values()).toEqual([1, 1, 1])
    expect(profiling.state.run).toMatchObject({ executionId: RUN })
    shards[0]?.ended.set(RUN, { status: 'done', values: [], steps: [] })
    await expect.poll(values).toEqual([0, 0, 0])
    await expect.poll(() => profiling.state.run).toBeNull()
  })

  test('is switched back when Gearboard ends', async () => {
    const { profiling, values, marks, audit } = await cluster([0, 1, 0])
    await profiling.begin()
    await profiling.close()
    expect([values(), marks()]).toEqual([
      [0, 1, 0],
      ['', '', ''],
    ])
    expect(audit).toMatchObject([{ before: 'Gearboard ended', outcome: 'ok' }])
  })
})

describe('what another Gearboard left', () => {
  const left = (before: string, host: string) => `before=${before} until=1 pid=${2 ** 22 + 1} host=${host}`

  test('is no leftover while that one may be running: no run begins beside it', async () => {
    for (const at of [0, 2]) {
      const marks = ['', '', ''].with(at, left('0', 'another-machine'))
      const { profiling, values } = await cluster([1, 1, 1], marks)
      await expect(profiling.begin()).rejects.toMatchObject({
        code: 'invalid_request',
        message: 'Another Gearboard has a profiled run in progress on this server.',
      })
      expect(values()).toEqual([1, 1, 1])
    }
  })

  test.each(['0', '1'])('is undone where its process has ended: %s', async (before) => {
    const { profiling, values, marks, audit } = await cluster([1, 1, 1], ['', left(before, hostname()), ''])
    await profiling.recover(true)
    expect(values()).toEqual([1, Number(before), 1])
    expect(marks()[1]).toBe('')
    expect(audit).toMatchObject([{ before: 'Gearboard stopped during a profiled run', outcome: 'ok' }])
  })

  test('is only named by a Gearboard that is read-only', async () => {
    const { profiling, values, audit } = await cluster([1, 1, 1], ['', left('0', hostname()), ''])
    await profiling.recover(false)
    expect(values()).toEqual([1, 1, 1])
    expect(audit).toEqual([])
    expect(profiling.state.owed).toMatchObject([
      { at: '1'.repeat(40), message: expect.stringContaining('this Gearboard is read-only') },
    ])
  })

  test('tells what stood before it, where a run begins on top of it', async () => {
    const { profiling, values } = await cluster([1, 1, 1], ['', left('0', hostname()), ''])
    await profiling.begin()
    await profiling.restore()
    expect(values()).toEqual([1, 0, 1])
  })
})
