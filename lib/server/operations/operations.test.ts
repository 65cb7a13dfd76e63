import { ReplayServer } from '@gearboard/gears/testing/replay-server'
import { describe, expect, test, vi } from 'vitest'
import { TEXT_STEPS } from '@/test/scripted-redis'
import { closedAfter, seen, watch } from '@/test/watched-connection'
import { sessions } from './environment'
import { allResults, executionDetail, unprovenResults } from './execution-detail'
import { abortExecution } from './executions'
import { resetProfile, sessionProfile } from './profile'
import { clearStatistics, pauseRegistration, resumeRegistration, unregister } from './registrations'
import { submit } from './submit'

const ZERO = '0'.repeat(40)

/** A reply as RESP2 bytes. */
type Value = string | number | null | { readonly error: string } | { readonly simple: string } | readonly Value[]

function resp(value: Value): string {
  if (value === null) return '$-1\r\n'
  if (typeof value === 'string') return `$${Buffer.byteLength(value)}\r\n${value}\r\n`
  if (typeof value === 'number') return `:${value}\r\n`
  if ('error' in value) return `-${value.error}\r\n`
  if ('simple' in value) return `+${value.simple}\r\n`
  return `*${value.length}\r\n${value.map(resp).join('')}`
}

const plan = (status: string, results: number, errors: readonly string[] = []): Value => [
  [
    'shard_id',
    ZERO,
    'execution_plan',
    [
      'status',
      status,
      'shards_received',
      0,
      'shards_completed',
      0,
      'results',
      results,
      'errors',
      errors,
      'total_duration',
      5,
      'read_duration',
      1,
      'steps',
      TEXT_STEPS,
    ],
  ],
]

const listed = (id: string, status: string): Value => ['executionId', id, 'status', status, 'registered', 0]

/** A server that answers as the test says, for replies that a real one gives by chance or only in builds that are not available. */
async function scripted(version: number, answers: Record<string, (command: readonly string[]) => Value>) {
  const server = await ReplayServer.start()
  closedAfter(() => server.stop())
  const common: Record<string, Value> = {
    INFO: '# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\nredis_mode:standalone\r\ncluster_enabled:0\r\n',
    MODULE: [['name', 'rg', 'ver', version]],
    COMMAND: [],
    'RG.DUMPPLUGINS': [['GearsPythonPlugin', 10000]],
    'RG.INFOCLUSTER': 'no cluster mode',
    'RG.DUMPEXECUTIONS': [],
    'RG.DUMPREGISTRATIONS': [],
    'RG.PYSTATS': ['TotalAllocated', 1, 'PeakAllocated', 1, 'CurrAllocated', 1],
  }
  server.answer = (command) => {
    const name = command[0]?.toUpperCase() ?? ''
    return resp(answers[name]?.(command) ?? common[name] ?? { error: `ERR unknown command '${name}'` })
  }
  const connection = watch(server.port)
  await connection.known()
  return { server, connection }
}

/** An entry of RG.DUMPREGISTRATIONS, of a session. */
const listedRegistration = (id: string, session: string): Value => [
  'id',
  id,
  'reader',
  'CommandReader',
  'desc',
  null,
  'RegistrationData',
  [
    ...['mode', 'async', 'numTriggered', 0, 'numSuccess', 0, 'numFailures', 0, 'numAborted', 0],
    ...['lastRunDurationMS', 0, 'totalRunDurationMS', 0, 'avgRunDurationMS', '0', 'lastError', null],
    ...['args', ['trigger', 't', 'inorder', 0]],
  ],
  'PD',
  `{'sessionName':'${session}', 'sessionDescription':'null', 'refCount': 1, 'linkedTo': primary, 'dead': false, 'isInstallationNeeded':0, 'registrationsList':[], 'depsList':[]}`,
  'ExecutionThreadPool',
  'DefaultPool',
]

const submission = { script: 'x', blocking: false, requirements: [], upgrade: false, forceReinstallRequirements: false }

describe('submitting', () => {
  test('shards that refused a registration are named, and what the others keep is said', async () => {
    const { connection } = await scripted(10213, {
      'RG.PYEXECUTE': () => [{ error: `-ERR shard-${ZERO}: trigger already registered` }],
    })
    // The errors name shards, and no shard lists it: nothing was registered.
    await expect(submit(connection, submission)).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringMatching(
        /^Nothing was registered: none of 1 shard lists it\. .*trigger already registered/,
      ),
      details: [{ at: 'standalone', message: expect.stringContaining('trigger already registered') }],
    })
  })

  test('what a shard lists decides what was registered, not how many errors came', async () => {
    let session = ''
    const { connection } = await scripted(10213, {
      'RG.PYEXECUTE': (words) => {
        session = words[words.indexOf('ID') + 1] ?? ''
        return [{ error: '-ERR Execution max idle reached' }]
      },
      'RG.DUMPREGISTRATIONS': () => (session === '' ? [] : [listedRegistration(`${ZERO}-1`, session)]),
    })
    await expect(submit(connection, submission)).rejects.toMatchObject({
      code: 'partial',
      message: 'Registered on 1 of 1 shard; nothing was rolled back.',
      registrations: [`${ZERO}-1`],
    })
  })

  describe('that the server did not answer to the end', () => {
    /** What becomes of the script, and what the one server lists afterwards. */
    async function unanswered(end: (server: ReplayServer) => Value, lists: boolean) {
      let session = ''
      const { connection, server } = await scripted(10213, {
        'RG.PYEXECUTE': (words) => {
          session = words[words.indexOf('ID') + 1] ?? ''
          return end(server)
        },
        'RG.DUMPREGISTRATIONS': () => (lists && session !== '' ? [listedRegistration(`${ZERO}-1`, session)] : []),
      })
      const recorded = vi.spyOn(connection.sources, 'answered')
      const reply = await submit(connection, submission).catch((error: unknown) => error)
      return { reply, outcome: recorded.mock.calls[0]?.[1] }
    }

    const CLUSTER_DOWN = { error: 'CLUSTERDOWN The cluster is down' }
    const hangUp = (server: ReplayServer): Value => {
      server.drop()
      return null
    }

    test.each([
      ['CLUSTERDOWN', () => CLUSTER_DOWN, /^CLUSTERDOWN The cluster is down$/],
      ['Execution max idle reached', () => ({ error: 'Execution max idle reached' }), /^Execution max idle reached$/],
      ['a connection that breaks', hangUp, /closed the connection|ECONNRESET|unreachable/],
    ])('%s: what every shard lists came', async (_, end, words) => {
      const { reply, outcome } = await unanswered(end, true)
      const registrations = [`${ZERO}-1`]
      expect(reply).toMatchObject({ kind: 'registered', registrations, unanswered: expect.stringMatching(words) })
      expect(outcome).toMatchObject({ outcome: 'registered', registrations, error: expect.stringMatching(words) })
    })

    test.each([
      ['CLUSTERDOWN', () => CLUSTER_DOWN, 'timeout'],
      ['Execution max idle reached', () => ({ error: 'Execution max idle reached' }), 'timeout'],
      ['a connection that breaks', hangUp, 'unreachable'],
    ])('%s: what no shard lists is not called refused', async (_, end, code) => {
      const { reply, outcome } = await unanswered(end, false)
      const message = expect.stringMatching(/\. Checked afterwards: 1 shard answers and lists no registration of it\.$/)
      expect(reply).toMatchObject({ code, message })
      expect(outcome).toMatchObject({ outcome: 'sent', error: message })
    })

    test('what the script itself raised is a refusal, and nobody is asked more', async () => {
      const { reply, outcome } = await unanswered(
        () => ({ error: "['ValueError: CLUSTERDOWN The cluster is down']" }),
        false,
      )
      expect(reply).toMatchObject({ code: 'rejected', message: expect.stringMatching(/^\['ValueError/) })
      expect(outcome).toMatchObject({ outcome: 'rejected' })
    })
  })

  test('what would harm the server is not sent, unless each hazard is named', async () => {
    const { connection, server } = await scripted(10213, { 'RG.PYEXECUTE': () => ({ simple: 'OK' }) })
    const script = "o = {'batch': 0}\nGB('StreamReader').register('s', **o)\nGB().register('k*', keyTypes=('stream',))"
    const sent = () => server.seen.filter(([name]) => name === 'RG.PYEXECUTE').length
    await expect(submit(connection, { ...submission, script })).rejects.toMatchObject({
      code: 'invalid_request',
      notSent: true,
      message: expect.stringContaining('override: ["batch-zero", "crashing-key-types"]'),
      details: [
        { at: 'batch-zero', message: expect.stringMatching(/^line 2: batch=0 hangs the shard\. Use 1 or more/) },
        { at: 'crashing-key-types', message: expect.stringMatching(/^line 3: /) },
      ],
    })
    await expect(submit(connection, { ...submission, script, override: ['batch-zero'] })).rejects.toMatchObject({
      details: [{ at: 'crashing-key-types' }],
    })
    await expect(submit(connection, { ...submission, script, profiled: true })).rejects.toMatchObject({ notSent: true })
    expect(sent()).toBe(0)
    const override = ['batch-zero', 'crashing-key-types'] as const
    expect(await submit(connection, { ...submission, script, override: [...override] })).toMatchObject({
      kind: 'nothing',
    })
    expect(sent()).toBe(1)
  })

  test('a script that something kept from being sent is told and recorded as not sent', async () => {
    let mute = false
    const { connection, server } = await scripted(10213, {
      'RG.DUMPREGISTRATIONS': () => (mute ? { error: 'LOADING Redis is loading the dataset in memory' } : []),
      'RG.PYEXECUTE': () => ({ simple: 'OK' }),
    })
    mute = true
    await expect(submit(connection, submission)).rejects.toMatchObject({
      notSent: true,
      message: expect.stringMatching(/^The script was not sent: LOADING/),
    })
    expect(server.seen.filter(([name]) => name === 'RG.PYEXECUTE')).toEqual([])
  })

  test.each([
    { version: 10213, options: {} },
    { version: 10213, options: { id: 'mine', upgrade: true } },
    { version: 10009, options: {} },
  ])(
    'the shard lists its registrations once before the script, and once after it for all: $version $options',
    async ({ version, options }) => {
      let session = ''
      let done = false
      const { connection } = await scripted(version, {
        'RG.PYEXECUTE': (words) => {
          session = words[words.indexOf('ID') + 1] ?? ''
          done = true
          return { simple: 'OK' }
        },
        'RG.DUMPREGISTRATIONS': () => (done ? [listedRegistration(`${ZERO}-1`, session)] : []),
      })
      const asked: string[] = []
      const shards = await connection.gears.shards()
      vi.spyOn(connection.gears, 'shards').mockResolvedValue(
        shards.map((shard) => ({
          ...shard,
          send: (command, ...args) => {
            asked.push(command.name)
            return shard.send(command, ...args)
          },
        })),
      )
      // However long a busy machine takes.
      vi.spyOn(connection.hub, 'pollNow').mockImplementation(() => connection.hub.pollAgain('registrations'))
      expect(await submit(connection, { ...submission, ...options })).toMatchObject({
        kind: 'registered',
        registrations: [`${ZERO}-1`],
      })
      expect(asked).toEqual(['RG.DUMPREGISTRATIONS'])
      // The page's list is of now, too.
      expect([...connection.hub.feed.registrations.values()].map(({ id }) => id)).toEqual([`${ZERO}-1`])
    },
  )

  test('1.0 gets the script alone; what it cannot do is refused before anything is sent', async () => {
    const { connection, server } = await scripted(10009, { 'RG.PYEXECUTE': () => ({ simple: 'OK' }) })
    expect(await submit(connection, submission)).toMatchObject({ kind: 'nothing' })
    expect(server.seen.filter(([name]) => name === 'RG.PYEXECUTE')).toEqual([['RG.PYEXECUTE', 'x', 'UNBLOCKING']])
    await expect(submit(connection, { ...submission, id: 'mine', upgrade: true })).rejects.toMatchObject({
      code: 'invalid_request',
      details: [{ at: 'id' }, { at: 'upgrade' }],
    })
    expect(server.seen.filter(([name]) => name === 'RG.PYEXECUTE')).toHaveLength(1)
  })

  test('1.2 gets a session id of ours, by which its registrations are found', async () => {
    const { connection, server } = await scripted(10213, { 'RG.PYEXECUTE': () => ({ simple: 'OK' }) })
    await submit(connection, { ...submission, requirements: ['redis==3.5'] })
    const [sent] = server.seen.filter(([name]) => name === 'RG.PYEXECUTE')
    expect(sent).toEqual([
      'RG.PYEXECUTE',
      'x',
      'UNBLOCKING',
      'ID',
      expect.stringMatching(/^[0-9a-f]{40}$/),
      'REQUIREMENTS',
      'redis==3.5',
    ])
  })
})

describe('outcomes', () => {
  test('done without a result count is asked for again until it has one', async () => {
    let asked = 0
    const id = `${ZERO}-1`
    const { connection } = await scripted(10213, {
      'RG.DUMPEXECUTIONS': () => [listed(id, 'done')],
      'RG.GETEXECUTION': () => plan('done', ++asked < 3 ? -1 : 7),
    })
    while (connection.hub.feed.executions.get(id)?.outcome !== 'ok') await connection.hub.pollNow()
    expect(connection.hub.feed.executions.get(id)).toMatchObject({ outcome: 'ok', results: 7 })
    await connection.hub.pollNow()
    expect(asked).toBe(3)
  })

  test('an abort that the server refuses while the execution lives is told as refused', async () => {
    const id = `${ZERO}-1`
    const { connection } = await scripted(10213, {
      'RG.DUMPEXECUTIONS': () => [listed(id, 'running')],
      'RG.GETEXECUTION': () => plan('running', -1),
      'RG.ABORTEXECUTION': () => ({ error: 'execution does not exist' }),
    })
    await expect(abortExecution(connection, id, seen(connection, id))).rejects.toMatchObject({
      code: 'rejected',
      message: 'execution does not exist',
    })
    expect(connection.hub.feed.executions.get(id)).toMatchObject({ outcome: 'running', live: true })
  })

  test.each([
    ['it swallowed the exception and ended well', [], 'ok'],
    ['it swallowed the exception and failed later', ['boom'], 'failed'],
    ['it was stopped', ["['Traceback (most recent call last):\\n', 'gears.forcestopped\\n']"], 'aborted'],
  ])('an abort tells what it came to: %s', async (_, errors, outcome) => {
    const id = `${ZERO}-1`
    let aborted = false
    const { connection } = await scripted(10213, {
      'RG.DUMPEXECUTIONS': () => [listed(id, aborted ? 'done' : 'running')],
      'RG.GETEXECUTION': () => (aborted ? plan('done', 1, errors) : plan('running', -1)),
      'RG.ABORTEXECUTION': () => {
        aborted = true
        return { simple: 'OK' }
      },
    })
    expect(await abortExecution(connection, id, seen(connection, id))).toMatchObject({ reached: [{ outcome }] })
  })

  test('what 1.0 lacks is refused with the version that it needs', async () => {
    const { connection } = await scripted(10009, { 'RG.CONFIGGET': () => [] })
    const needs = expect.stringMatching(/^RG\.\w+ needs RedisGears 1\.2, and this server runs an older one$/)
    await expect(connection.gears.triggerOnKey('f', 'k')).rejects.toMatchObject({ code: 'rejected', message: needs })
    expect((await sessions(connection)).shards).toMatchObject([{ error: { message: needs } }])
    expect(await sessionProfile(connection, 'x')).toMatchObject([{ error: { message: needs } }])
    await expect(resetProfile(connection, 'x')).rejects.toMatchObject({ message: needs })
  })

  test('polls run nothing: no cluster form, no Python', async () => {
    const id = `${ZERO}-1`
    const { connection, server } = await scripted(10213, {
      'RG.DUMPEXECUTIONS': () => [listed(id, 'done')],
      'RG.GETEXECUTION': () => plan('done', 1),
    })
    for (let i = 0; i < 3; i++) await connection.hub.pollNow()
    const sent = new Set(
      server.seen.map(([name, ...args]) => [name, ...(name === 'RG.GETEXECUTION' ? args.slice(1) : [])].join(' ')),
    )
    const plain = [
      'RG.DUMPEXECUTIONS',
      'RG.DUMPREGISTRATIONS',
      'RG.GETEXECUTION SHARD',
      'RG.PYSTATS',
      'RG.INFOCLUSTER',
      'RG.DUMPPLUGINS',
      // Once, for what a Gearboard may have left that was killed during a profiled run.
      'RG.CONFIGGET',
    ]
    expect([...sent].filter((name) => name.startsWith('RG.')).sort()).toEqual(plain.sort())
  })
})

/** COMMAND may not be sent: then no command is known to be missing. */
const ALL_COMMANDS = { COMMAND: () => ({ error: 'NOPERM this user may not' }) }

describe('pausing and resuming', () => {
  const id = `${ZERO}-1`
  const stream = (status: string, triggered = 0): Value => [
    'id',
    id,
    'reader',
    'StreamReader',
    'desc',
    null,
    'RegistrationData',
    [
      ...['mode', 'async_local', 'numTriggered', triggered, 'numSuccess', 0, 'numFailures', 0, 'numAborted', 0],
      ...['lastRunDurationMS', 0, 'totalRunDurationMS', 0, 'avgRunDurationMS', '0', 'lastEstimatedLagMS', 0],
      ...['avgEstimatedLagMS', '0', 'lastError', null],
      'args',
      [
        'batchSize',
        1,
        'durationMS',
        0,
        'stream',
        's',
        'trimStream',
        1,
        'onFailedPolicy',
        'continue',
        'retryInterval',
        1,
      ],
      'status',
      status,
    ],
    'PD',
    null,
    'ExecutionThreadPool',
    'DefaultPool',
  ]

  test('an OK of the server is held against what the shard says afterwards', async () => {
    let status = 'OK'
    let obeys = false
    const { connection } = await scripted(10213, {
      ...ALL_COMMANDS,
      'RG.DUMPREGISTRATIONS': () => [stream(status)],
      'RG.PAUSEREGISTRATIONS': () => {
        if (obeys) status = 'PAUSED'
        return { simple: 'OK' }
      },
    })
    await expect(pauseRegistration(connection, id, seen(connection, id))).rejects.toMatchObject({
      code: 'partial',
      message: 'Paused on 0 of 1 shard.',
      details: [{ at: 'standalone', message: 'reports OK' }],
    })
    obeys = true
    expect(await pauseRegistration(connection, id, seen(connection, id))).toMatchObject({ shards: ['standalone'] })
  })

  test('what is still listed after RG.UNREGISTER said OK is told to be', async () => {
    let obeys = false
    let listed = true
    const { connection } = await scripted(10213, {
      ...ALL_COMMANDS,
      'RG.DUMPREGISTRATIONS': () => (listed ? [stream('OK')] : []),
      'RG.UNREGISTER': () => {
        listed = !obeys
        return { simple: 'OK' }
      },
    })
    await expect(unregister(connection, id, seen(connection, id), false)).rejects.toMatchObject({
      code: 'partial',
      message: 'Unregistered on 0 of 1 shard.',
      details: [{ at: 'standalone', message: 'still lists it' }],
    })
    obeys = true
    expect(await unregister(connection, id, seen(connection, id), false)).toMatchObject({ shards: ['standalone'] })
  })

  test('one that was resumed by somebody else meanwhile is not resumed again', async () => {
    let status = 'PAUSED'
    const { connection, server } = await scripted(10213, {
      ...ALL_COMMANDS,
      'RG.DUMPREGISTRATIONS': () => [stream(status)],
      'RG.UNPAUSEREGISTRATIONS': () => ({ simple: 'OK' }),
    })
    status = 'OK'
    await expect(resumeRegistration(connection, id, seen(connection, id))).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'It is not paused.',
    })
    expect(server.seen.filter(([name]) => name === 'RG.UNPAUSEREGISTRATIONS')).toEqual([])
  })

  test('one that stopped, was resumed and stopped again at once counts as resumed', async () => {
    let triggered = 3
    const { connection } = await scripted(10213, {
      ...ALL_COMMANDS,
      'RG.DUMPREGISTRATIONS': () => [stream('ABORTED', triggered)],
      'RG.UNPAUSEREGISTRATIONS': () => {
        triggered++
        return { simple: 'OK' }
      },
    })
    expect(await resumeRegistration(connection, id, seen(connection, id))).toMatchObject({ shards: ['standalone'] })
  })

  test('on 1.0 it is refused before anything is sent', async () => {
    const { connection, server } = await scripted(10009, { 'RG.DUMPREGISTRATIONS': () => [stream('OK')] })
    await expect(pauseRegistration(connection, id, seen(connection, id))).rejects.toMatchObject({
      code: 'invalid_request',
    })
    await expect(clearStatistics(connection, [])).rejects.toMatchObject({ message: expect.stringContaining('1.0') })
    expect(server.seen.some(([name]) => /PAUSE|CLEAR/.test(name ?? ''))).toBe(false)
  })
})

describe('results', () => {
  const id = `${ZERO}-1`
  const asked = (server: ReplayServer) => server.seen.filter(([name]) => name === 'RG.GETRESULTS').length
  const ended = (results: number) => ({
    'RG.DUMPEXECUTIONS': () => [listed(id, 'done')],
    'RG.GETEXECUTION': () => plan('done', results),
    'RG.GETRESULTS': () => [['one'], []],
  })

  test('more than Gearboard hands out are refused before the server gathers them, and it is said who has them', async () => {
    const { connection, server } = await scripted(10213, ended(200_001))
    await expect.poll(() => connection.hub.feed.executions.get(id)?.results).toBe(200_001)
    await expect(allResults(connection, id)).rejects.toMatchObject({
      code: 'invalid_request',
      message: `It has 200,001 results; Gearboard loads at most 200,000; redis-cli has them all: RG.GETRESULTS ${id}`,
    })
    expect(asked(server)).toBe(0)
  })

  test('are read where they are no more than that', async () => {
    const { connection } = await scripted(10213, ended(200_000))
    await expect.poll(() => connection.hub.feed.executions.get(id)?.results).toBe(200_000)
    expect(await allResults(connection, id)).toEqual(['one'])
  })

  test('that are gone when they are asked for are not found, and it is said of which execution', async () => {
    const { connection } = await scripted(10213, {
      ...ended(1),
      'RG.GETRESULTS': () => ({ error: 'execution plan does not exist' }),
    })
    await expect.poll(() => connection.hub.feed.executions.get(id)?.results).toBe(1)
    await expect(allResults(connection, id)).rejects.toMatchObject({
      code: 'not_found',
      message: `The results of ${id} are no longer on the server.`,
    })
  })

  test('that are read at one’s own risk are remembered as such', async () => {
    const { connection } = await scripted(10213, ended(1))
    await expect.poll(() => connection.hub.feed.executions.get(id)?.results).toBe(1)
    const remember = vi.spyOn(connection.recorder, 'recordResults')
    expect(await unprovenResults(connection, id, seen(connection, id))).toEqual(['one'])
    expect(remember).toHaveBeenLastCalledWith(expect.anything(), expect.objectContaining({ id }), ['one'], 'asked')
  })

  test('are not asked for while it runs', async () => {
    let status = 'running'
    const { connection, server } = await scripted(10213, {
      'RG.DUMPEXECUTIONS': () => [listed(id, status)],
      'RG.GETEXECUTION': () => plan(status, status === 'done' ? 1 : -1),
      'RG.GETRESULTS': () => [['one'], []],
    })
    expect(await executionDetail(connection, id)).toMatchObject({ outcome: 'running', results: null })
    expect(asked(server)).toBe(0)
    status = 'done'
    expect(await executionDetail(connection, id)).toMatchObject({ results: ['one'] })
  })
})
