import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Command, commands, GUARDS, Proof, RedisGears } from '@/lib/gears'
import { sentinelMaster, sentinelNames } from '@/lib/gears/commands/sentinel'
import { guardOf, HANDSHAKE } from '@/lib/gears/guard'
import { ReplayServer } from './gears-replay-server'

const ROOT = resolve(import.meta.dirname, '..')
const ID = `${'0'.repeat(40)}-7`

/** Every command object of the client with arguments that it takes: a new one is added here, or the test that counts them fails. */
const sent: Readonly<Record<string, () => { name: string; words: readonly unknown[] }>> = (() => {
  const of =
    <Args extends readonly unknown[]>(command: Command<Args>, ...args: Args) =>
    () => ({ name: command.name, words: command.args(...args) })
  const survives = Proof.ofVersions('7.0.15', 10213)
  if (!survives) throw new Error('1.2.13 survives it')
  const key = Buffer.from('k')
  return {
    abortExecution: of(commands.abortExecution, ID),
    clearRegistrationsStats: of(commands.clearRegistrationsStats),
    clusterMyId: of(commands.clusterMyId),
    clusterSlots: of(commands.clusterSlots),
    clusterState: of(commands.clusterState),
    commandInfo: of(commands.commandInfo, 'rg.pyexecute'),
    configGet: of(commands.configGet, 'MaxExecutions'),
    configSet: of(commands.configSet, ['MaxExecutions', 1]),
    delKey: of(commands.delKey, 'k'),
    dropExecution: of(commands.dropExecution, ID),
    dumpExecutions: of(commands.dumpExecutions),
    dumpPlugins: of(commands.dumpPlugins),
    dumpRegistrations: of(commands.dumpRegistrations),
    expire: of(commands.expire, 'k', 1),
    getExecution: of(commands.getExecution, ID),
    getResults: of(commands.getResults, ID, Proof.ofConsent(ID)),
    getResultsBlocking: of(commands.getResultsBlocking, ID, Proof.ofConsent(ID)),
    hset: of(commands.hset, 'k', ['f', 'v']),
    info: of(commands.info, 'server'),
    infoCluster: of(commands.infoCluster),
    moduleList: of(commands.moduleList),
    objectEncoding: of(commands.objectEncoding, 'k'),
    pauseRegistration: of(commands.pauseRegistration, ID),
    pendingEntries: of(commands.pendingEntries, key, 'g', 1),
    ping: of(commands.ping),
    pyDumpReqs: of(commands.pyDumpReqs),
    pyDumpSessions: of(commands.pyDumpSessions),
    pyDumpSessionsVerbose: of(commands.pyDumpSessionsVerbose),
    pyExecute: of(commands.pyExecute, "GB('ShardsIDReader').run()"),
    pyExecuteRemote: of(commands.pyExecuteRemote),
    pyExportReq: of(commands.pyExportReq, 'redis'),
    pyFreeInterpreter: of(commands.pyFreeInterpreter),
    pyImportReq: of(commands.pyImportReq, [key]),
    pyProfileReset: of(commands.pyProfileReset, 's'),
    pyProfileStats: of(commands.pyProfileStats, 's'),
    pyStats: of(commands.pyStats),
    refreshCluster: of(commands.refreshCluster, survives),
    replication: of(commands.replication),
    rpush: of(commands.rpush, 'k', ['v']),
    sadd: of(commands.sadd, 'k', ['v']),
    scanStreams: of(commands.scanStreams, '0', '*', 10),
    setKey: of(commands.setKey, 'k', 'v'),
    streamEntry: of(commands.streamEntry, key, '0-1'),
    streamGroups: of(commands.streamGroups, key),
    streamInfo: of(commands.streamInfo, key),
    trigger: of(commands.trigger, 't'),
    triggerOnKey: of(commands.triggerOnKey, 't', 'k'),
    unpauseRegistration: of(commands.unpauseRegistration, ID),
    unregister: of(commands.unregister, ID),
    xadd: of(commands.xadd, 'k', ['f', 'v']),
  }
})()

const isCommand = (value: unknown): boolean => typeof value === 'object' && value !== null && 'decode' in value

describe('the table of guards', () => {
  test('every command of the client has an entry for what it sends', () => {
    const all = Object.entries(commands).flatMap(([name, value]) => (isCommand(value) ? [name] : []))
    expect(Object.keys(sent).sort()).toEqual(all.sort())
    const without = Object.entries(sent).flatMap(([name, make]) => {
      const { name: command, words } = make()
      return guardOf(command, words.map(String)) ? [] : [name]
    })
    expect(without).toEqual([])
  })

  test('every entry is of a command that the client has, or says that nobody sends it', () => {
    const toSentinels = [
      { name: 'SENTINEL', words: sentinelMaster.args('m') },
      { name: 'SENTINEL', words: sentinelNames.args() },
    ]
    const all = [...Object.values(sent).map((make) => make()), ...toSentinels]
    const used = new Set(all.map(({ name, words }) => guardOf(name, words.map(String))))
    const unused = Object.entries(GUARDS).flatMap(([form, guard]) =>
      used.has(guard) || guard.sender === 'nobody' || form === 'MULTI' ? [] : [form],
    )
    expect(unused).toEqual([])
  })

  test('each danger says when it is one and what protects from it', () => {
    for (const [form, { dangers }] of Object.entries(GUARDS)) {
      for (const { when, protects } of dangers) expect(when.length * protects.length, form).toBeGreaterThan(0)
    }
  })

  test('what may crash the server while nobody asked for it needs a proof, or cannot be known beforehand', () => {
    const unasked = Object.entries(GUARDS).flatMap(([form, guard]) => {
      const crashes = guard.dangers.some(({ harm }) => harm === 'crash' || harm === 'hang')
      return crashes && guard.sender === 'gearboard' && !('proof' in guard) ? [form] : []
    })
    expect(unasked).toEqual(['RG.DUMPREGISTRATIONS'])
  })
})

describe('where bytes leave', () => {
  /** Files of lib/gears that hand a command to ioredis. */
  const sources = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(ROOT, 'lib', name), 'utf8') }))

  test('only Link hands a command to ioredis, and only lib/gears knows ioredis', () => {
    const callers = sources.filter(({ text }) => /\b(?:callBuffer|sendCommand|\.pipeline\(|\.multi\()/.test(text))
    expect(callers.filter(({ text }) => /callBuffer\(/.test(text)).map(({ name }) => name)).toEqual(['gears/link.ts'])
    const knowing = sources.filter(({ text }) => /from 'ioredis'/.test(text)).map(({ name }) => name)
    expect(knowing.sort()).toEqual([
      'gears/connect.ts',
      'gears/connector.ts',
      'gears/gears.ts',
      'gears/link.ts',
      'gears/wire.ts',
    ])
  })

  test('what a looking client is for stands in lib/server/hub, which names no command that only a person may ask for', () => {
    const named = sources
      .filter(({ name }) => name.startsWith('server/hub/'))
      .flatMap(({ text }) => [...text.matchAll(/\bcommands\.([a-z]\w+)/g)].map(([, command = '']) => command))
    expect(new Set(named).size).toBeGreaterThan(8)
    const asked = [...new Set(named)].filter((name) => {
      const command = sent[name]?.()
      return !command || guardOf(command.name, command.words.map(String))?.sender !== 'gearboard'
    })
    expect(asked).toEqual([])
  })
})

describe('a client', () => {
  let server: ReplayServer
  let gears: RedisGears
  let looking: RedisGears
  beforeAll(async () => {
    server = await ReplayServer.start()
    server.answer = () => '+OK\r\n'
    const url = `redis://127.0.0.1:${server.port}`
    gears = new RedisGears(url, { cluster: false })
    looking = new RedisGears(url, { cluster: false, looking: true })
  })
  afterAll(async () => {
    await Promise.all([gears.close(), looking.close()])
    await server.stop()
  })

  const raw = (name: string, ...words: readonly string[]): Command<[]> => ({
    ...commands.ping,
    name,
    args: () => words,
    decode: String,
  })
  const refused = async (client: RedisGears, command: Command<[]>) => {
    const before = server.seen.length
    const error: unknown = await client.send(command).then(
      () => 'sent',
      (reason: unknown) => reason,
    )
    expect(server.seen.slice(before).map(([name]) => name)).not.toContain(command.name)
    return error
  }

  test.each([
    ['a command that nobody knows', ['FLUSHALL']],
    ['one that the module keeps for itself', ['RG.INNERMSGCOMMAND', 'x']],
    ['one that kills a server out of a cluster', ['RG.NETWORKTEST']],
    ['a profile without a session', ['RG.PYPROFILE', 'STATS']],
    ['a subcommand without an entry', ['RG.PYPROFILE']],
    ['a subcommand of another', ['CLUSTER', 'FAILOVER']],
    ['INFO with what the module writes', ['INFO', 'everything']],
    ['INFO of the module in other letters', ['info', 'Modules']],
    ['an execution of an execution', ['RG.GETEXECUTION', ID]],
    ['results without a proof', ['RG.GETRESULTS', ID]],
    ['results without a proof, spelt small', ['rg.getresults', ID]],
    ['blocking results without a proof', ['RG.GETRESULTSBLOCKING', ID]],
    ['a refresh without a proof', ['RG.REFRESHCLUSTER']],
  ])('refuses %s, and nothing leaves', async (_, [name = '', ...words]) => {
    expect(await refused(gears, raw(name, ...words))).toMatchObject({ code: 'invalid_request' })
  })

  test('refuses a proof that is about another execution', async () => {
    const other = Proof.ofConsent(`${'0'.repeat(40)}-8`)
    const error = await refused(gears, { ...raw('RG.GETRESULTS', ID), proof: () => other })
    expect(error).toMatchObject({ code: 'invalid_request' })
    const own = Proof.ofConsent(ID)
    expect(await gears.send({ ...raw('RG.GETRESULTS', ID), proof: () => own })).toBe('OK')
  })

  test('that only looks sends nothing that a person must ask for', async () => {
    const asked = Object.entries(GUARDS).filter(([, { sender }]) => sender === 'person')
    expect(asked.length).toBeGreaterThan(15)
    for (const [form] of asked) {
      const [name = '', ...words] = form.split(' ')
      expect(await refused(looking, raw(name, ...words, ID)), form).toMatchObject({ code: 'invalid_request' })
    }
  })

  test('sends no more than the table and the handshake to find out what there is', async () => {
    const before = server.seen.length
    await looking.probe().catch(() => undefined)
    const names = server.seen.slice(before).map(([name = '', ...words]) => ({ name, known: guardOf(name, words) }))
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter(({ name, known }) => !known && !HANDSHAKE.some((each) => each === name))).toEqual([])
  })
})
