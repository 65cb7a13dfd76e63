import { GearsError, RedisGears } from '@gearboard/gears'
import { Redis } from 'ioredis'
import { describe, expect, it, test } from 'vitest'
import { startRedis } from '@/test/gears-processes'
import { resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, status, watch } from '@/test/watched-connection'

// A server that lies about its replies, or never ends one: the connection ends, in Gearboard's words, and little was taken of it.

/** What a sender may have written before it learned that the other side reads nothing: the buffers of both sockets. */
const IN_FLIGHT = 24_000_000

function* endless(piece: string, first = ''): Iterable<Buffer> {
  if (first !== '') yield Buffer.from(first)
  const bytes = Buffer.from(piece.repeat(Math.ceil(60_000 / piece.length)))
  for (;;) yield bytes
}

const LIES: readonly (readonly [what: string, answer: () => string | Iterable<Buffer>, words: RegExp])[] = [
  ['a text of 600 MB', () => endless('x', '$600000000\r\n'), /sent a text of 600 MB, more than/],
  ['a list of a billion', () => endless(':1\r\n', '*1000000000\r\n'), /sent a list of 1,000,000,000, more than/],
  ['lists without an end', () => endless('*1\r\n'), /sent lists nested more than 512 deep/],
  ['a length without an end', () => endless('1', '$1'), /sent a length or a number that does not end/],
  ['words without an end', () => endless('x', '+'), /sent words that do not end/],
  ['an error without an end', () => endless('x', '-ERR '), /sent words that do not end/],
  ['pushes that nobody asked for', () => endless('>2\r\n+message\r\n+x\r\n'), /sent a value of RESP3/],
  ['answers that nobody asked for', () => endless('*0\r\n'), /sent an answer to nothing that was asked/],
  ['a negative length', () => '$-7\r\n', /sent a negative length/],
  ['a map of RESP3', () => '%1\r\n+a\r\n:1\r\n', /sent a value of RESP3/],
  ['a text longer than it says', () => '*1\r\n$2\r\nabcdef\r\n', /sent a text that is longer than it says/],
  ['bytes that are no reply', () => 'hello\r\n', /sent what is no reply of Redis/],
]

describe('a server that answers with', () => {
  it.each(LIES)('%s', async (_, answer, words) => {
    const server = await ScriptedRedis.start()
    closedAfter(() => server.replay.stop())
    const honest = server.replay.answer
    server.replay.answer = (command) => (command[0] === 'RG.DUMPEXECUTIONS' ? answer() : honest(command))
    const connection = watch(server.port)
    const { error } = await status(connection, 'refused')
    expect(error).toMatchObject({ code: 'bad_reply', address: `127.0.0.1:${server.port}`, refusal: 'unreadable' })
    expect(error?.message).toMatch(words)
    expect(error?.message).toMatch(/Gearboard ended the connection$/)
    await expect(connection.known()).rejects.toMatchObject({ code: 'bad_reply', message: expect.stringMatching(words) })
    expect(server.replay.mostWritten).toBeLessThan(IN_FLIGHT)
  })

  const WRONG: readonly (readonly [what: string, answer: string])[] = [
    ['a number in the place of a list', ':1\r\n'],
    ['a number beyond 2^53', resp([['executionId', 'a-1', 'status', 'done', 'registered', 0], 1])],
    ['a status that is none', resp([['executionId', 'a-1', 'status', 'asleep', 'registered', 0]])],
    ['a list that lacks a field', resp([['executionId', 'a-1']])],
    [
      'a flag beyond 2^53',
      '*1\r\n*6\r\n$11\r\nexecutionId\r\n$3\r\na-1\r\n$6\r\nstatus\r\n$4\r\ndone\r\n$10\r\nregistered\r\n:9007199254740993\r\n',
    ],
  ]
  it.each(WRONG)('%s', async (_, answer) => {
    const server = await ScriptedRedis.start()
    closedAfter(() => server.replay.stop())
    server.instead.set('RG.DUMPEXECUTIONS', answer)
    const { error } = await status(watch(server.port), 'refused')
    expect(error).toMatchObject({
      code: 'bad_reply',
      message: expect.stringMatching(/^RG\.DUMPEXECUTIONS.*: expected /),
    })
  })
})

test('a command that a person sends fails in the same words, and the next one is answered', async () => {
  const server = await ScriptedRedis.start()
  const gears = new RedisGears(`redis://127.0.0.1:${server.port}`, { cluster: false })
  closedAfter(
    () => gears.close(),
    () => server.replay.stop(),
  )
  for (const [what, answer, words] of LIES) {
    const honest = server.replay.answer
    server.replay.answer = ([name]) => (name === 'RG.PYSTATS' ? answer() : honest([name ?? '']))
    const [told] = await gears.pyStats()
    expect(told, what).toMatchObject({ error: { code: 'bad_reply', message: expect.stringMatching(words) } })
    const blocking = gears.trigger('greet')
    server.replay.answer = honest
    await blocking.catch((error: unknown) => expect(error).toBeInstanceOf(GearsError))
    await expect.poll(async () => (await gears.pyStats()).every((each) => 'value' in each)).toBe(true)
  }
})

test('it is live when it answers as it should', async () => {
  const server = await ScriptedRedis.start()
  closedAfter(() => server.replay.stop())
  server.instead.set('RG.PYSTATS', '$-2\r\n')
  const connection = watch(server.port)
  expect((await status(connection, 'refused')).error).toMatchObject({ code: 'bad_reply' })
  server.instead.clear()
  await status(connection, 'live')
})

test('a connection that many commands find to be the wrong one is told to hang up once', async () => {
  const warnings: string[] = []
  const onWarning = ({ message }: Error) => warnings.push(message)
  process.on('warning', onWarning)
  const server = await ScriptedRedis.start()
  const gears = new RedisGears(`redis://127.0.0.1:${server.port}`, { cluster: false, isMeant: async () => false })
  closedAfter(
    () => process.off('warning', onWarning),
    () => gears.close(),
    () => server.replay.stop(),
  )
  for (let i = 0; i < 3; i++) {
    const told = await Promise.all(Array.from({ length: 40 }, () => gears.pyStats()))
    for (const [answer] of told) expect(answer).toMatchObject({ error: { code: 'unreachable' } })
  }
  // Node warns in its own time.
  await new Promise(setImmediate)
  expect(warnings).toEqual([])
})

test('a server at its limit of clients, that hangs up on a password before it is read', async () => {
  const redis = await startRedis(['--maxclients', '2', '--requirepass', 'right'])
  const others = [1, 2].map(() => new Redis(redis.port, '127.0.0.1', { password: 'right' }))
  closedAfter(() => redis.stop(), ...others.map((client) => () => client.disconnect()))
  for (const client of others) await client.ping()
  for (const url of [`redis://:right@127.0.0.1:${redis.port}`, `redis://default:right@127.0.0.1:${redis.port}`]) {
    const connection = watch(redis.port, { GEARBOARD_URL: url })
    const { error } = await status(connection, 'refused')
    expect(error).toMatchObject({ refusal: 'too_many_clients', message: 'ERR max number of clients reached' })
    await connection.close()
  }
})
