import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Command, commands, GearsError, RedisGears, type Shard } from './index'
import { asked, withArguments } from './testing/commands'
import { allRecordings, PLAYS, type Recording, recordings } from './testing/recordings'
import { ReplayServer } from './testing/replay-server'
import { configNames } from './vocabulary/config-keys'
import { errorTitle, readError } from './vocabulary/traceback'

let server: ReplayServer
const clients = new Map<2 | 3, RedisGears>()
const shards = new Map<2 | 3, Shard>()

beforeAll(async () => {
  server = await ReplayServer.start()
})

afterAll(() => server.stop())

/** Clients of both protocols, which have seen nothing yet. */
const freshClients = async () => {
  for (const protocol of [2, 3] as const) {
    const gears = new RedisGears(`redis://127.0.0.1:${server.port}`, { cluster: false, protocol })
    clients.set(protocol, gears)
    const [shard] = await gears.shards()
    if (shard) shards.set(protocol, shard)
  }
}

const closeClients = async () => {
  for (const gears of clients.values()) await gears.close()
}

/** The recorded reply, sent by a server over TCP and read by the client as any other. */
function replay<T>(recording: Recording & { raw: string }, command: Command<readonly [], T>): Promise<T> {
  server.answer = () => Buffer.from(recording.raw, 'latin1')
  const shard = shards.get(recording.protocol ?? 2)
  if (!shard) throw new Error('no shard')
  return shard.send(command)
}

/** The words of an error reply. */
const words = (raw: string) => Buffer.from(raw.slice(1, -2), 'latin1').toString()

describe.each(PLAYS)('%s: every recorded reply', (play) => {
  beforeAll(freshClients)
  afterAll(closeClients)

  const all = recordings(play).filter(({ command }) => asked(command))

  it('is there', () => expect(all.length).toBeGreaterThan(10))

  it.each(all.map((recording) => [recording.name, recording] as const))('%s', async (_name, recording) => {
    const question = asked(recording.command)
    if (!question) throw new Error('no such command')
    if (recording.raw.startsWith('-')) {
      const error = await replay(recording, question.send).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(GearsError)
      expect(error).toMatchObject({
        code: play === 'plain-redis' ? 'module_missing' : 'rejected',
        message: words(recording.raw),
      })
      return
    }
    if (recording.raw === '+QUEUED\r\n') {
      // Redis' own answer inside a MULTI, which the client never opens around a command.
      const place = 'RG.PYEXECUTE: expected OK, an execution id, results or errors, got "QUEUED"'
      await expect(replay(recording, question.send)).rejects.toMatchObject({ code: 'bad_reply', message: place })
      return
    }
    const value = await replay(recording, question.send)
    expect(question.shape(value), JSON.stringify(value)?.slice(0, 2000)).toBe(true)
  })
})

describe('commands that no client sends', () => {
  it('are all that is left', () => {
    const left = new Set(
      PLAYS.flatMap((play) => recordings(play))
        .filter(({ command }) => !asked(command))
        .map(({ command: [name] }) => name?.toUpperCase()),
    )
    expect([...left].sort()).toEqual([
      'CLUSTER',
      'RG.CLUSTERSET',
      'RG.CLUSTERSETFROMSHARD',
      'RG.HELLO',
      'RG.INNERHOOK',
      'RG.INNERMSGCOMMAND',
      'RG.INNERREGISTER',
      'RG.INNERUNREGISTER',
      'RG.NETWORKTEST',
      'RG.PYISRUNNING',
    ])
  })
})

const named = (play: (typeof PLAYS)[number], name: string) => {
  const found = recordings(play).find((recording) => recording.name === name)
  if (!found) throw new Error(`no recording ${name}`)
  return found
}

const read = <Args extends readonly unknown[], T>(
  play: (typeof PLAYS)[number],
  name: string,
  command: Command<Args, T>,
  ...args: Args
): Promise<T> => {
  const recording = named(play, name)
  return replay(recording, withArguments(command, args))
}

describe('values, one of each kind', () => {
  beforeAll(freshClients)
  afterAll(closeClients)

  it('a stream registration of 1.2', async () => {
    const all = await read('standalone', 'dumpregistrations.stream-all', commands.dumpRegistrations)
    expect(all.find(({ description }) => description === 'stream all')).toMatchObject({
      id: `${'0'.repeat(40)}-82`,
      reader: 'StreamReader',
      mode: 'async_local',
      counters: { triggered: 0, success: 0, failures: 0, aborted: 0 },
      durations: { lastMs: 0, totalMs: 0, averageMs: 0 },
      lag: { lastMs: 0, averageMs: 0 },
      status: 'OK',
      args: {
        prefix: 'su:*',
        batchSize: 5,
        durationMs: 100,
        trimStream: false,
        onFailedPolicy: 'continue',
        retryIntervalS: 7,
      },
      threadPool: 'DefaultPool',
      privateData: {
        session: '674fa05556a1535d80496269037b3b8024925157',
        sessionDescription: null,
        requirements: [],
      },
    })
  })

  it('a stream registration of 1.0: what it does not tell is null', async () => {
    const all = await read('v1.0.9', 'dumpregistrations.stream-all', commands.dumpRegistrations)
    expect(all.find(({ description }) => description === 'stream all')).toMatchObject({
      reader: 'StreamReader',
      durations: null,
      lag: null,
      status: 'OK',
      args: { prefix: 'su:*', batchSize: 5, durationMs: 100, trimStream: null, onFailedPolicy: null },
      threadPool: null,
      privateData: { session: `${'0'.repeat(40)}-20` },
    })
  })

  it('a double of RESP3', async () => {
    const all = await read('resp3', 'dumpregistrations.stream-min', commands.dumpRegistrations)
    expect(all.find(({ reader }) => reader === 'StreamReader')).toMatchObject({ lag: { averageMs: 0 } })
  })

  it('a plan: in data-flow order, durations unknown without profiling', async () => {
    const [part] = await read('standalone', 'getexecution.done', commands.getExecution, '')
    expect(part).toMatchObject({ shard: '0'.repeat(40), status: 'done', results: 3, errors: [] })
    expect(part?.steps.map(({ type }) => type)).toEqual(['map', 'map', 'map', 'collect'])
    expect(part?.steps[0]).toEqual({
      type: 'map',
      name: 'RedisGearsPy_ToPyRecordMapper',
      arg: '',
      durationMs: null,
      global: false,
    })
    expect(part?.steps.at(-1)).toMatchObject({ type: 'collect', global: true })
  })

  it('an error of 1.0, without the NUL that it sends at its end', async () => {
    const reply = await read('v1.0.9', 'pyexecute.error-in-every-record', commands.pyExecute, '')
    if (reply.kind !== 'results') throw new Error(`results, not ${reply.kind}`)
    expect(reply.errors.map((error) => errorTitle(readError(error)))).toEqual(['ZeroDivisionError: division by zero'])
  })

  it('the parts of three shards', async () => {
    const parts = await read('cluster', 'getexecution.default.shard1', commands.getExecution, '')
    expect(parts.map(({ results, shardsReceived }) => [results, shardsReceived])).toEqual([
      [40, 2],
      [0, 0],
      [0, 0],
    ])
  })

  it('the four answers of PYEXECUTE', async () => {
    const execute = (name: string) => read('standalone', name, commands.pyExecute, '')
    expect(await execute('pyexecute.unblocking')).toEqual({ kind: 'execution', id: `${'0'.repeat(40)}-29` })
    expect(await execute('pyexecute.unblocking.no-run')).toEqual({ kind: 'ok' })
    expect(await execute('pyexecute.run-empty-db')).toEqual({ kind: 'results', results: [], errors: [] })
    expect(await execute('pyexecute.result-types')).toEqual({
      kind: 'results',
      results: ['hé', 'bytes', 'PY RECORD', 'PY RECORD', ['nested', 2], 1, 'PY RECORD', 'text', '1.500000', 1],
      errors: [],
    })
    const message = '-ERR shard-798e40ef6dfed51ad1ef1736cf4653d85a201391: no'
    server.answer = () => `*2\r\n-${message}\r\n-${message}\r\n`
    await expect(shards.get(2)?.send(commands.pyExecute, '')).resolves.toEqual({
      kind: 'partial',
      failures: [
        { shard: '798e40ef6dfed51ad1ef1736cf4653d85a201391', message },
        { shard: '798e40ef6dfed51ad1ef1736cf4653d85a201391', message },
      ],
    })
  })

  it('results that are errors or simple strings', async () => {
    expect(await read('standalone', 'trigger.reply-minus', commands.trigger, '')).toEqual([
      { error: 'ERR from function' },
    ])
    expect(await read('standalone', 'trigger.reply-plus', commands.trigger, '')).toEqual(['SIMPLE'])
  })

  it('results that are no UTF-8, or integers beyond 2^53', async () => {
    server.answer = () => Buffer.from('*3\r\n$2\r\n\xff\x00\r\n:9223372036854775807\r\n:-7\r\n', 'latin1')
    await expect(shards.get(2)?.send(commands.trigger, '')).resolves.toEqual([
      Buffer.from([0xff, 0]),
      9223372036854775807n,
      -7,
    ])
  })

  it.each([
    ['v1.0.9', '1.0'],
    ['standalone', '1.2'],
  ] as const)('in %s: the keys asked of %s are spelt as it knows them', async (play, generation) => {
    const recorded = new Set(recordings(play).map(({ name }) => name))
    const known = configNames(generation).filter((key) => recorded.has(`configget.${key}`))
    expect(known).toContain(generation === '1.0' ? 'ForceDownloadDepsOnEnterprise' : 'ForeceDownloadDepsOnEnterprise')
    for (const key of known) {
      expect(await read(play, `configget.${key}`, commands.configGet, key)).toEqual([{ key, value: expect.anything() }])
    }
  })

  it('configuration, with the errors of single keys', async () => {
    const keys = ['MaxExecutions', 'NoSuchKey', 'ProfileExecutions']
    expect(await read('standalone', 'configget.many', commands.configGet, ...keys)).toEqual([
      { key: 'MaxExecutions', value: 1000 },
      { key: 'NoSuchKey', error: '(error) Unsupported config parameter: NoSuchKey' },
      { key: 'ProfileExecutions', value: 0 },
    ])
    expect(
      await read(
        'standalone',
        'configset.many',
        commands.configSet,
        ['MaxExecutions', 1000],
        ['ExecutionThreads', 9],
        ['Mine', 1],
      ),
    ).toEqual([
      { key: 'MaxExecutions', stored: 'core' },
      { key: 'ExecutionThreads', error: '(error) Config value ExecutionThreads not modifiable at runtime' },
      { key: 'Mine', stored: 'extra' },
    ])
  })

  it('the cluster, and its absence', async () => {
    expect(await read('standalone', 'empty.infocluster', commands.infoCluster)).toEqual({ mode: 'none' })
    const recording = recordings('cluster').find(
      ({ command, raw }) => command[0] === 'RG.INFOCLUSTER' && raw[0] === '*',
    )
    const info = recording && (await read('cluster', recording.name, commands.infoCluster))
    expect(info).toMatchObject({ mode: 'cluster', nodes: [{ unixSocket: null }, {}, {}] })
  })

  it('requirements that were never downloaded have unknown wheels', async () => {
    expect(await read('v1.0.9', 'pydumpreqs.after-failed', commands.pyDumpReqs)).toEqual([
      {
        version: 1,
        name: 'no-such-package-xyz',
        downloaded: false,
        installed: false,
        compiledOs: 'linux-bookworm-x64',
        wheels: null,
        path: null,
        refCount: null,
        inDictionary: null,
      },
    ])
  })

  it('a session that is asked for and not there is missing', async () => {
    const filter = { ids: ['nosuch'] }
    expect(await read('standalone', 'empty.pydumpsessions.sessions-unknown', commands.pyDumpSessions, filter)).toEqual(
      [],
    )
  })
})

describe('the capability probe', () => {
  beforeAll(freshClients)
  afterAll(closeClients)

  /** Answers as the recorded server does. */
  const play = (name: (typeof PLAYS)[number]) => {
    const by = (match: (line: readonly string[]) => boolean) =>
      recordings(name).find(({ command }) => match(command))?.raw
    server.answer = ([word = '', ...args]) => {
      const line = [word, ...args].join(' ').toUpperCase()
      if (line.startsWith('COMMAND INFO')) {
        const known = new Set(
          allRecordings(name).flatMap(({ command, raw }) =>
            raw?.startsWith('-ERR unknown') ? [] : [command[0]?.toUpperCase()],
          ),
        )
        return `*${args.length - 1}\r\n${args
          .slice(1)
          .map((each) => (known.has(each.toUpperCase()) ? `*1\r\n$${each.length}\r\n${each}\r\n` : '*-1\r\n'))
          .join('')}`
      }
      if (line === 'INFO') {
        const info = `redis_version:7.0.15\r\ncluster_enabled:${name === 'cluster' ? 1 : 0}\r\n`
        return `$${info.length}\r\n${info}\r\n`
      }
      if (line === 'MULTI') return '+OK\r\n'
      if (line === 'DISCARD') return '+OK\r\n'
      const raw = by((recorded) => recorded.join(' ').toUpperCase() === line)
      return raw === undefined ? undefined : Buffer.from(raw, 'latin1')
    }
    server.queue = ([command]) =>
      command?.toUpperCase() === 'RG.CONFIGSET'
        ? "-NOPERM this user has no permissions to run the 'rg.configset' command\r\n"
        : '+QUEUED\r\n'
  }

  it('tells 1.2 and what this user may not do', async () => {
    play('standalone')
    expect(await clients.get(2)?.probe()).toEqual({
      redisVersion: '7.0.15',
      gearsVersion: '1.2.13',
      generation: '1.2',
      python: true,
      cluster: false,
      clusterInitialised: false,
      unavailable: [
        {
          command: 'RG.CONFIGSET',
          reason: "NOPERM this user has no permissions to run the 'rg.configset' command",
        },
      ],
    })
  })

  it('tells 1.0 and what it lacks', async () => {
    play('v1.0.9')
    const capability = await clients.get(2)?.probe()
    expect(capability).toMatchObject({ gearsVersion: '1.0.9', generation: '1.0', python: true })
    expect(capability?.unavailable).toContainEqual({
      command: 'RG.PYDUMPSESSIONS',
      reason: 'the server has no such command',
    })
  })

  it('tells a plain Redis', async () => {
    play('plain-redis')
    await expect(clients.get(2)?.probe()).rejects.toMatchObject({ code: 'module_missing' })
  })
})
