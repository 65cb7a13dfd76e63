import { afterEach, expect, test } from 'vitest'
import { commands } from '@/lib/gears'
import { Connection } from '@/lib/server/connection'
import { readSettings } from '@/lib/server/settings'
import { commandRegistration, resp, ScriptedRedis } from './scripted-redis'

const opened: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

const NONE = '0'.repeat(40)
const id = (sequence: number) => `${NONE}-${sequence}`

async function scripted(): Promise<ScriptedRedis> {
  const redis = await ScriptedRedis.start()
  opened.push(() => redis.replay.stop())
  return redis
}

function watch({ port }: ScriptedRedis): Connection {
  const connection = new Connection('default', readSettings({ GEARBOARD_URL: `redis://127.0.0.1:${port}` }))
  const release = connection.hub.watch()
  opened.push(() => connection.close(), release)
  return connection
}

/** Resolves with the first defined value that the state of the feed gives. */
function until<T>({ hub }: Connection, ask: () => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const check = () => {
      const value = ask()
      if (value === undefined) return
      unsubscribe()
      resolve(value)
    }
    const unsubscribe = hub.feed.subscribe(check)
    check()
  })
}

const live = (connection: Connection) =>
  until(connection, () => connection.hub.feed.connection.status === 'live' || undefined)

test('a look that is not told the run id, as the server is busy or the user may not ask, is no restart', async () => {
  const redis = await scripted()
  redis.executions = [[id(1), 'done']]
  redis.errors.set(id(1), [])
  const connection = watch(redis)
  const { executions } = connection.hub.feed
  const before = await until(connection, () =>
    executions.get(id(1))?.outcome === 'ok' ? executions.get(id(1)) : undefined,
  )

  redis.instead.set(
    'INFO SERVER',
    '-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n',
  )
  await connection.hub.nudge()
  redis.instead.clear()
  await connection.hub.nudge()
  expect(executions.get(id(1))).toMatchObject({ live: true, outcome: 'ok', firstSeen: before.firstSeen })

  redis.runId = 'b'.repeat(40)
  redis.executions = []
  await connection.hub.nudge()
  expect(executions.get(id(1))).toMatchObject({ live: false, outcome: 'ok', gone: { cause: 'restarted' } })
})

test('where nobody may ask for the run id, what ran again under an id that had ended is another execution', async () => {
  const redis = await scripted()
  for (const section of ['SERVER', 'MEMORY', 'REPLICATION', 'CLUSTER'])
    redis.instead.set(`INFO ${section}`, "-NOPERM this user has no permissions to run the 'info' command\r\n")
  redis.instead.set('CLUSTER INFO', '-ERR This instance has cluster support disabled\r\n')
  redis.executions = [[id(1), 'done']]
  redis.errors.set(id(1), ['boom'])
  const connection = watch(redis)
  const { executions } = connection.hub.feed
  const first = await until(connection, () =>
    executions.get(id(1))?.outcome === 'failed' ? executions.get(id(1)) : undefined,
  )

  redis.executions = [[id(1), 'running']]
  redis.errors.clear()
  await connection.hub.nudge()
  const second = executions.get(id(1))
  expect(second).toMatchObject({ live: true, outcome: 'running', errors: null, firstError: null })
  expect(second?.firstSeen).toBeGreaterThan(first.firstSeen)
})

test('another registration under the id of one that a restart took is not shown as that one', async () => {
  const redis = await scripted()
  redis.registrations = [commandRegistration(id(1), 'pay')]
  const connection = watch(redis)
  const { registrations } = connection.hub.feed
  const first = await until(connection, () => registrations.get(id(1)))
  expect(first.name).toBe('command pay')

  redis.runId = 'b'.repeat(40)
  redis.registrations = [commandRegistration(id(1), 'refund')]
  await connection.hub.nudge()
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
  const connection = watch(bare)
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

test('an execution that is done without a count of results is asked again, and then left unknown', async () => {
  const redis = await scripted()
  redis.executions = [[id(1), 'done']]
  const plan = ['status', 'done', 'shards_received', 0, 'shards_completed', 0, 'results', -1, 'errors', []]
  const reply = [['shard_id', NONE, 'execution_plan', [...plan, 'total_duration', 5, 'read_duration', 1, 'steps', []]]]
  redis.instead.set(`RG.GETEXECUTION ${id(1)} SHARD`, resp(reply))
  const connection = watch(redis)
  await live(connection)
  const asked = () => redis.replay.seen.filter(([name]) => name === 'RG.GETEXECUTION').length
  while (asked() < 3) await connection.hub.nudge()
  expect(connection.hub.feed.executions.get(id(1))).toMatchObject({ live: true, status: 'done', outcome: 'unknown' })

  redis.errors.set(id(1), [])
  redis.instead.clear()
  const known = await until(connection, () => {
    const row = connection.hub.feed.executions.get(id(1))
    return row?.outcome === 'ok' ? row : undefined
  })
  expect(known).toMatchObject({ results: 1, errors: 0 })
})
