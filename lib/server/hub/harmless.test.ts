import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { History } from '@/lib/server/history/history'
import { readSettings } from '@/lib/server/settings'
import { DEADLY, type EndedExecution, OWN, ScriptedRedis, stepsOf, TO_TEXT } from '@/test/scripted-redis'
import { closedAfter, look, seen, until, watch } from '@/test/watched-connection'
import { allResults, executionDetail, unprovenResults } from '../operations/execution-detail'

const id = (sequence: number) => `${'0'.repeat(40)}-${sequence}`

/** The browser's test looks as often as Gearboard does in an hour; here it is about who asks. */
const LOOKS = 96

const REGISTERED = '<function GearsBuilder.register.<locals>.<lambda> at 0x7fb57690b070>'
const raw = (steps: EndedExecution['steps'], ...values: EndedExecution['values']): EndedExecution => ({ steps, values })

/** Executions whose results crash the server when read, each looking harmless for a reason of its own. */
const UNSAFE: readonly EndedExecution[] = [
  raw(stepsOf(OWN), DEADLY),
  raw(stepsOf(OWN), 'text', DEADLY, 'text'),
  raw([], DEADLY),
  raw(stepsOf(TO_TEXT, OWN), DEADLY),
  raw(stepsOf('<function GearsBuilder.run.<locals>.<lambda> at 0x7f00> at 0x7f00>'), DEADLY),
  raw(stepsOf('<function mine.GearsBuilder.run.<locals>.<lambda> at 0x7f00>'), DEADLY),
  { ...raw(stepsOf(OWN), DEADLY), errors: ['boom'] },
  { ...raw(stepsOf(OWN), DEADLY), status: 'aborted' },
]
const SAFE: readonly EndedExecution[] = [
  raw(stepsOf(OWN, TO_TEXT), 'one'),
  raw(stepsOf(OWN, REGISTERED), 'two'),
  raw(stepsOf(TO_TEXT, TO_TEXT), 'three'),
]

async function gearboard(ended: readonly EndedExecution[]) {
  const redis = await ScriptedRedis.start()
  const data = mkdtempSync(join(tmpdir(), 'gearboard-harmless-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  for (const [n, each] of ended.entries()) redis.ended.set(id(n), each)
  redis.executions = ended.map(({ status = 'done' }, n) => [id(n), status])
  const history = History.open(readSettings({ GEARBOARD_URL: 'redis://127.0.0.1:1', GEARBOARD_DATA: data }))
  closedAfter(
    () => redis.replay.stop(),
    () => history.close(),
  )
  const connection = watch(redis.port, {}, history)
  await until(connection, () => (connection.hub.feed.executions.size === ended.length ? true : undefined))
  const asked = (which: string) => redis.replay.seen.filter(([name, of]) => name === 'RG.GETRESULTS' && of === which)
  return { redis, connection, history, asked }
}

test('a server whose results kill it lives through looks, opened executions and downloads', async () => {
  const { redis, connection, history, asked } = await gearboard([...UNSAFE, ...SAFE])
  await expect.poll(() => SAFE.every((_, n) => asked(id(UNSAFE.length + n)).length > 0)).toBe(true)
  const looks = () => redis.replay.seen.filter(([name]) => name === 'RG.DUMPEXECUTIONS').length
  for (let time = 0; time < LOOKS; time++) {
    await look(connection)
    const which = id(time % redis.executions.length)
    if (time % 8 === 0) await executionDetail(connection, which)
    if (time % 9 === 0) await allResults(connection, which).catch(() => undefined)
  }
  expect(looks()).toBeGreaterThanOrEqual(LOOKS)
  expect(redis.deaths).toBe(0)
  // A key that was never set is a warning in the server's log.
  expect(redis.replay.seen.flat()).not.toContain('GearboardProfiledRun')
  for (const n of UNSAFE.keys()) {
    expect(asked(id(n))).toEqual([])
    expect(await executionDetail(connection, id(n))).toMatchObject({ results: null, withheld: { why: 'unproven' } })
    await expect(allResults(connection, id(n))).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/"override": \["unproven-results"\]/),
    })
  }
  for (const [n, { values }] of SAFE.entries()) {
    expect(await executionDetail(connection, id(UNSAFE.length + n))).toMatchObject({ results: values, withheld: null })
    expect(await allResults(connection, id(UNSAFE.length + n))).toEqual(values)
  }
  // Nothing is remembered that was not read.
  await history.close()
  expect(redis.deaths).toBe(0)
})

test('results that nothing proves to be text are read when somebody asks for them, and remembered', async () => {
  const { redis, connection, asked } = await gearboard([raw(stepsOf(OWN), 7, 8)])
  const key = id(0)
  expect(await executionDetail(connection, key)).toMatchObject({
    results: null,
    withheld: { why: 'unproven' },
    resultCount: 2,
  })
  await expect(unprovenResults(connection, key, [])).rejects.toMatchObject({ code: 'changed' })
  expect(asked(key)).toEqual([])
  expect(await unprovenResults(connection, key, seen(connection, key))).toEqual([7, 8])
  expect(await executionDetail(connection, key)).toMatchObject({ results: [7, 8], withheld: null })
  expect(asked(key)).toHaveLength(1)
  expect(redis.deaths).toBe(0)
})

test('what broke the connection once is not read again by itself, though its plan makes text', async () => {
  const { redis, connection, asked } = await gearboard([])
  const text = raw(stepsOf(OWN, TO_TEXT), DEADLY)
  redis.ended.set(id(1), text)
  redis.executions = [[id(1), 'done']]
  await expect.poll(() => redis.deaths).toBe(1)
  // The same function runs again, on the server that came back.
  for (const n of [5, 6, 7]) redis.ended.set(id(n), text)
  redis.executions = [5, 6, 7].map((n) => [id(n), 'done'])
  await until(connection, () => (connection.hub.feed.executions.get(id(7))?.outcome === 'ok' ? true : undefined))
  for (let time = 0; time < 20; time++) await look(connection)
  expect(await executionDetail(connection, id(6))).toMatchObject({ results: null, withheld: { why: 'broke' } })
  expect(asked(id(5)).length + asked(id(6)).length + asked(id(7)).length).toBe(0)
  expect(redis.deaths).toBe(1)
})

test('results that cannot be read are not told as gone', async () => {
  const { redis, connection } = await gearboard([1, 2, 3, 4].map(() => raw(stepsOf(OWN, TO_TEXT), 'text')))
  const { instead } = redis
  const answer = (n: number, words: string) => instead.set(`RG.GETRESULTS ${id(n)}`, words)
  const deep = `${'*1\r\n'.repeat(200)}:1\r\n`
  answer(0, `*2\r\n*1\r\n${deep}*0\r\n`)
  answer(1, '*1\r\n*0\r\n')
  answer(2, '-NOPERM this user has no permissions\r\n')
  answer(3, '-execution plan does not exist\r\n')
  const why = async (n: number) => (await executionDetail(connection, id(n))).withheld
  expect(await why(0)).toMatchObject({ why: 'unreadable', message: expect.stringContaining('128 nested arrays') })
  expect(await why(1)).toMatchObject({ why: 'unreadable', message: expect.stringContaining('RG.GETRESULTS') })
  expect(await why(2)).toMatchObject({ why: 'refused', message: 'NOPERM this user has no permissions' })
  expect(await why(3)).toEqual({ why: 'gone' })
  await expect(allResults(connection, id(0))).rejects.toMatchObject({ code: 'bad_reply' })
  await expect(allResults(connection, id(2))).rejects.toMatchObject({ code: 'rejected' })
})
