import { afterEach, describe, expect, it, test } from 'vitest'
import { RedisGears } from '../gears'
import { ReplayServer } from '../testing/replay-server'
import { NO_SUCH_COMMAND, RG_COMMANDS, versionText } from './probe'

const closes: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close()
})

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
const array = (...items: readonly string[]) => `*${items.length}\r\n${items.join('')}`
const NIL = '*-1\r\n'
const NOPERM = '-NOPERM this user has no permissions to run this command\r\n'
const loaded = (name: string, version: number) => array(bulk('name'), bulk(name), bulk('ver'), `:${version}\r\n`)
const info = (...lines: readonly string[]) => bulk([...lines, ''].join('\r\n'))

interface Server {
  /** Replies by name, in place of those of 1.2.13 on Redis 7.0.15. */
  readonly instead?: Readonly<Record<string, string>>
  /** Commands, lower case, that it does not have. */
  readonly lacks?: readonly string[]
  /** Refusals between MULTI and its end, by name; MULTI's own reply. */
  readonly denied?: Readonly<Record<string, string>>
  readonly multi?: string | undefined
}

/** A client of a server that answers so. */
async function serverOf({ instead = {}, lacks = [], denied = {}, multi = '+OK\r\n' }: Server) {
  const server = await ReplayServer.start()
  closes.push(() => server.stop())
  server.answer = ([name = '', , ...names]) => {
    const word = name.toUpperCase()
    if (instead[word] !== undefined) return instead[word]
    if (word === 'INFO')
      return info('redis_version:7.0.15', 'redis_mode:standalone', 'cluster_enabled:0', 'role:master')
    if (word === 'MODULE') return array(loaded('rg', 10213))
    if (word === 'COMMAND')
      return array(...names.map((one) => (lacks.includes(one) ? NIL : array(bulk(one), ':-1\r\n'))))
    if (word === 'RG.DUMPPLUGINS') return array(array(bulk('GearsPythonPlugin'), ':10000\r\n'))
    if (word === 'RG.INFOCLUSTER') return bulk('no cluster mode')
    if (word === 'CLUSTER') return '-ERR This instance has cluster support disabled\r\n'
    return word === 'MULTI' ? multi : '+OK\r\n'
  }
  server.queue = ([name = '']) => denied[name.toUpperCase()] ?? '+QUEUED\r\n'
  const gears = new RedisGears(`redis://127.0.0.1:${server.port}`, { timeoutMs: 1000 })
  closes.push(() => gears.close())
  return { server, gears }
}

const probed = async (server: Server) => (await serverOf(server)).gears.probe()

it.each([
  [10213, '1.2.13'],
  [10009, '1.0.9'],
  [999999, '99.99.99'],
  [20000, '2.0.0'],
])('version %i is %s', (version, words) => {
  expect(versionText(version)).toBe(words)
})

describe('which RedisGears it is', () => {
  test('1.2 with its Python', async () => {
    expect(await probed({})).toEqual({
      redisVersion: '7.0.15',
      gearsVersion: '1.2.13',
      generation: '1.2',
      python: true,
      cluster: false,
      clusterInitialised: false,
      unavailable: [],
    })
  })

  test('1.0 by its version, whose Python is always there', async () => {
    const lacks = RG_COMMANDS.map((name) => name.toLowerCase()).filter((name) => /sessions|plugins/.test(name))
    const found = await probed({ instead: { MODULE: array(loaded('rg', 10009)) }, lacks })
    expect(found).toMatchObject({ generation: '1.0', gearsVersion: '1.0.9', python: true })
    expect(found.unavailable).toEqual(lacks.map((name) => ({ command: name.toUpperCase(), reason: NO_SUCH_COMMAND })))
  })

  test('a development build is of the newest generation', async () => {
    expect(await probed({ instead: { MODULE: array(loaded('rg', 999999)) } })).toMatchObject({ generation: '1.2' })
  })

  test.each([
    [[], '1.2'],
    [['rg.pydumpsessions', 'rg.dumpplugins'], '1.0'],
  ] as const)('by its commands where the version may not be asked: without %j it is %s', async (lacks, generation) => {
    expect(await probed({ instead: { MODULE: NOPERM }, lacks })).toMatchObject({ generation, gearsVersion: null })
  })

  test('one without the Python plugin', async () => {
    const found = await probed({ instead: { 'RG.DUMPPLUGINS': array() }, lacks: ['rg.pyexecute'] })
    expect(found.python).toBe(false)
  })

  test('a replica, by what INFO says', async () => {
    const INFO = info('redis_version:6.2.0', 'redis_mode:standalone', 'cluster_enabled:0', 'role:slave')
    expect(await probed({ instead: { INFO } })).toMatchObject({ redisVersion: '6.2.0', cluster: false, replica: true })
  })
})

describe('what it is not', () => {
  test.each([
    ['a Redis without modules', { MODULE: array() }, 'module_missing', /is not loaded/],
    ['RedisGears 2', { MODULE: array(loaded('redisgears_2', 20000)) }, 'module_missing', /RedisGears 2 is loaded/],
    [
      'one that hides its modules and has no command of theirs',
      { MODULE: NOPERM, COMMAND: array(NIL) },
      'module_missing',
      /not loaded/,
    ],
    ['a sentinel', { INFO: info('redis_mode:sentinel') }, 'rejected', /redis_mode:sentinel/],
  ])('%s', async (_, instead, code, message) => {
    const { gears } = await serverOf({ instead })
    await expect(gears.identify()).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })
})

describe('what the user may run', () => {
  test('each refusal in the server’s words, and nothing is carried out', async () => {
    const { gears, server } = await serverOf({
      denied: { 'RG.PYEXECUTE': NOPERM, 'RG.CONFIGSET': "-ERR unknown command 'RG.CONFIGSET'\r\n" },
    })
    const { unavailable, permissionsUnknown } = await gears.probe()
    expect(permissionsUnknown).toBeUndefined()
    expect(unavailable.map(({ command }) => command).sort()).toEqual(['RG.CONFIGSET', 'RG.PYEXECUTE'])
    expect(unavailable.find(({ command }) => command === 'RG.PYEXECUTE')?.reason).toMatch(/^NOPERM this user/)
    expect(server.seen.map(([name]) => name?.toUpperCase())).not.toContain('RG.PYEXECUTE')
  })

  test('an error for another reason is no refusal', async () => {
    const denied = { 'RG.ABORTEXECUTION': '-ERR wrong number of arguments\r\n' }
    expect((await probed({ denied })).unavailable).toEqual([])
  })

  test('a server that refuses MULTI refuses no command by that', async () => {
    const found = await probed({ multi: NOPERM })
    expect([found.unavailable, found.permissionsUnknown]).toEqual([[], undefined])
  })

  test('where MULTI is not answered as Redis does, it stays unknown, and nothing that follows is sent', async () => {
    const { gears, server } = await serverOf({ multi: '+QUEUED\r\n' })
    expect(await gears.probe()).toMatchObject({ permissionsUnknown: true, unavailable: [] })
    const after = server.seen.slice(server.seen.findIndex(([name]) => name?.toUpperCase() === 'MULTI') + 1)
    expect(after).toEqual([])
  })
})
