import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import type { RegistrationMode } from '@gearboard/gears/vocabulary/registration'
import type { ClusterInfo, ClusterNode, ShardAnswer, SlotRange } from '@gearboard/gears/vocabulary/shard'
import { describe, expect, test } from 'vitest'
import { clusterNode, shardState } from '../testing'
import {
  type ClusterFacts,
  type ClusterFinding,
  clusterFindings,
  clusterHeadline,
  coverageInWords,
  restartsInWords,
} from './cluster-findings'
import type { ShardState } from './shard'

const A = '15f4'.padEnd(40, '0')
const B = 'b57e'.padEnd(40, '0')
const C = '9c20'.padEnd(40, '0')
const NOW = 1_000_000_000

const shard = (key: string, slots: readonly SlotRange[], changes: Partial<ShardState> = {}) =>
  shardState(key, { slots, answeredAt: NOW, ...changes })

const node = (id: string, minSlot: number, maxSlot: number, runId: string | null = 'r'.repeat(40)) =>
  clusterNode(id, minSlot, maxSlot, { runId })

const RANGES: Readonly<Record<string, SlotRange>> = { [A]: [0, 5460], [B]: [5461, 10_922], [C]: [10_923, 16_383] }
const KEYS = [A, B, C]
const NODES = KEYS.map((key) => node(key, ...(RANGES[key] ?? [0, 0])))
const SHARDS = KEYS.map((key) => shard(key, [RANGES[key] ?? [0, 0]]))

const view = (key: string, value: ClusterInfo): ShardAnswer<ClusterInfo> => ({ shard: { key, address: '' }, value })
const sees = (key: string, nodes: readonly ClusterNode[] = NODES) =>
  view(key, { mode: 'cluster', myId: key, myRunId: 'r'.repeat(40), nodes })
const blind = (key: string) => view(key, { mode: 'none' })

const WELL: ClusterFacts = {
  cluster: true,
  tls: false,
  place: 'environment',
  shards: SHARDS,
  views: KEYS.map((key) => sees(key)),
  registrations: [],
  executions: [],
  config: [],
  now: NOW,
}
const ONE: ClusterFacts = {
  ...WELL,
  cluster: false,
  shards: [shard('standalone', [[0, 16_383]])],
  views: [blind('standalone')],
}

const found = (change: Partial<ClusterFacts> = {}, facts = WELL) => clusterFindings({ ...facts, ...change })
const one = (kind: ClusterFinding['kind'], change: Partial<ClusterFacts>, facts = WELL) =>
  found(change, facts).find((finding) => finding.kind === kind)
const IDLED = { abortCause: 'idle', endSeen: NOW, registered: false, origin: { kind: 'unknown' } } as const
const missing = (name: string, mode: RegistrationMode) => ({ key: name, id: name, name, mode, missingOn: [B] })
const changed = (key: string, change: Partial<ShardState>) =>
  SHARDS.map((each) => (each.key === key ? { ...each, ...change } : each))

test('of a cluster that is well nothing is found, nor of one server, nor of what is not known yet', () => {
  expect(found()).toEqual([])
  expect(found({}, ONE)).toEqual([])
  expect(found({ registrations: undefined, executions: undefined, config: undefined })).toEqual([])
})

describe('slots that their shard has given up, while the map of another one still counts them as its', () => {
  const claim = (key: string, ...value: readonly SlotRange[]) => ({ shard: { key, address: '' }, value })
  const own = (key: string) => claim(key, RANGES[key] ?? [0, 0])

  test.each([
    [
      'a part of one',
      [own(A), claim(B, [5461, 5999], [6101, 10_922]), own(C)],
      /hold 101 slots that the slot map/,
      16_283,
    ],
    [
      'one slot',
      [claim(A, [1, 5460]), own(B), own(C)],
      /15f4 does not hold 1 slot that the slot map assigns to it/,
      16_383,
    ],
    ['all of one', [own(A), own(B), claim(C)], /hold 5,461 slots that the slot map/, 10_923],
    ['all of all', [claim(A), claim(B), claim(C)], /^No shard holds a hash slot any longer/, 0],
  ])('%s', (_, claims, title, covered) => {
    const facts = { ...WELL, claims }
    expect(clusterFindings(facts)).toMatchObject([{ kind: 'disowned', severity: 'failed', title }])
    expect(clusterHeadline(facts, clusterFindings(facts))).toMatch(title)
    expect(coverageInWords(facts)).toContain(`${covered.toLocaleString('en')} of 16,384 slots are covered`)
  })

  test('no word of those that move to another one, nor while a shard does not say what it holds', () => {
    expect(found({ claims: [claim(A, [0, 5000]), claim(B, [5001, 10_922]), own(C)] })).toEqual([])
    const silent = { shard: { key: A, address: '' }, error: { code: 'timeout', message: 'no answer' } } as const
    expect(found({ claims: [silent, claim(B), own(C)] })).toEqual([])
    expect(found({ claims: KEYS.map(own) })).toEqual([])
  })

  test('where every map is empty, that is what is said of the old one', () => {
    const error = { code: 'rejected', message: 'CLUSTER SLOTS lists no master', refusal: 'no_slots' } as const
    expect(one('unread-map', { oldSlotMap: { readAt: NOW - 60_000, error } })?.title).toBe(
      'No shard holds a hash slot any longer; the slot map shown is 1 min old.',
    )
  })
})

describe('an address that leads to several servers', () => {
  test.each([
    ['one server', ONE, 'standalone', 2, ' leads to 2 servers.', /so this is not a restart/],
    ['a shard of a cluster', WELL, B, 3, ' leads to 3 servers.', /Pages show only the server/],
  ])('is told of %s, and that nothing restarted', (_, facts, key, servers, title, meaning) => {
    const shards = facts.shards.map((each) => (each.key === key ? { ...each, address: 'a:1', servers } : each))
    expect(one('balancer', { shards }, facts)).toMatchObject({
      title: `a:1${title}`,
      meaning: expect.stringMatching(meaning),
      todo: expect.stringMatching(/own addresses/),
    })
  })

  test('each is named, and one that leads to one server is none', () => {
    const shards = SHARDS.map((each, i) => ({ ...each, address: `s:${i}`, servers: i + 1 }))
    expect(one('balancer', { shards })?.title).toBe('s:1 leads to 2 servers and s:2 leads to 3 servers.')
    expect(one('balancer', { shards: SHARDS })).toBeUndefined()
  })
})

describe('a shard of the embedded RedisGears that broke down', () => {
  const restart = { at: NOW - 8000, reason: 'Python broke down: a stack too deep\u202e' }
  const told = (...restarts: (typeof restart | undefined)[]) =>
    restartsInWords(
      restarts.map((each, at) => shardState(`${at}`.repeat(40), { ...(each && { restart: each }) })),
      NOW,
    )

  test('is told for an hour, with its reason and what was lost', () => {
    const words = told(undefined, restart)
    expect(words?.title).toBe('The shard 1111 restarted.')
    expect(words?.text).toMatch(
      /^Python broke down: a stack too deep\\u202e\. Unsaved keys, running executions and results/,
    )
    expect(told(restart)?.title).toBe('The embedded RedisGears restarted.')
    expect(told({ ...restart, at: NOW - 3_600_000 })).toBeUndefined()
  })

  test('is named among others', () => {
    const words = told(restart, { at: NOW - 60_000, reason: 'it did not answer for 120 s' })
    expect(words?.title).toBe('The shards 0000 and 1111 restarted.')
    expect(words?.text).toContain('1111: it did not answer for 120 s.')
  })

  test('is no finding: the headline says how the cluster is now', () => {
    const facts = { ...WELL, shards: SHARDS.map((each) => ({ ...each, restart })) }
    expect(clusterFindings(facts)).toEqual([])
  })
})

describe('a slot map that cannot be read again', () => {
  const old = (error: ErrorBody, ageMs: number, change: Partial<ClusterFacts> = {}) =>
    one('unread-map', { ...change, oldSlotMap: { readAt: NOW - ageMs, error } })

  test('is told with its age, who refuses it, and what helps', () => {
    const noperm = {
      code: 'rejected',
      message: 'NOPERM no cluster|slots',
      address: 'a:1',
      refusal: 'permission',
    } as const
    expect(old(noperm, 180_000, { acl: ['ACL SETUSER x +cluster|slots'] })).toMatchObject({
      severity: 'failed',
      title: 'The slot map is 3 min old: no shard reports it any longer.',
      todo: expect.stringMatching(/^Grant the commands.*\+cluster\|slots'\..* a:1 answers: NOPERM no cluster\|slots$/),
    })
    const silent = { code: 'timeout', message: 'CLUSTER: no answer within 3000 ms', address: 'b:2' } as const
    expect(old(silent, 7000)).toMatchObject({
      title: expect.stringMatching(/^The slot map is 7(\.0)? s old/),
      todo: 'b:2 does not answer: CLUSTER: no answer within 3000 ms',
    })
    expect(old({ code: 'rejected', message: 'ERR no', address: 'c:3' }, 0)?.todo).toBe('c:3 answers: ERR no')
  })

  test('is no coverage of now', () => {
    const oldSlotMap = { readAt: NOW, error: { code: 'timeout', message: 'silent' } } as const
    expect(coverageInWords({ ...WELL, oldSlotMap })).toMatch(
      /16,384 slots were covered when the slot map was read; 3 of/,
    )
    expect(coverageInWords(WELL)).toMatch(/16,384 slots are covered/)
    const shards = ONE.shards.map((each) => ({ ...each, servers: 2 }))
    expect(coverageInWords({ ...ONE, shards })).toBe('Pages show only one of the servers.')
  })

  test('is none while it can be read', () => expect(one('unread-map', {})).toBeUndefined())
})

test('every finding says what it means and what to do', () => {
  const all = found({
    shards: [...changed(B, { state: 'silent', role: 'replica', gearsVersion: '1.2.6' }).slice(0, 2)],
    views: [
      blind(A),
      sees(B, [node(A, 0, 6000, null)]),
      { shard: { key: C, address: '' }, error: { code: 'rejected', message: 'ERRCLUSTER x' } },
    ],
    registrations: [missing('orders', 'async_local')],
    config: [{ name: 'MaxExecutions', drifts: true }],
  })
  expect(all.map(({ kind }) => kind)).toEqual([
    'silent',
    'role',
    'enterprise',
    'uninitialised',
    'old-map',
    'uncovered',
    'unreached',
    'registrations',
    'versions',
    'configuration',
  ])
  for (const finding of all) {
    expect(finding.meaning, finding.kind).toMatch(/\.$/)
    expect(finding.todo, finding.kind).toMatch(/\.$/)
  }
})

describe('a shard that does not answer', () => {
  test('is named with the reason', () => {
    const error = { code: 'timeout', message: 'INFO: no answer within 3000 ms' } as const
    const finding = one('silent', { shards: changed(B, { state: 'silent', error }) })
    expect(finding?.title).toBe('Shard b57e does not answer.')
    expect(finding?.todo).toContain('no answer within 3000 ms')
    expect(one('silent', { shards: [shard('standalone', [], { state: 'silent' })] }, ONE)?.title).toBe(
      'The server does not answer.',
    )
  })

  test('is told from one that answers, but refuses or has no module', () => {
    const refused = { code: 'rejected', message: "NOPERM this user has no permissions to run 'rg.pystats'" } as const
    const at = changed(B, { state: 'silent', error: refused })
    expect(one('silent', { shards: at })).toBeUndefined()
    expect(one('refusing', { shards: at })).toMatchObject({
      title: 'Shard b57e answers, but RedisGears does not.',
      todo: expect.stringMatching(/NOPERM/),
    })
    const acl = ['ACL SETUSER default +rg.pystats'] as const
    const permission = { ...refused, refusal: 'permission' } as const
    expect(one('refusing', { acl, shards: changed(B, { state: 'silent', error: permission }) })).toMatchObject({
      title: 'b57e does not allow this user the commands that Gearboard needs.',
      todo: expect.stringMatching(/^Grant the commands.* ACL SETUSER default \+rg\.pystats\. .*NOPERM/),
    })
    const busy = { code: 'rejected', message: 'BUSY Redis is busy running a script.', refusal: 'busy' } as const
    expect(one('refusing', { shards: changed(B, { state: 'silent', error: busy }) })?.title).toBe(
      'b57e is busy running a script.',
    )
    const missing = { code: 'module_missing', message: "ERR unknown command 'RG.PYSTATS'" } as const
    expect(one('refusing', { shards: changed(B, { state: 'silent', error: missing }) })?.todo).toMatch(
      /^Load the module/,
    )
  })

  test('is not one that has not been asked yet', () => {
    expect(found({ shards: changed(B, { state: 'unasked', role: null, gearsVersion: null }) })).toEqual([])
  })
})

describe('a replica', () => {
  test('where a master should be', () => {
    expect(one('role', { shards: changed(C, { role: 'replica' }) })?.title).toBe(
      '9c20:6379 is a replica, not a master.',
    )
    expect(one('role', { shards: [shard('standalone', [], { role: 'replica' })] }, ONE)?.todo).toContain(
      'Connect Gearboard to its master',
    )
  })

  test('where the role may not be read, none is claimed', () => {
    expect(one('role', { shards: changed(C, { role: null }) })).toBeUndefined()
  })
})

describe('not initialised', () => {
  test('ERRCLUSTER is Redis Enterprise before its proxy has spoken, and a refresh is no help', () => {
    const views = [
      sees(A),
      sees(B),
      {
        shard: { key: C, address: '' },
        error: { code: 'rejected', message: 'ERRCLUSTER Uninitialized cluster state' } as const,
      },
    ]
    expect(one('enterprise', { views })).toMatchObject({
      title: 'RedisGears has no cluster state on 9c20 (ERRCLUSTER).',
    })
    expect(one('enterprise', { views })?.refresh).toBeUndefined()
    const other = [
      sees(A),
      sees(B),
      { shard: { key: C, address: '' }, error: { code: 'rejected', message: 'NOPERM' } as const },
    ]
    expect(one('enterprise', { views: other })).toBeUndefined()
  })

  test('“no cluster mode” on a real cluster: a refresh helps', () => {
    expect(one('uninitialised', { views: KEYS.map(blind) })).toMatchObject({
      title: 'RedisGears is not initialised on any of the 3 shards.',
      refresh: true,
    })
    expect(one('uninitialised', { views: [sees(A), blind(B), sees(C)] })?.title).toBe(
      'RedisGears is not initialised on b57e.',
    )
  })

  test('one shard that has all slots says so, too, rightly', () => {
    expect(found({ shards: [shard(A, [[0, 16_383]])], views: [blind(A)] })).toEqual([])
  })
})

describe('shards that disagree', () => {
  test('an old map names its holder', () => {
    const views = [sees(A), sees(B, [node(A, 0, 5801), node(B, 5802, 10_922), node(C, 10_923, 16_383)]), sees(C)]
    expect(one('old-map', { views })).toMatchObject({ title: 'b57e holds an old slot map.', refresh: true })
    expect(one('old-map', { views: [sees(A), sees(B, NODES.slice(0, 2)), sees(C)] })?.title).toBe(
      'b57e holds an old slot map.',
    )
  })

  test('a node’s first range alone is no disagreement', () => {
    const shards = [
      shard(A, [
        [0, 2000],
        [2001, 5460],
      ]),
      ...SHARDS.slice(1),
    ]
    const views = KEYS.map((key) => sees(key, [node(A, 0, 2000), ...NODES.slice(1)]))
    expect(found({ shards, views })).toEqual([])
  })

  test('registrations that a shard lacks', () => {
    const registrations = [missing('orders', 'sync'), { ...missing('carts', 'async'), missingOn: [] }]
    const finding = one('registrations', { registrations })
    expect(finding?.title).toBe('1 registration is missing on b57e.')
    expect(finding?.meaning).toContain('orders')
    expect(finding?.meaning).not.toContain('carts')
    expect(finding?.meaning).toContain('events on b57e do not fire it')
    expect(finding?.severity).toBe('warning')
  })

  test('of mode async, its firings fail on every shard, and that wins over the guess of a firewall', () => {
    const registrations = [missing('orders', 'async'), missing('carts', 'async_local')]
    expect(one('registrations', { registrations: registrations.slice(0, 1) })).toMatchObject({
      severity: 'failed',
      title: '1 registration is missing on b57e: every run fails on every shard.',
    })
    const finding = one('registrations', { registrations })
    expect(finding?.title).toBe('2 registrations are missing on b57e; every run of orders fails on every shard.')
    expect(finding?.meaning).toMatch(/^orders: every run fails on every shard.*carts: events on b57e do not fire it/)

    const fired = { ...IDLED, registered: true }
    const of = (name: string) => ({
      ...fired,
      origin: { kind: 'registration', name, registrationId: name, inferred: true } as const,
    })
    expect(found({ registrations, executions: [fired, of('orders')] }).map(({ kind }) => kind)).toEqual([
      'registrations',
    ])
    // A missing registration that no known cause explains is still reported, after the explained ones.
    const others = [IDLED, of('carts'), of('somebody’s')]
    expect(found({ registrations, executions: [fired, ...others] }).map(({ kind }) => kind)).toEqual([
      'registrations',
      'idle',
    ])
    expect(one('idle', { registrations, executions: [fired, ...others] })?.title).toMatch(/^3 executions timed out/)
    expect(one('idle', { registrations: registrations.slice(1), executions: [fired] })?.title).toMatch(/^1 execution /)
  })

  test('configuration', () => {
    const config = [
      { name: 'MaxExecutions', drifts: true },
      { name: 'SendMsgRetries', drifts: false },
    ]
    expect(one('configuration', { config })?.title).toBe('MaxExecutions differs between shards.')
    const differing = (...names: string[]) =>
      one('configuration', { config: names.map((name) => ({ name, drifts: true })) })
    // Each machine installs where it likes.
    expect(differing('PythonInstallationDir', 'DependenciesUrl')).toBeUndefined()
    expect(differing('PythonInstallationDir', 'ExecutionMaxIdleTime')).toMatchObject({
      title: 'ExecutionMaxIdleTime differs between shards.',
      meaning: expect.stringContaining(
        'Executions time out sooner on some shards. RG.CONFIGSET applies only to the shard that receives it.',
      ),
    })
    expect(differing('DependenciesSha256')?.meaning).toContain('different builds of Python')
    expect(differing('MyOwnKey')?.meaning).toContain('Scripts read different values of MyOwnKey')
  })

  test('versions, of RedisGears or of Redis', () => {
    expect(one('versions', { shards: changed(B, { gearsVersion: '1.2.6' }) })?.title).toContain(
      'RedisGears 1.2.13 on 15f4 and 9c20, 1.2.6 on b57e',
    )
    expect(one('versions', { shards: changed(B, { redisVersion: '6.2.7' }) })?.title).toContain(
      'Redis 7.2.5 on 15f4 and 9c20, 6.2.7 on b57e',
    )
    expect(one('versions', { shards: changed(B, { gearsVersion: null }) })).toBeUndefined()
  })

  test('slots that nobody holds', () => {
    const shards = [...SHARDS.slice(0, 2), shard(C, [[10_923, 16_382]])]
    const views = KEYS.map((key) => sees(key, [...NODES.slice(0, 2), node(C, 10_923, 16_382)]))
    expect(found({ shards, views }).map(({ title }) => title)).toEqual([
      '1 slot is not held by any shard that Gearboard sees.',
    ])
  })
})

describe('shards that do not reach each other', () => {
  test('one that was never connected to, though it answers us', () => {
    const views = [sees(A, [...NODES.slice(0, 2), node(C, 10_923, 16_383, null)]), sees(B), sees(C)]
    expect(one('unreached', { views })?.title).toBe(
      'Shards that answer Gearboard do not reach each other: 15f4 → 9c20.',
    )
    expect(one('unreached', { views, shards: changed(C, { state: 'silent' }) })).toBeUndefined()
  })

  test('idle timeouts while every shard answers: likely TLS where Gearboard itself needs TLS', () => {
    const executions = [{ ...IDLED, endSeen: NOW - 60_000 }]
    expect(one('idle', { executions, tls: true })?.todo).toMatch(/^A likely cause is TLS/)
    expect(one('idle', { executions })?.todo).toMatch(/^Check the log of each shard for refused connections/)
  })

  test('old ones, other aborts and a silent shard say nothing of that', () => {
    expect(one('idle', { executions: [{ ...IDLED, endSeen: NOW - 3_600_000 }] })).toBeUndefined()
    expect(one('idle', { executions: [{ ...IDLED, abortCause: 'command' }] })).toBeUndefined()
    const executions = [IDLED]
    expect(one('idle', { executions, shards: changed(A, { state: 'silent' }) })).toBeUndefined()
    expect(one('idle', { executions }, ONE)).toBeUndefined()
  })
})

test('the headline is the gravest finding, or that all is well', () => {
  expect(clusterHeadline(WELL, [])).toBe('All 3 shards answer and agree on the slot map.')
  expect(clusterHeadline(ONE, [])).toBe('A single server, not a cluster.')
  const shards = changed(B, { state: 'silent', gearsVersion: '1.2.6' })
  expect(clusterHeadline({ ...WELL, shards }, found({ shards }))).toBe(
    'Shard b57e does not answer. 1 more finding below.',
  )
  const asking = { cluster: true, shards: changed(B, { state: 'unasked' }) }
  expect(clusterHeadline(asking, [])).toBe('Loading shards…')
  expect(coverageInWords(asking)).toBe('16,384 of 16,384 slots are covered; 2 of 3 shards answer, 1 not polled yet.')
})

describe('an address that hides a cluster', () => {
  test.each([
    [[B], 2, 'b57e (b:1)'],
    [[B, C], 1, 'b57e (b:1) and 9c20 (c:1)'],
  ])('counts what can be reached of all, and names the others: %j', (beyond, reached, names) => {
    const addresses: Readonly<Record<string, string>> = { [A]: 'a:1', [B]: 'b:1', [C]: 'c:1' }
    const shards = SHARDS.map((each) => ({
      ...each,
      address: addresses[each.key] ?? '',
      state: beyond.includes(each.key) ? ('silent' as const) : ('up' as const),
    }))
    expect(one('endpoint', { endpoint: 'a:1', shards })).toMatchObject({
      title: `a:1 hides a cluster: ${reached} of 3 shards can be reached from here.`,
      meaning: expect.stringContaining(`knows 3 shards; not reachable from here: ${names}.`),
    })
  })

  test('is none where all are reached, or where it is the address itself that is silent', () => {
    const at = (state: 'up' | 'silent') => changed(A, { address: 'a:1', state })
    expect(one('endpoint', { endpoint: 'a:1', shards: at('up') })).toBeUndefined()
    expect(one('endpoint', { endpoint: 'a:1', shards: at('silent') })).toBeUndefined()
  })
})

test('executions that idled out count for 15 minutes', () => {
  const idled = (ago: number) => one('idle', { executions: [{ ...IDLED, endSeen: NOW - ago }] })
  expect(idled(15 * 60_000 - 1)).toBeDefined()
  expect(idled(15 * 60_000 + 1)).toBeUndefined()
})

test('nothing is said of shards that are not asked where each was', () => {
  expect(coverageInWords(WELL)).toBe('16,384 of 16,384 slots are covered; 3 of 3 shards answer.')
  expect(coverageInWords({ ...WELL, shards: changed(B, { state: 'silent' }) })).toBe(
    '16,384 of 16,384 slots are covered; 2 of 3 shards answer.',
  )
})
