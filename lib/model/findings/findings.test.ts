import { describe, expect, test } from 'vitest'
import type { ShardState } from '../cluster/shard'
import type { Execution } from '../executions/execution'
import { commandReader, connectionState, counters, NOTHING_OBSERVED, execution as one, shardState } from '../testing'
import { LONG_RUN_MS, overviewFindings, RECENT_FAILURE_MS, STUCK_MS } from './findings'
import { overviewAnswer } from './overview-answer'

const NOW = 1_000_000_000

const shard = (key: string, changes: Partial<ShardState> = {}) => shardState(key, { answeredAt: NOW, ...changes })

const execution = (changes: Partial<Execution>) =>
  one({
    shard: 'a',
    status: 'running',
    outcome: 'running',
    results: null,
    errors: null,
    durationMs: null,
    firstSeen: NOW,
    lastSeen: NOW,
    endSeen: null,
    precisionMs: 1000,
    ...changes,
  })

const registration = (changes: Parameters<typeof commandReader>[0]) =>
  commandReader({
    name: 'cart.checkout',
    args: { trigger: 'cart.checkout' },
    counters: counters(80, 73),
    coverage: { answered: 3, of: 3 },
    firstSeen: NOW,
    lastSeen: NOW,
    ...changes,
  })

const cluster = (clusterInitialised: boolean) =>
  connectionState({
    capability: {
      redisVersion: '7.2.5',
      gearsVersion: '1.2.13',
      generation: '1.2',
      python: true,
      cluster: true,
      clusterInitialised,
      unavailable: [],
    },
    coverage: { answered: 3, of: 3 },
    answeredAt: NOW,
  })

const world = (change: Partial<Parameters<typeof overviewFindings>[0]>) => ({
  connection: undefined,
  shards: [shard('a')],
  executions: [],
  registrations: [],
  now: NOW,
  ...change,
})

describe('what needs attention', () => {
  test('a failing registration tells its error by name, not by its list of lines', () => {
    const lastError = `['Traceback (most recent call last):\\n', '  File "<string>", line 22, in price\\n', "KeyError: 'currency'\\n"]`
    const [item] = overviewFindings(world({ registrations: [registration({ health: 'failing', lastError })] }))
    expect(item).toMatchObject({
      kind: 'failing',
      detail: "KeyError: 'currency'",
      verbatim: true,
      scale: '73 of 80 runs',
    })
  })

  test('healthy registrations and short runs need nobody', () => {
    const executions = [
      execution({ firstSeen: NOW - LONG_RUN_MS + 1 }),
      execution({ key: 'done', outcome: 'ok', status: 'done', firstSeen: 0 }),
    ]
    expect(overviewFindings(world({ executions, registrations: [registration({})] }))).toEqual([])
  })

  test('waiting is stuck sooner than running is long, and says what it waits for', () => {
    const firstSeen = NOW - STUCK_MS - 2000
    const executions = [
      execution({ key: 'runs', firstSeen }),
      execution({ key: 'waits', status: 'pending_run', outcome: 'waiting', firstSeen }),
    ]
    const items = overviewFindings(world({ executions }))
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({
      kind: 'stuck',
      detail: "12 s in pending_run: acknowledged, waits for the initiator's start",
    })
  })

  test('what only silent shards had in flight is not told to wait or run: those shards are told', () => {
    const executions = [
      execution({ key: 'runs', firstSeen: NOW - 600_000, unheardSince: NOW - 300_000 }),
      execution({ key: 'waits', status: 'created', outcome: 'waiting', firstSeen: 0, unheardSince: NOW - 1000 }),
    ]
    expect(overviewFindings(world({ executions }))).toEqual([])
  })

  test('what was there before we looked is at least so old', () => {
    const [item] = overviewFindings(world({ executions: [execution({ firstSeen: NOW - 240_000, precisionMs: null })] }))
    expect(item?.detail).toMatch(/^Over 4 min in running/)
  })

  test('recent failures are told once a function, and not again where its registration is failing', () => {
    const origin = (name: string) => ({ kind: 'registration', name, registrationId: 'r', inferred: true }) as const
    const failed = { outcome: 'failed', status: 'done', firstError: "KeyError: 'x'" } as const
    const executions = [
      execution({ key: '1', ...failed, origin: origin('index') }),
      execution({ key: '2', ...failed, origin: origin('index'), firstSeen: NOW - 5000, firstError: 'older' }),
      execution({ key: '3', outcome: 'ok', status: 'done', origin: origin('index') }),
      execution({ key: '4', ...failed, origin: origin('cart.checkout') }),
      execution({ key: '5', ...failed, origin: origin('old'), lastSeen: NOW - RECENT_FAILURE_MS - 1 }),
      execution({ key: '6', outcome: 'running', origin: origin('index') }),
    ]
    const all = world({ executions, registrations: [registration({ health: 'failing' })] })
    const items = overviewFindings(all)
    expect(items.map((item) => item.kind)).toEqual(['failing', 'failed'])
    expect(items[1]).toMatchObject({
      subject: 'index',
      detail: "KeyError: 'x'",
      scale: '2 of the last 3 runs',
      target: { kind: 'executions', query: 'status:failed function:index' },
    })
    const ended = { all: 5, failed: 4, unknown: 0 }
    expect(overviewAnswer({ findings: items, ended, range: 'in the last minute', shards: all.shards }).headline).toBe(
      '1 registration is failing; 1 function failed recently.',
    )
  })

  test('a flaky registration has one row, with its last error though a success cleared it', () => {
    const lastError = { at: NOW - 9000, text: "KeyError: 'currency'" }
    const observed = { ...NOTHING_OBSERVED, healthSince: NOW - 60_000, percent: 4, lastError }
    const flaky = registration({ health: 'flaky', observed })
    const origin = { kind: 'registration', name: flaky.name, registrationId: 'r', inferred: true } as const
    const executions = [execution({ key: '1', outcome: 'failed', status: 'done', origin })]
    expect(overviewFindings(world({ executions, registrations: [flaky] }))).toMatchObject([
      { kind: 'flaky', detail: "KeyError: 'currency'", verbatim: true, scale: '4 % of its runs', since: NOW - 60_000 },
    ])
  })

  test('a registration that has forgotten its error shows that of its newest failed execution', () => {
    const flaky = registration({ health: 'flaky' })
    const origin = { kind: 'registration', name: flaky.name, registrationId: 'r', inferred: true } as const
    const failed = { outcome: 'failed', status: 'done', origin } as const
    const executions = [
      execution({ key: '1', ...failed, firstSeen: NOW - 9000, firstError: 'older' }),
      execution({ key: '2', ...failed, firstSeen: NOW - 2000, firstError: "KeyError: 'x'" }),
      execution({ key: '3', ...failed, firstSeen: NOW - 1000, firstError: null }),
    ]
    const details = (all: typeof executions) =>
      overviewFindings(world({ executions: all, registrations: [flaky] })).map(({ detail }) => detail)
    expect(details(executions)).toEqual(["KeyError: 'x'"])
    expect(details([])).toEqual(['Some of its recent runs failed.'])
  })

  test('the row of a registration is the same one whether it fails, retries or is paused', () => {
    const keys = (['failing', 'retrying', 'aborted', 'flaky', 'paused'] as const).map(
      (health) => overviewFindings(world({ registrations: [registration({ health })] }))[0]?.key,
    )
    expect(new Set(keys).size).toBe(1)
  })

  test('a run whose function is not known yet is that of the flaky registration which holds its very error', () => {
    const error = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 2, in f\n', 'KeyError: 3\n']`
    const flaky = registration({ health: 'flaky', lastError: error })
    const failed = { outcome: 'failed', status: 'done', firstError: 'KeyError: 3' } as const
    const kinds = (...executions: Execution[]) =>
      overviewFindings(world({ executions, registrations: [flaky] })).map(({ kind }) => kind)
    expect(kinds(execution({ key: '1', ...failed, registered: true }))).toEqual(['flaky'])
    expect(kinds(execution({ key: '1', ...failed, registered: false })).toSorted()).toEqual(['failed', 'flaky'])
    expect(kinds(execution({ key: '1', ...failed, registered: true, firstError: 'KeyError: 4' })).toSorted()).toEqual([
      'failed',
      'flaky',
    ])
  })

  test('what had failed before the first look did not fail recently, as far as is known', () => {
    const failed = { outcome: 'failed', status: 'done', firstError: 'boom', firstSeen: NOW - 5000 } as const
    const kinds = (changes: Partial<Execution>) =>
      overviewFindings(world({ executions: [execution({ key: '1', ...failed, ...changes })] })).map(({ kind }) => kind)
    expect(kinds({ endSeen: NOW - 5000, precisionMs: null })).toEqual([])
    expect(kinds({ endSeen: NOW - 4000, precisionMs: null })).toEqual(['failed'])
    expect(kinds({ endSeen: NOW - 5000, precisionMs: 500 })).toEqual(['failed'])
  })

  test('failures of an unknown function lead to all that failed', () => {
    const failed = { outcome: 'failed', status: 'done', firstError: 'boom' } as const
    const executions = [execution({ key: '1', ...failed }), execution({ key: '2', ...failed })]
    expect(overviewFindings(world({ executions }))).toMatchObject([
      { kind: 'failed', subject: 'Unknown function', target: { kind: 'executions', query: 'status:failed' } },
    ])
  })

  test('most urgent first', () => {
    const items = overviewFindings(
      world({
        connection: cluster(false),
        shards: [shard('a'), shard('b', { state: 'silent', answeredAt: NOW - 5000 })],
        executions: [execution({ firstSeen: NOW - 120_000 })],
        registrations: [
          registration({ key: 'paused', health: 'paused' }),
          registration({ key: 'missing', missingOn: ['b'] }),
          registration({ key: 'failing', health: 'failing' }),
        ],
      }),
    )
    expect(items.map((item) => item.kind)).toEqual(['silent', 'uninitialised', 'failing', 'long', 'missing', 'paused'])
    expect(items[4]?.detail).toBe('On 2 of 3 shards; b does not know it')
  })

  test('one shard that works alone is told by its name, and a cluster of one master is none', () => {
    const alone = shard('b', { gearsId: '0'.repeat(40) })
    const initialised = { connection: cluster(true) }
    expect(overviewFindings(world({ ...initialised, shards: [shard('a'), alone] }))).toMatchObject([
      { kind: 'uninitialised', subject: 'b', target: { kind: 'cluster' } },
    ])
    expect(overviewFindings(world({ ...initialised, shards: [alone] }))).toEqual([])
    expect(overviewFindings(world({ connection: cluster(false), shards: [alone, alone] }))).toMatchObject([
      { kind: 'uninitialised', subject: 'Cluster' },
    ])
  })
})

describe('the answer in words', () => {
  const answer = (
    change: Partial<Parameters<typeof overviewFindings>[0]>,
    ended = { all: 8214, failed: 244, unknown: 0 },
  ) => {
    const all = world(change)
    return overviewAnswer({
      findings: overviewFindings(all),
      ended,
      range: 'in the last 15 min',
      shards: all.shards,
    })
  }

  test('names what needs somebody with counts', () => {
    const registrations = [
      registration({ key: 'a', health: 'failing' }),
      registration({ key: 'b', health: 'retrying' }),
    ]
    const executions = [execution({ firstSeen: NOW - 252_000 })]
    expect(answer({ registrations, executions })).toEqual({
      headline: '2 registrations are failing; 1 execution has run for over a minute.',
      second: '244 of 8,214 executions failed in the last 15 min. The server answers.',
    })
  })

  test('a silent shard comes first, by name', () => {
    const shards = [shard('a'), shard('b', { state: 'silent', answeredAt: NOW - 130_000 })]
    expect(answer({ shards }).headline).toBe('Shard b does not answer.')
    expect(answer({ shards }).second).toMatch(/1 of 2 shards answer\.$/)
  })

  test('one that answers and refuses is not called silent', () => {
    const refusing = shard('b', {
      state: 'silent',
      answeredAt: NOW - 130_000,
      error: {
        code: 'rejected',
        message: "NOPERM this user has no permissions to run the 'rg.dumpexecutions' command",
      },
    })
    expect(overviewFindings(world({ shards: [shard('a'), refusing] }))).toMatchObject([
      { kind: 'refusing', subject: 'b' },
    ])
    expect(answer({ shards: [shard('a'), refusing] }).headline).toBe('Shard b answers, but RedisGears does not.')
  })

  test('a single server is called so', () => {
    const shards = [shard('standalone', { state: 'silent', answeredAt: NOW - 5000 })]
    expect(answer({ shards }, { all: 0, failed: 0, unknown: 0 })).toEqual({
      headline: 'The server does not answer.',
      second: 'No execution finished in the last 15 min. The server does not answer.',
    })
  })

  test('all well, and only what is known is called so', () => {
    expect(answer({}, { all: 10, failed: 0, unknown: 0 })).toEqual({
      headline: 'No problems.',
      second: '10 executions in the last 15 min, none failed. The server answers.',
    })
    expect(answer({}, { all: 10, failed: 0, unknown: 4 }).second).toContain(
      '10 executions in the last 15 min, no known failures, 4 with unknown outcome',
    )
    expect(answer({}, { all: 0, failed: 0, unknown: 0 }).second).toContain('No execution finished in the last 15 min')
  })
})

describe('whose words a row shows', () => {
  const detailOf = (change: Parameters<typeof world>[0], kind: string) => {
    const item = overviewFindings(world(change)).find((each) => each.kind === kind)
    return item && { detail: item.detail, verbatim: item.verbatim }
  }

  test('is the server where it said something, else Gearboard', () => {
    const error = { code: 'timeout', message: 'no answer within 3 s' } as const
    const silent = (changes: Partial<ShardState>) => ({
      shards: [shard('a'), shard('b', { state: 'silent', ...changes })],
    })
    expect(detailOf(silent({ error }), 'silent')).toEqual({ detail: error.message, verbatim: true })
    expect(detailOf(silent({}), 'silent')).toMatchObject({ verbatim: false })
  })

  test('is Gearboard where RedisGears does not know its cluster, on all shards or on some', () => {
    expect(detailOf({ connection: cluster(false) }, 'uninitialised')).toMatchObject({ verbatim: false })
    const shards = [shard('a', { gearsId: '0'.repeat(40) }), shard('b', { gearsId: 'b'.repeat(40) })]
    expect(detailOf({ connection: cluster(true), shards }, 'uninitialised')).toMatchObject({
      detail: expect.stringMatching(/^RedisGears reports “no cluster mode”/),
      verbatim: false,
    })
  })
})
