import type { Requirement } from '@gearboard/gears/vocabulary/environment'
import { describe, expect, test } from 'vitest'
import type { Growth } from '../record/growth'
import type { Registration } from '../registrations/registration'
import type { RegistrationStreams, StreamState } from '../registrations/stream-state'
import { commandReader, connectionState, NOTHING_OBSERVED, shardState, streamReader } from '../testing'
import { type AlertFacts, type AlertLook, lookAt, lookAtHistory } from './signals'
import { NEVER_DRAINS_S } from './values'

const NOW = 1_760_000_000_000
const MINUTE = 60_000
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)]

const factsOf = (changes: Partial<AlertFacts> = {}): AlertFacts => ({
  connection: connectionState({ name: 'orders', coverage: { answered: 2, of: 2 } }),
  shards: [shardState(A), shardState(B)],
  registrations: [],
  flights: [],
  submitted: new Map(),
  silence: new Map(),
  unreached: null,
  streams: null,
  requirements: null,
  growth: null,
  certificates: null,
  now: NOW,
  ...changes,
})

/** What each subject shows: its value, with what is not exact. */
const shown = ({ signals }: AlertLook) =>
  signals.map(({ subject, value, bound }) => [subject.name, value, ...(bound ? [bound] : [])])
const titles = ({ signals }: AlertLook) => signals.map(({ words }) => words().title)

const ALL = { answered: 2, of: 2 }
const ran = (all: number, failed: number, changes: Parameters<typeof commandReader>[0] = {}): Registration =>
  commandReader({
    name: 'greet',
    coverage: ALL,
    observed: {
      ...NOTHING_OBSERVED,
      recent: { all, failed },
      percent: all === 0 ? 0 : Math.round((100 * failed) / all),
    },
    ...changes,
  })

describe('the failure rate', () => {
  const rates = (...registrations: Registration[]) => shown(lookAt('failure-rate', factsOf({ registrations })))

  test('is unknown of too few runs, of none, and of what no shard answers for', () => {
    expect(rates(ran(0, 0))).toEqual([['greet', null]])
    expect(rates(ran(4, 1))).toEqual([['greet', null]])
    expect(rates(ran(2, 2))).toEqual([['greet', 100]])
    expect(rates(ran(50, 6))).toEqual([['greet', 12]])
    expect(rates(ran(50, 6, { coverage: { answered: 0, of: 2 } }))).toEqual([['greet', null]])
    expect(rates(ran(50, 6, { coverage: { answered: 1, of: 2 } }))).toEqual([['greet', 12, 'atLeast']])
  })

  test('of what was submitted goes by its name', () => {
    const submitted = new Map([
      ['word-count', { all: 10, failed: 1 }],
      ['new', { all: 2, failed: 1 }],
    ])
    const look = lookAt('failure-rate', factsOf({ submitted }))
    expect(shown(look)).toEqual([
      ['word-count', 10],
      ['new', null],
    ])
    expect(look.signals[0]?.words()).toMatchObject({
      title: 'word-count fails 10 % of its runs',
      path: '/orders/executions?q=function%3Aword-count',
    })
  })

  test('is of everything only while every shard answers and has listed its own', () => {
    const complete = (changes: Partial<AlertFacts>) => lookAt('failure-rate', factsOf(changes)).complete
    expect(complete({})).toBe(true)
    expect(complete({ shards: [] })).toBe(false)
    expect(complete({ shards: [shardState(A), shardState(B, { state: 'silent' })] })).toBe(false)
    expect(complete({ shards: [shardState(A, { registrations: null })] })).toBe(false)
    expect(complete({ connection: connectionState({ status: 'unreachable' }) })).toBe(false)
  })
})

test('a retry loop is that of health and findings; before enough was seen it is unknown', () => {
  const reader = (changes: Parameters<typeof streamReader>[0]) =>
    streamReader({ name: 'feed', coverage: ALL, ...changes })
  const loops = (...registrations: Registration[]) => shown(lookAt('retry-loop', factsOf({ registrations })))
  expect(loops(reader({ health: 'retrying' }), reader({ health: 'ok' }), reader({ health: 'unknown' }))).toEqual([
    ['feed', 1],
    ['feed', 0],
    ['feed', null],
  ])
  expect(loops(reader({ health: 'ok', coverage: { answered: 1, of: 2 } }))).toEqual([['feed', 0, 'atLeast']])
  expect(loops(ran(9, 9, { health: 'failing' }))).toEqual([])
})

const stream = (changes: Partial<StreamState> = {}): StreamState => ({
  shard: A,
  key: 'orders:1',
  length: 100,
  backlog: { count: 40, atMost: false },
  pending: 10,
  oldestAt: null,
  growthPerS: 0,
  lengthPerS: 0,
  watchedMs: MINUTE,
  poison: [],
  ...changes,
})

describe('streams', () => {
  const registration = streamReader({ key: 'k', name: 'feed', coverage: ALL })
  const look = (
    kind: 'stream-lag' | 'stream-drain',
    streams: readonly StreamState[],
    changes: Partial<RegistrationStreams> = {},
  ) => {
    const read = { registration: 'k', at: NOW, streams, found: streams.length, searched: true, silent: [], ...changes }
    return lookAt(kind, factsOf({ registrations: [registration], streams: [read] }))
  }
  const lag = (...args: Parameters<typeof look> extends [unknown, ...infer Rest] ? Rest : never) =>
    shown(look('stream-lag', ...args))
  const drain = (...args: Parameters<typeof look> extends [unknown, ...infer Rest] ? Rest : never) =>
    shown(look('stream-drain', ...args))

  test('lag by all that waits, exactly, at most or at least', () => {
    expect(lag([stream(), stream({ backlog: { count: 1, atMost: false }, pending: 0 })])).toEqual([['feed', 51]])
    expect(lag([stream({ backlog: { count: 40, atMost: true } })])).toEqual([['feed', 50, 'atMost']])
    expect(lag([stream()], { found: 30 })).toEqual([['feed', 50, 'atLeast']])
    expect(lag([stream()], { searched: false })).toEqual([['feed', 50, 'atLeast']])
    expect(lag([stream()], { silent: [{ shard: B, message: 'gone' }] })).toEqual([['feed', 50, 'atLeast']])
    expect(lag([stream({ backlog: { count: 40, atMost: true } })], { found: 30 })).toEqual([['feed', null, 'atMost']])
    expect(lag([], { at: null })).toEqual([['feed', null]])
    expect(lookAt('stream-lag', factsOf({ registrations: [registration] }))).toEqual({ signals: [], complete: false })
  })

  test('drain in the time that their rate gives, never while they grow, and in an unknown time without a rate', () => {
    expect(drain([stream({ growthPerS: -2 })])).toEqual([['feed', 25]])
    expect(drain([stream({ growthPerS: 5, backlog: { count: 5000, atMost: false } })])).toEqual([
      ['feed', NEVER_DRAINS_S],
    ])
    expect(drain([stream({ growthPerS: null })])).toEqual([['feed', null]])
    expect(drain([stream({ growthPerS: -2 })], { searched: false })).toEqual([['feed', null]])
    // One entry that came in a minute is no lag.
    expect(drain([stream({ growthPerS: 0.01, backlog: { count: 1, atMost: false }, pending: 0 })])).toEqual([
      ['feed', 0],
    ])
    expect(titles(look('stream-drain', [stream({ growthPerS: -2 })]))).toEqual([
      'feed needs 25 s to catch up with its streams',
    ])
  })
})

describe('memory', () => {
  const estimate = (value: number, low: number, high: number) => ({ value, low, high })
  const growthOf = (changes: Partial<Growth>): Growth => ({
    from: NOW - 60 * MINUTE,
    to: NOW,
    stepMs: 12_000,
    spans: 300,
    perHour: estimate(6e6, 5e6, 7e6),
    functions: [],
    others: 0,
    ...changes,
  })
  const growth = (changes: Partial<Growth>) => lookAt('memory-growth', factsOf({ growth: growthOf(changes) }))

  test('grows as far as the interval proves it, a minute', () => {
    expect(shown(growth({}))).toEqual([['Python memory', 100_000]])
    expect(shown(growth({ perHour: estimate(6e6, -1, 9e6) }))).toEqual([['Python memory', 0]])
    expect(shown(growth({ perHour: null }))).toEqual([['Python memory', null]])
    expect(growth({ perHour: null }).complete).toBe(false)
    expect(lookAt('memory-growth', factsOf()).complete).toBe(false)
  })

  test('of a function by its verdict; what is not certain is unknown', () => {
    const functions = [{ name: 'leak', registrationId: 'r' }]
    const bytesPerRun = estimate(1000, 900, 1100)
    const of = (each: Growth['functions'][number]) => shown(growth({ functions: [each] }))[1]
    expect(of({ functions, runs: 600, verdict: 'grows', bytesPerRun })).toEqual(['leak', 10_000])
    expect(of({ functions, runs: 600, verdict: 'flat', bytesPerRun })).toEqual(['leak', 0])
    expect(of({ functions, runs: 600, verdict: 'uncertain', bytesPerRun })).toEqual(['leak', null])
    expect(of({ functions, runs: 6, verdict: 'unclear', why: 'Too few' })).toEqual(['leak', null])
  })
})

describe('silent shards', () => {
  const silent = (changes: Partial<AlertFacts>) => shown(lookAt('shard-silent', factsOf(changes)))
  const down = shardState(B, { state: 'silent' })

  test('one among others by itself, all of them as one', () => {
    const silence = new Map([[B, { ms: 31_000, atLeast: false }]])
    expect(silent({ shards: [shardState(A), down], silence })).toEqual([
      ['orders', 0],
      ['shard aaaa', 0],
      ['shard bbbb', 31],
    ])
    const all = { shards: [shardState(A, { state: 'silent' }), down], silence, unreached: { ms: 9000, atLeast: false } }
    expect(silent(all)).toEqual([
      ['orders', 9],
      ['shard aaaa', null],
      ['shard bbbb', null],
    ])
  })

  test('that were not asked yet are unknown, and what never answered is silent for at least so long', () => {
    expect(silent({ shards: [shardState(A, { state: 'unasked' })] })).toEqual([
      ['orders', null],
      ['shard aaaa', null],
    ])
    expect(silent({ shards: [], unreached: { ms: 9000, atLeast: true } })).toEqual([['orders', 9, 'atLeast']])
    expect(lookAt('shard-silent', factsOf({ shards: [] })).complete).toBe(false)
  })
})

test('a registration is missing on a shard that answers; while one is silent, that it is there is unknown', () => {
  const look = (changes: Parameters<typeof commandReader>[0]) =>
    lookAt('registration-missing', factsOf({ registrations: [ran(0, 0, changes)] }))
  expect(shown(look({ missingOn: [B] }))).toEqual([['greet', 1]])
  expect(titles(look({ missingOn: [B] }))).toEqual(['greet is missing on shard bbbb'])
  expect(shown(look({}))).toEqual([['greet', 0]])
  expect(shown(look({ coverage: { answered: 1, of: 2 } }))).toEqual([['greet', null]])
})

describe('requirements', () => {
  const entry = (name: string, installed: boolean): Requirement => ({
    version: 1,
    name,
    downloaded: true,
    installed,
    compiledOs: 'linux',
    wheels: [],
    path: null,
    refCount: null,
    inDictionary: null,
  })
  const ref = (key: string) => ({ key, address: `${key.slice(0, 4)}:6379` })
  type Answers = NonNullable<AlertFacts['requirements']>
  const look = (requirements: Answers) => lookAt('requirement-missing', factsOf({ requirements }))

  test('are missing where a shard has not installed one, and unknown where a shard does not say', () => {
    const answers: Answers = [
      { shard: ref(A), value: [entry('redis', true), entry('numpy', true)] },
      { shard: ref(B), value: [entry('redis', false), entry('numpy', true)] },
    ]
    expect(shown(look(answers))).toEqual([
      ['redis', 1],
      ['numpy', 0],
    ])
    const [first] = answers
    const inPart = [...(first ? [first] : []), { shard: ref(B), error: { code: 'timeout', message: 'late' } }] as const
    expect(shown(look(inPart))).toEqual([
      ['redis', null],
      ['numpy', null],
    ])
    expect(look(inPart).complete).toBe(false)
    expect(lookAt('requirement-missing', factsOf()).complete).toBe(false)
  })
})

test('certificates by the days that are left; all of them only if every server showed its own', () => {
  const days = (count: number) => NOW + count * 24 * 60 * MINUTE
  const certificates = [
    { address: 'a:6379', until: days(12.5) },
    { address: 'b:6379', until: days(-1) },
    { address: null, until: days(1) },
  ]
  const look = lookAt('certificate-expiring', factsOf({ certificates }))
  expect(titles(look)).toEqual([
    'The certificate of a:6379 expires in 12 days',
    'The certificate of b:6379 has expired',
    'Gearboard’s client certificate expires in 1 day',
  ])
  expect(look.complete).toBe(true)
  expect(lookAt('certificate-expiring', factsOf({ certificates: certificates.slice(1) })).complete).toBe(false)
  expect(lookAt('certificate-expiring', factsOf()).complete).toBe(false)
})

test('a history that is not written says why', () => {
  expect(shown(lookAtHistory(null))).toEqual([['Gearboard', 0]])
  expect(lookAtHistory('The disk is full.').signals[0]).toMatchObject({ value: 1 })
  expect(lookAtHistory('The disk is full.').signals[0]?.words().detail).toBe('The disk is full.')
})
