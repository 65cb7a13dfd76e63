import { afterEach, expect, test } from 'vitest'
import { RedisGears } from '../gears'
import { commands } from '../index'
import { ReplayServer } from '../testing/replay-server'

const closes: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close()
})

const NAME = 'mymaster'
const at = (port: number) => `127.0.0.1:${port}`
const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
const array = (...items: readonly string[]) => `*${items.length}\r\n${items.join('')}`

async function started(answer: ReplayServer['answer']): Promise<ReplayServer> {
  const server = await ReplayServer.start()
  closes.push(() => server.stop())
  server.answer = answer
  return server
}

const master = () => started(() => '+PONG\r\n')

/** A sentinel that knows these masters, by name. */
function sentinel(masters: Readonly<Record<string, number>>): Promise<ReplayServer> {
  return started(([, sub = '', name = '']) => {
    if (sub.toUpperCase() === 'MASTERS')
      return array(...Object.keys(masters).map((each) => array(bulk('name'), bulk(each))))
    const port = masters[name]
    return port === undefined ? '*-1\r\n' : array(bulk('127.0.0.1'), bulk(String(port)))
  })
}

function clientOf(ports: readonly number[]): RedisGears {
  const gears = new RedisGears(`redis+sentinel://${ports.map(at).join(',')}/${NAME}`, { timeoutMs: 2000 })
  closes.push(() => gears.close())
  return gears
}

const questions = ({ seen }: ReplayServer) => seen.filter(([name]) => name?.toUpperCase() === 'SENTINEL').length

test('the first that answers names the master; those behind it are not asked', async () => {
  const to = await master()
  const asked = async () => {
    const [first, second] = [await sentinel({ [NAME]: to.port }), await sentinel({ [NAME]: to.port })]
    const gears = clientOf([first.port, second.port])
    expect(await gears.send(commands.ping)).toBe('PONG')
    expect(gears.namedBy).toBe(at(first.port))
    return [questions(first), questions(second)]
  }
  // On a busy machine the first one may be slow, and then the second is asked, too.
  await expect.poll(asked).toEqual([1, 0])
})

test('one that is silent keeps no other from being asked, and the one that answered is asked first from then on', async () => {
  const [old, next] = [await ReplayServer.start(), await master()]
  old.answer = () => '+PONG\r\n'
  const silent = await started(() => undefined)
  const masters = { [NAME]: old.port }
  const answering = await sentinel(masters)
  const gears = clientOf([silent.port, answering.port])
  expect(await gears.send(commands.ping)).toBe('PONG')
  expect(gears.namedBy).toBe(at(answering.port))

  const before = questions(silent)
  masters[NAME] = next.port
  await old.stop()
  await expect.poll(() => gears.send(commands.ping).catch(String)).toBe('PONG')
  expect(next.seen.map(([name]) => name?.toUpperCase())).toContain('PING')
  expect(questions(silent)).toBe(before)
})

test('one that does not know the name is passed over for one that does', async () => {
  const to = await master()
  const gears = clientOf([(await sentinel({ other: to.port })).port, (await sentinel({ [NAME]: to.port })).port])
  expect(await gears.send(commands.ping)).toBe('PONG')
})

test.each([
  [[], `no master named "${NAME}"`],
  [['a'], `no master named "${NAME}"; it knows "a"`],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'], `no master named "${NAME}"; it knows "a", "b", "c", "d", "e" and 2 more`],
])('where none knows the name, the names that are known are told: %j', async (names, message) => {
  const known = await sentinel(Object.fromEntries(names.map((name) => [name, 1])))
  await expect(clientOf([known.port]).send(commands.ping)).rejects.toMatchObject({
    code: 'rejected',
    refusal: 'unknown_master',
    message,
  })
})

test.each([
  ['-NOAUTH Authentication required.\r\n', 'sentinel_password'],
  ['-NOPERM this user has no permissions to run the command\r\n', 'sentinel_permission'],
  ["-ERR unknown command 'SENTINEL'\r\n", 'no_sentinel'],
])('a refusal is one of the sentinel, not of a server of data: %s', async (reply, refusal) => {
  const saying = await started(() => reply)
  await expect(clientOf([saying.port]).send(commands.ping)).rejects.toMatchObject({
    code: 'rejected',
    refusal,
    address: at(saying.port),
  })
})
