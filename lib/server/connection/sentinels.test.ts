import { createServer } from 'node:net'
import { commands, parseTarget, RedisGears, type SentinelSettings } from '@gearboard/gears'
import { listenOnLoopback } from '@gearboard/gears/testing/loopback-server'
import { ReplayServer } from '@gearboard/gears/testing/replay-server'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, test } from 'vitest'
import { clusterFindings, clusterHeadline, coverageInWords } from '@/lib/model/cluster/cluster-findings'
import { unreached } from '@/lib/model/cluster/unreached'
import { Authority } from '@/test/certificates'
import { freePorts } from '@/test/free-ports'
import { startRedis, startSentinel } from '@/test/gears-processes'
import { resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, status, until, watch } from '@/test/watched-connection'

// Whoever asks sentinels reaches the master that they name; what keeps him from it is said in its own words.

const at = (port: number) => `127.0.0.1:${port}`
const NAME = 'mymaster'

/** A sentinel that names the master that a test sets. */
class ScriptedSentinel {
  master: readonly [host: string, port: number] | null = null

  private constructor(readonly replay: ReplayServer) {
    replay.answer = ([name = '', sub = '', asked = '']) => {
      if (name.toUpperCase() !== 'SENTINEL') return `-ERR unknown command '${name}', with args beginning with: \r\n`
      if (sub.toUpperCase() === 'MASTERS') return resp([['name', NAME, 'ip', '127.0.0.1']])
      return resp(asked === NAME && this.master ? this.master.map(String) : null).replace('$-1', '*-1')
    }
  }

  static async naming(master: readonly [host: string, port: number]): Promise<ScriptedSentinel> {
    const sentinel = new ScriptedSentinel(await ReplayServer.start())
    closedAfter(() => sentinel.replay.stop())
    sentinel.master = master
    return sentinel
  }

  get port(): number {
    return this.replay.port
  }
}

async function scripted(): Promise<ScriptedRedis> {
  const server = await ScriptedRedis.start()
  closedAfter(() => server.replay.stop())
  return server
}

/** It accepts connections and says nothing, as a stopped process does. */
async function silent(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    closedAfter(() => socket.destroy())
  })
  closedAfter(() => server.close())
  return listenOnLoopback(server)
}

const url = (ports: readonly number[], name = NAME, user = '') =>
  `redis+sentinel://${user}${ports.map(at).join(',')}/${name}`

const watching = (ports: readonly number[], name = NAME, user = '') =>
  watch(0, { GEARBOARD_URL: url(ports, name, user) })

describe('a sentinel that does not answer keeps no other from being asked', () => {
  test.each([
    ['silent', async () => [await silent()]],
    ['closed', async () => [await freePorts()]],
    ['three of them', async () => [await silent(), await freePorts(), await silent()]],
  ])('%s', async (_, before) => {
    const server = await scripted()
    const sentinel = await ScriptedSentinel.naming(['127.0.0.1', server.port])
    const connection = watching([...(await before()), sentinel.port])
    const state = await status(connection, 'live')
    expect(state.sentinel).toEqual({ master: NAME, address: at(server.port), by: at(sentinel.port) })
    expect(connection.hub.feed.shardStates.map(({ address }) => address)).toEqual([at(server.port)])
  })

  test('where none answers, each is told with its reason', async () => {
    const ports = [await freePorts(), await freePorts()]
    const state = await status(watching(ports), 'unreachable')
    const { title, words, checks } = unreached(state, Date.now())
    expect(title).toBe('No sentinel of “mymaster” answers')
    expect(words[0]).toMatch(/^none of the 2 sentinels answers: /)
    for (const port of ports) {
      expect(words[0]).toContain(`${at(port)}: connect ECONNREFUSED`)
      expect(checks.flatMap(({ commands: lines }) => lines)).toContain(`redis-cli -h 127.0.0.1 -p ${port} PING`)
    }
  })
})

describe('a sentinel that says no', () => {
  const refused = async (port: number, name = NAME) => {
    const { error, named } = await status(watching([port], name, 'user:sesame@'), 'refused')
    expect(JSON.stringify(error)).not.toContain('sesame')
    expect([error?.address, named]).toEqual([at(port), undefined])
    return error
  }

  test('to a name that it does not know, with those that it does', async () => {
    const redis = await startRedis()
    const sentinel = await startSentinel(NAME, redis.port)
    closedAfter(
      () => redis.stop(),
      () => sentinel.stop(),
    )
    for (const name of ['MyMaster', 'other'])
      expect(await refused(sentinel.port, name)).toMatchObject({
        refusal: 'unknown_master',
        message: `no master named "${name}"; it knows "mymaster"`,
      })
  })

  test('for want of its own password, or of a permission', async () => {
    const redis = await startRedis()
    const guarded = await startSentinel(NAME, redis.port, 'requirepass other')
    const narrow = await startSentinel(NAME, redis.port, 'user default on nopass ~* &* +@all -sentinel')
    closedAfter(
      () => redis.stop(),
      () => guarded.stop(),
      () => narrow.stop(),
    )
    expect(await refused(guarded.port)).toMatchObject({ refusal: 'sentinel_password', message: /^NOAUTH / })
    expect(await refused(narrow.port)).toMatchObject({ refusal: 'sentinel_permission', message: /^NOPERM / })
  })

  test('to a user or a password of its own that is wrong, which are not those of the master', async () => {
    const redis = await startRedis(['--requirepass', 'of-the-master'])
    const sentinel = await startSentinel(
      NAME,
      redis.port,
      `sentinel auth-pass ${NAME} of-the-master`,
      'user default off',
      'user watcher on >its-own ~* &* +@all',
    )
    closedAfter(
      () => redis.stop(),
      () => sentinel.stop(),
    )
    const asked = (access: Partial<SentinelSettings>) => {
      const target = parseTarget(url([sentinel.port], NAME, ':of-the-master@'))
      const gears = new RedisGears({ ...target, sentinel: { name: NAME, ...access } })
      closedAfter(() => gears.close())
      return gears.send(commands.ping).catch((error: unknown) => error)
    }
    expect(await asked({ username: 'watcher', password: 'its-own' })).toBe('PONG')
    const refused = (refusal: string) => ({ code: 'rejected', refusal, address: at(sentinel.port) })
    expect(await asked({})).toMatchObject(refused('sentinel_password'))
    for (const access of [{ password: 'its-own' }, { username: 'watcher', password: 'of-the-master' }])
      expect(await asked(access)).toMatchObject(refused('sentinel_wrong_password'))
  })

  test('because it is none, and a sentinel that is taken for a server', async () => {
    const redis = await startRedis()
    const sentinel = await startSentinel(NAME, redis.port)
    closedAfter(
      () => redis.stop(),
      () => sentinel.stop(),
    )
    expect((await refused(redis.port))?.refusal).toBe('no_sentinel')
    expect((await status(watch(sentinel.port), 'refused')).error).toMatchObject({
      refusal: 'is_sentinel',
      address: at(sentinel.port),
    })
  })

  test('what one of them says tells more than that another is silent, and one that knows the master more than one that does not', async () => {
    const server = await scripted()
    const ignorant = await ScriptedSentinel.naming(['127.0.0.1', server.port])
    ignorant.master = null
    const closed = await freePorts()
    expect((await status(watching([closed, ignorant.port]), 'refused')).error?.refusal).toBe('unknown_master')
    const knowing = await ScriptedSentinel.naming(['127.0.0.1', server.port])
    await status(watching([ignorant.port, knowing.port]), 'live')
  })
})

describe('the master that they name', () => {
  test('and that nobody reaches is named, with who named it', async () => {
    const port = await freePorts()
    const sentinel = await ScriptedSentinel.naming(['127.9.8.7', port])
    const connection = watching([sentinel.port])
    const master = `127.9.8.7:${port}`
    const state = await status(connection, 'unreachable')
    expect(state.named).toMatchObject({ by: at(sentinel.port), of: 1, masters: [{ address: master }] })
    expect(state.error?.message).toContain(`${at(sentinel.port)} answers and reports the master "mymaster"`)
    const { title, lead, words, checks } = unreached(state, Date.now())
    expect(title).toBe('The master that Sentinel names does not answer')
    expect(lead).toContain(`reports ${master} as the master “mymaster”`)
    expect(words).toEqual([expect.stringMatching(`^${master}: connect ECONNREFUSED`)])
    const lines = checks.flatMap(({ commands: each }) => each)
    expect(lines).toContain(`redis-cli -h 127.0.0.1 -p ${sentinel.port} SENTINEL MASTER mymaster`)
    expect(lines).toContain(`redis-cli -h 127.9.8.7 -p ${port} PING`)
    await expect(connection.known()).rejects.toMatchObject({ message: state.error?.message })
  })

  test('by a name that does not resolve', async () => {
    const sentinel = await ScriptedSentinel.naming(['master.invalid', 6379])
    const { named } = await status(watching([sentinel.port]), 'unreachable')
    expect(named?.masters).toMatchObject([{ address: 'master.invalid:6379', message: /master\.invalid/ }])
  })

  test('and that has no RedisGears is told of itself, not of the sentinels', async () => {
    const server = await scripted()
    server.hasModule = false
    const sentinel = await ScriptedSentinel.naming(['127.0.0.1', server.port])
    const { error } = await status(watching([sentinel.port]), 'module_missing')
    expect(error?.address).toBe(at(server.port))
  })

  test('is another one after a failover: what is shown is that one, and it is said', async () => {
    const [old, next] = [await scripted(), await scripted()]
    old.executions = [[`${'0'.repeat(40)}-1`, 'running']]
    const sentinel = await ScriptedSentinel.naming(['127.0.0.1', old.port])
    const connection = watching([sentinel.port], NAME, 'user:sesame@')
    await status(connection, 'live')
    await until(connection, () => connection.hub.feed.executions.size || undefined)
    next.runId = 'b'.repeat(40)
    const from = at(old.port)
    sentinel.master = ['127.0.0.1', next.port]
    await old.replay.stop()
    const moved = await until(connection, () => connection.hub.feed.connection.sentinel?.moved)
    expect(moved.from).toBe(from)
    const state = await status(connection, 'live')
    expect(state.sentinel?.address).toBe(at(next.port))
    expect(await connection.gears.send(commands.ping)).toBe('OK')
    expect(next.replay.seen.some(([name]) => name === 'PING')).toBe(true)
    // The password is the master's.
    expect(JSON.stringify(sentinel.replay.seen)).not.toContain('sesame')
  })

  test('stays while no sentinel answers any more, which is said', async () => {
    const server = await scripted()
    const sentinel = await ScriptedSentinel.naming(['127.0.0.1', server.port])
    const connection = watching([sentinel.port])
    await status(connection, 'live')
    await sentinel.replay.stop()
    const { error } = await until(connection, () => {
      const told = connection.hub.feed.connection.sentinel
      return told?.error ? told : undefined
    })
    expect(error?.message).toMatch(/^the sentinel does not answer: /)
    expect(connection.hub.feed.connection.status).toBe('live')
  })
})

test('a real failover is followed', async () => {
  const first = await startRedis()
  const second = await startRedis(['--replicaof', '127.0.0.1', String(first.port), '--repl-diskless-sync-delay', '0'])
  const sentinel = await startSentinel(NAME, first.port, `sentinel failover-timeout ${NAME} 5000`)
  const asker = new Redis(sentinel.port, '127.0.0.1')
  closedAfter(
    () => first.stop(),
    () => second.stop(),
    () => sentinel.stop(),
    () => asker.disconnect(),
  )
  const gears = new RedisGears(url([sentinel.port]), { maxAgeMs: 50 })
  closedAfter(() => gears.close())
  const where = async () => (await gears.shards()).map(({ address }) => address)
  expect(await where()).toEqual([at(first.port)])
  // Refused until the sentinel has found the replica, and it is in step.
  await expect.poll(() => asker.call('SENTINEL', 'FAILOVER', NAME).catch(String)).toBe('OK')
  await expect.poll(where).toEqual([at(second.port)])
  await expect.poll(() => gears.send(commands.replication).then(({ role }) => role)).toBe('master')
})

describe('by TLS', () => {
  const authority = new Authority()
  afterAll(() => authority.remove())

  test.each(['that speak it, too', 'that do not'])('the master, from sentinels %s', async (which) => {
    const tls = await freePorts(2)
    const redis = await startRedis([...authority.server(tls), '--tls-auth-clients', 'no'])
    const spoken = which === 'that do not' ? [] : authority.sentinel(tls + 1)
    const sentinel = await startSentinel(NAME, tls, ...spoken, 'sentinel down-after-milliseconds mymaster 60000')
    closedAfter(
      () => redis.stop(),
      () => sentinel.stop(),
    )
    const port = spoken.length > 0 ? tls + 1 : sentinel.port
    const gears = new RedisGears(`rediss+sentinel://127.0.0.1:${port}/${NAME}`, { tls: { ca: authority.certificate } })
    closedAfter(() => gears.close())
    expect(await gears.send(commands.ping)).toBe('PONG')
    expect(gears.namedBy).toBe(at(port))
  })
})

test('the Cluster page tells who names the master, and that no failover is seen while nobody does', () => {
  const facts = {
    cluster: false,
    tls: false,
    place: 'environment' as const,
    shards: [],
    views: [],
    now: 0,
    sentinel: { master: NAME, address: '10.0.0.5:6379', by: '10.0.0.9:26379' },
  }
  expect(clusterHeadline(facts, clusterFindings(facts))).toBe('A single server, not a cluster.')
  expect(coverageInWords(facts)).toBe(
    'The sentinel 10.0.0.9:26379 reports 10.0.0.5:6379 as the master “mymaster”; a failover changes it.',
  )
  const blind = {
    ...facts,
    sentinel: { ...facts.sentinel, by: null, error: { code: 'unreachable', message: 'gone' } },
  } as const
  expect(clusterFindings(blind)).toMatchObject([
    { kind: 'sentinels', severity: 'warning', meaning: /10\.0\.0\.5:6379/ },
  ])
})
