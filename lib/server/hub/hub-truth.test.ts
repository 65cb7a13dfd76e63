import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commands } from '@gearboard/gears'
import { afterEach, expect, test, vi } from 'vitest'
import { openHistoryStore } from '@/lib/server/history'
import { History } from '@/lib/server/history/history'
import { readSettings } from '@/lib/server/settings'
import { commandRegistration, resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, look, seen, status, until, watch } from '@/test/watched-connection'
import { executionDetail } from '../operations/execution-detail'
import { dropExecution } from '../operations/executions'
import { submit } from '../operations/submit'

afterEach(() => vi.restoreAllMocks())

const NONE = '0'.repeat(40)
const id = (sequence: number) => `${NONE}-${sequence}`

async function scripted(): Promise<ScriptedRedis> {
  const redis = await ScriptedRedis.start()
  closedAfter(() => redis.replay.stop())
  return redis
}

test('a look that is not told the run id, as the server is busy or the user may not ask, is no restart', async () => {
  const redis = await scripted()
  redis.executions = [[id(1), 'done']]
  redis.errors.set(id(1), [])
  const connection = watch(redis.port)
  const { executions } = connection.hub.feed
  const before = await until(connection, () =>
    executions.get(id(1))?.outcome === 'ok' ? executions.get(id(1)) : undefined,
  )

  redis.instead.set(
    'INFO SERVER',
    '-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n',
  )
  await look(connection)
  redis.instead.clear()
  await look(connection)
  expect(executions.get(id(1))).toMatchObject({ live: true, outcome: 'ok', firstSeen: before.firstSeen })

  redis.runId = 'b'.repeat(40)
  redis.executions = []
  await look(connection)
  expect(executions.get(id(1))).toMatchObject({ live: false, outcome: 'ok', gone: { cause: 'restarted' } })
})

test('a shard that comes back at another address is another process: its ids are not those of before', async () => {
  const [before, after] = [await scripted(), await scripted()]
  const slots = (at: ScriptedRedis) => [[0, 16383, ['127.0.0.1', at.port, 'a'.repeat(40)]]]
  for (const each of [before, after]) {
    each.slots = slots(before)
    each.executions = [[id(1), 'done']]
  }
  before.errors.set(id(1), ['boom'])
  after.errors.set(id(1), [])
  after.runId = 'b'.repeat(40)
  // The one that stays reachable reports the cluster, as any other node would.
  const connection = watch(after.port)
  const { executions } = connection.hub.feed
  const key = `${id(1)}@${'a'.repeat(40)}`
  const first = await until(connection, () =>
    executions.get(key)?.outcome === 'failed' ? executions.get(key) : undefined,
  )
  after.slots = slots(after)
  before.slots = slots(after)
  const second = await until(connection, () =>
    executions.get(key)?.outcome === 'ok' ? executions.get(key) : undefined,
  )
  expect(second).toMatchObject({ live: true, errors: 0, firstError: null })
  expect(second.firstSeen).toBeGreaterThan(first.firstSeen)
})

test('where nobody may ask for the run id, what ran again under an id that had ended is another execution', async () => {
  const redis = await scripted()
  for (const section of ['SERVER', 'MEMORY', 'REPLICATION', 'CLUSTER'])
    redis.instead.set(`INFO ${section}`, "-NOPERM this user has no permissions to run the 'info' command\r\n")
  redis.instead.set('CLUSTER INFO', '-ERR This instance has cluster support disabled\r\n')
  redis.executions = [[id(1), 'done']]
  redis.errors.set(id(1), ['boom'])
  const connection = watch(redis.port)
  const { executions } = connection.hub.feed
  const first = await until(connection, () =>
    executions.get(id(1))?.outcome === 'failed' ? executions.get(id(1)) : undefined,
  )

  // Each refusal would be one more line of the server's ACL LOG.
  const asked = () => redis.replay.seen.filter(([name, section]) => name === 'INFO' && section === 'memory').length
  const before = asked()
  for (let time = 0; time < 3; time++) await look(connection)
  expect([before, asked()]).toEqual([1, 1])

  redis.executions = [[id(1), 'running']]
  redis.errors.clear()
  await look(connection)
  const second = executions.get(id(1))
  expect(second).toMatchObject({ live: true, outcome: 'running', errors: null, firstError: null })
  expect(second?.firstSeen).toBeGreaterThan(first.firstSeen)
})

test('another registration under the id of one that a restart took is not shown as that one', async () => {
  const redis = await scripted()
  redis.registrations = [commandRegistration(id(1), 'pay')]
  const connection = watch(redis.port)
  const { registrations } = connection.hub.feed
  const first = await until(connection, () => registrations.get(id(1)))
  expect(first.name).toBe('command pay')

  redis.runId = 'b'.repeat(40)
  redis.registrations = [commandRegistration(id(1), 'refund')]
  await look(connection)
  const second = registrations.get(id(1))
  expect(second).toMatchObject({ name: 'command refund', args: { trigger: 'refund' } })
  expect(second?.firstSeen).toBeGreaterThan(first.firstSeen)
})

test('of a cluster whose first shard has no module, the others are known and take commands', async () => {
  const [bare, whole] = [await scripted(), await scripted()]
  bare.hasModule = false
  const slots = [
    [0, 8191, ['127.0.0.1', bare.port, 'a'.repeat(40)]],
    [8192, 16383, ['127.0.0.1', whole.port, 'b'.repeat(40)]],
  ]
  bare.slots = slots
  whole.slots = slots
  whole.instead.set('RG.TRIGGER ECHO', resp([['echo']]))
  const connection = watch(bare.port)
  const { feed } = connection.hub
  const state = await until(connection, () => (feed.connection.capability ? feed.connection : undefined))
  expect(state.capability).toMatchObject({ generation: '1.2', gearsVersion: '1.2.13', cluster: true })
  await until(connection, () => feed.connection.status === 'partial' || undefined)
  expect(feed.shardStates).toMatchObject([
    { state: 'silent', error: { code: 'module_missing' } },
    { state: 'up', gearsVersion: '1.2.13' },
  ])
  expect(await connection.gears.send(commands.pyStats)).toEqual({ total: 3, peak: 2, current: 1 })
})

/** Of an execution that the first of two shards began. */
const shared = `${'1'.repeat(40)}-1`

/** Two shards that list each other, with one execution that ended on both. */
async function twoShards() {
  const [first, second] = [await scripted(), await scripted()]
  const slots = [
    [0, 8191, ['127.0.0.1', first.port, '1'.repeat(40)]],
    [8192, 16383, ['127.0.0.1', second.port, '2'.repeat(40)]],
  ]
  for (const each of [first, second]) {
    each.slots = slots
    each.executions = [[shared, 'done']]
    each.errors.set(shared, [])
  }
  first.others = 1
  return [first, second] as const
}

test('what an execution’s initiator said of its end is kept, though it has forgotten it and a worker still lists it', async () => {
  const [initiator, worker] = await twoShards()
  initiator.errors.set(shared, ['boom'])
  const connection = watch(worker.port)
  const { executions } = connection.hub.feed
  await until(connection, () => {
    const row = executions.get(shared)
    return (row?.outcome === 'failed' && row.coverage.answered === 2) || undefined
  })
  initiator.executions = []
  initiator.errors.clear()
  await look(connection)
  expect(executions.get(shared)).toMatchObject({ live: true, outcome: 'failed' })
  expect(await executionDetail(connection, shared)).toMatchObject({ outcome: 'failed', errors: ['boom'] })
})

test('what one shard falls silent over is sent through the next, and told to be done but for that one', async () => {
  const [first, second] = await twoShards()
  const connection = watch(first.port)
  const { executions } = connection.hub.feed
  await until(connection, () => executions.get(shared)?.coverage.answered === 2 || undefined)
  for (const each of [first, second]) {
    const { answer } = each.replay
    const other = each === first ? second : first
    const dropped = () => other.replay.seen.some(([name]) => name === 'RG.DROPEXECUTION')
    // The first shard that is asked then stops answering; the other one answers normally.
    let silent = false
    each.replay.answer = (words) => {
      silent ||= words[0] === 'RG.DROPEXECUTION' && !dropped()
      if (silent) return undefined
      if (words[0] === 'RG.DROPEXECUTION') each.executions = []
      return answer(words)
    }
  }
  await expect(dropExecution(connection, shared, seen(connection, shared))).rejects.toMatchObject({
    code: 'partial',
    message: 'Dropped on 1 of 2 shards.',
    details: [{ message: 'does not answer; it may still have it' }],
  })
})

test('an execution that is done without a count of results is asked again, and then left unknown', async () => {
  const redis = await scripted()
  redis.executions = [[id(1), 'done']]
  const plan = ['status', 'done', 'shards_received', 0, 'shards_completed', 0, 'results', -1, 'errors', []]
  const reply = [['shard_id', NONE, 'execution_plan', [...plan, 'total_duration', 5, 'read_duration', 1, 'steps', []]]]
  redis.instead.set(`RG.GETEXECUTION ${id(1)} SHARD`, resp(reply))
  const connection = watch(redis.port)
  await status(connection, 'live')
  const asked = () => redis.replay.seen.filter(([name]) => name === 'RG.GETEXECUTION').length
  while (asked() < 3) await connection.hub.pollNow()
  expect(connection.hub.feed.executions.get(id(1))).toMatchObject({ live: true, status: 'done', outcome: 'unknown' })

  redis.errors.set(id(1), [])
  redis.instead.clear()
  const known = await until(connection, () => {
    const row = connection.hub.feed.executions.get(id(1))
    return row?.outcome === 'ok' ? row : undefined
  })
  expect(known).toMatchObject({ results: 1, errors: 0 })
})

const submission = (script: string) => ({
  script,
  blocking: false,
  requirements: [],
  upgrade: false,
  forceReinstallRequirements: false,
})

test('a script is sent without a session to a RedisGears 1.2 that has none yet', async () => {
  const redis = await scripted()
  redis.lacking.add('rg.pydumpsessions')
  const connection = watch(redis.port)
  await status(connection, 'live')
  expect(await submit(connection, submission('x = 1'))).toMatchObject({ kind: 'nothing' })
  expect(redis.replay.seen.find(([name, script]) => name === 'RG.PYEXECUTE' && script)).toEqual([
    'RG.PYEXECUTE',
    'x = 1',
    'UNBLOCKING',
  ])
  await expect(submit(connection, { ...submission('x = 1'), id: 'mine' })).rejects.toMatchObject({
    code: 'invalid_request',
    details: [{ at: 'id' }],
  })
})

test('a script that was carried out is not said to be refused, though nobody can tell what it registered', async () => {
  const redis = await scripted()
  const connection = watch(redis.port)
  await status(connection, 'live')
  const { answer } = redis.replay
  let carriedOut = false
  redis.replay.answer = (words) => {
    if (carriedOut && words[0] === 'RG.DUMPREGISTRATIONS') return '-LOADING Redis is loading the dataset in memory\r\n'
    carriedOut ||= words[0] === 'RG.PYEXECUTE'
    return answer(words)
  }
  await expect(submit(connection, submission('x = 1'))).rejects.toMatchObject({
    code: 'partial',
    message: expect.stringMatching(/accepted the script.*LOADING/),
  })
})

test('who may read neither INFO nor CLUSTER is told so on a cluster, not shown one shard for all', async () => {
  const redis = await scripted()
  const refused = (name: string) => `-NOPERM this user has no permissions to run the '${name}' command\r\n`
  const { answer } = redis.replay
  const nodes = [
    ['id', 'a', 'ip', '127.0.0.1', 'port', 1, 'unixSocket', 'None', 'runid', null, 'minHslot', 0, 'maxHslot', 5],
  ]
  redis.instead.set('RG.INFOCLUSTER', resp(['MyId', 'a'.repeat(40), 'MyRunId', 'b'.repeat(40), nodes]))
  redis.replay.answer = ([name = '', ...rest]) =>
    name === 'INFO' || name === 'CLUSTER' ? refused(name.toLowerCase()) : answer([name, ...rest])
  const connection = watch(redis.port)
  const state = await until(connection, () => connection.hub.feed.connection.error)
  expect(state).toMatchObject({ code: 'rejected', message: expect.stringContaining("'cluster' command") })
  expect(connection.hub.feed.shardStates).toEqual([])
})

test('of very many errors the first are read, and all are counted', async () => {
  const redis = await scripted()
  redis.executions = [[id(1), 'done']]
  redis.errors.set(
    id(1),
    Array.from({ length: 5000 }, (_, i) => `error ${i}`),
  )
  const connection = watch(redis.port)
  const row = await until(connection, () => {
    const found = connection.hub.feed.executions.get(id(1))
    return found?.outcome === 'failed' ? found : undefined
  })
  expect(row.errors).toBe(5000)
  const detail = await executionDetail(connection, id(1))
  expect(detail.errors).toHaveLength(100)
  expect(detail.parts).toMatchObject([{ errorsLeftOut: 4900 }])
})

test('a permalink to an earlier execution shows that one, also before the record has the later one under its id', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gearboard-truth-'))
  const redis = await scripted()
  redis.executions = [[id(1), 'done']]
  redis.errors.set(id(1), ['boom'])
  const settings = readSettings({ GEARBOARD_URL: `redis://127.0.0.1:${redis.port}`, GEARBOARD_DATA: directory })
  const history = History.open(settings)
  closedAfter(
    () => rmSync(directory, { recursive: true }),
    () => history.close(),
  )
  const connection = watch(redis.port, {}, history)
  const { executions } = connection.hub.feed
  await until(connection, () => (executions.get(id(1))?.outcome === 'failed' ? true : undefined))
  await history.store.flush()
  // From here on the record takes nothing more, as on a full disk.
  await history.store.close()
  const record = openHistoryStore({ directory, retention: settings.retention })
  closedAfter(() => record.close())
  const readIfPossible = history.readIfPossible.bind(history)
  vi.spyOn(history, 'readIfPossible').mockImplementation((ask) => readIfPossible(() => ask(record)))

  redis.runId = 'b'.repeat(40)
  redis.executions = []
  await look(connection)
  redis.executions = [[id(1), 'running']]
  redis.errors.clear()
  await look(connection)
  expect(await executionDetail(connection, id(1))).toMatchObject({ live: true, outcome: 'running' })
  expect(await executionDetail(connection, id(1), 1)).toMatchObject({
    live: false,
    outcome: 'failed',
    errors: ['boom'],
  })
})
