import { expect, onTestFinished, test } from 'vitest'
import { commands, GearsError, type GearsOptions, RedisGears } from '.'
import { ReplayServer } from './testing/replay-server'

type Answer = string | number | readonly Answer[]

const resp = (answer: Answer): string => {
  if (typeof answer === 'number') return `:${answer}\r\n`
  if (typeof answer === 'string') return `$${Buffer.byteLength(answer)}\r\n${answer}\r\n`
  return `*${answer.length}\r\n${answer.map(resp).join('')}`
}

const ID = `${'0'.repeat(40)}-7`
const TO_TEXT = '<function GearsBuilder.run.<locals>.<lambda> at 0x7f0a>'

/** RG.GETEXECUTION of an execution with so many results, whose last step has this callback. */
const plan = (results: number, callback: string): Answer => {
  const step = ['type', 'map', 'duration', 0, 'name', 'RedisGearsPy_PyCallbackMapper', 'arg', callback]
  const counts = ['shards_received', 0, 'shards_completed', 0, 'results', results]
  const times = ['total_duration', 1, 'read_duration', 0]
  const report = ['status', 'done', ...counts, 'errors', [], ...times, 'steps', [step]]
  return [['shard_id', '0'.repeat(40), 'execution_plan', report]]
}

/** A client of a server of its own that answers so; what it does not name is answered with an empty list. */
async function clientOf(answers: Readonly<Record<string, Answer | undefined>>, options: GearsOptions = {}) {
  const server = await ReplayServer.start()
  server.answer = ([name = '']) => {
    if (!(name in answers)) return '*0\r\n'
    const answer = answers[name]
    return answer === undefined ? undefined : resp(answer)
  }
  const gears = new RedisGears(`redis://127.0.0.1:${server.port}`, { cluster: false, ...options })
  onTestFinished(async () => {
    await gears.close()
    await server.stop()
  })
  return { gears, sent: () => server.seen.map(([name]) => name).filter((name) => name?.startsWith('RG.')) }
}

async function failure(work: Promise<unknown>): Promise<GearsError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof GearsError)) throw new Error(`no GearsError but ${String(error)}`)
  return error
}

test.each(['getResults', 'getResultsBlocking'] as const)(
  '%s sends nothing where the plan does not show text, and asks for it where a person says so',
  async (method) => {
    const { gears, sent } = await clientOf({ 'RG.GETEXECUTION': plan(2, '<function raw at 0x7f0a>') })
    expect(await failure(gears[method](ID))).toMatchObject({ code: 'invalid_request' })
    expect(sent()).toEqual(['RG.GETEXECUTION'])
    await gears[method](ID, { unproven: true }).catch(() => undefined)
    expect(sent().slice(1)).toEqual([`RG.${method.toUpperCase()}`])
  },
)

test.each([
  ['the plan ends in text', plan(2, TO_TEXT)],
  ['there are no results', plan(0, '<function raw at 0x7f0a>')],
])('results are read without consent where %s', async (_, answer) => {
  const { gears, sent } = await clientOf({ 'RG.GETEXECUTION': answer, 'RG.GETRESULTS': [['a'], []] })
  expect(await gears.getResults(ID)).toMatchObject({ results: ['a'], errors: [] })
  expect(sent()).toEqual(['RG.GETEXECUTION', 'RG.GETRESULTS'])
})

test('eachShard works with every shard, and gives what each said or why it did not', async () => {
  const { gears } = await clientOf({ PING: 'PONG' })
  const answers = await gears.eachShard((shard) => shard.send(commands.ping))
  expect(answers).toMatchObject([{ value: 'PONG' }])
  const failed = await gears.eachShard(() => Promise.reject(new GearsError('rejected', 'no')))
  expect(failed).toMatchObject([{ error: { code: 'rejected' } }])
})

test.each([
  ['a command', (gears: RedisGears) => gears.send(commands.unregister, ID)],
  ['a command that blocks', (gears: RedisGears) => gears.send(commands.pauseRegistration, ID)],
])('%s that was written and gets no answer may have run: it is not said to be unsent', async (_, send) => {
  const silent = { 'RG.UNREGISTER': undefined, 'RG.PAUSEREGISTRATIONS': undefined }
  const { gears, sent } = await clientOf(silent, { timeoutMs: 200, blockingTimeoutMs: 200 })
  const error = await failure(send(gears))
  expect(error.code).toBe('timeout')
  expect(error.notSent).not.toBe(true)
  expect(sent()).toHaveLength(1)
})
