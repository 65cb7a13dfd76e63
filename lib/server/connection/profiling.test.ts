import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAbandoned, readMark } from '@/lib/server/connection/profiling'
import { formCluster, type GearsEngine, openGears } from '@/packages/engine/test/gears-harness'
import { status, watch } from '@/test/watched-connection'

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

describe('a profiled run that a shard does not follow', () => {
  let engine: GearsEngine
  beforeAll(async () => {
    engine = await openGears('--shards', '3')
  })
  afterAll(() => engine.stop())

  test('leaves no shard switched on, nor any mark', async () => {
    const shards = await Promise.all(engine.ports.map((_, at) => engine.connect(at)))
    await formCluster(shards)
    await shards[2]?.('ACL', 'SETUSER', 'default', '-rg.configset')
    const connection = watch(engine.ports[0] ?? 0)
    await status(connection, 'live')
    await expect(connection.profiling.begin()).rejects.toMatchObject({
      code: 'partial',
      message: 'Not run: ProfileExecutions could not be switched on on 1 of 3 shards.',
    })
    for (const send of shards.slice(0, 2)) {
      expect(await send('RG.CONFIGGET', 'ProfileExecutions', 'GearboardProfiledRun')).toEqual([0, ''])
    }
    await shards[2]?.('ACL', 'SETUSER', 'default', '+rg.configset')
    // What the third is owed is paid as soon as it takes it: then another run may begin.
    await expect.poll(() => connection.profiling.state.owed).toEqual([])
    await connection.profiling.begin()
    expect(await shards[2]?.('RG.CONFIGGET', 'ProfileExecutions')).toEqual([1])
    await connection.profiling.restore()
    for (const send of shards) expect(await send('RG.CONFIGGET', 'ProfileExecutions')).toEqual([0])
  })
})
