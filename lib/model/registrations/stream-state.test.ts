import { describe, expect, it } from 'vitest'
import { commandReader, counters, keysReader, NOTHING_OBSERVED, streamReader } from '../testing'
import type { RegistrationOf } from './registration'
import {
  drainInWords,
  type RegistrationStreams,
  type StreamState,
  streamFindings,
  timeOfEntry,
  totalWaiting,
} from './stream-state'

const NOW = 1_800_000_000_000

const reader = ({ args, ...changes }: Parameters<typeof streamReader>[0] = {}) =>
  streamReader({
    counters: counters(10),
    observed: { ...NOTHING_OBSERVED, triggeredAt: NOW - 60_000 },
    firstSeen: NOW - 100_000,
    lastSeen: NOW,
    ...changes,
    args: { batchSize: 5, ...args },
  })

const stream = (changes: Partial<StreamState> = {}): StreamState => ({
  shard: 'standalone',
  key: 'orders',
  length: 100,
  backlog: { count: 0, atMost: false },
  pending: 0,
  oldestAt: null,
  growthPerS: 0,
  lengthPerS: 0,
  watchedMs: 20_000,
  poison: [],
  ...changes,
})

const of = (...streams: readonly StreamState[]): RegistrationStreams => ({
  registration: 'k',
  at: NOW,
  streams,
  found: streams.length,
  searched: true,
  silent: [],
})

const kinds = (r: RegistrationOf<'StreamReader'>, ...streams: readonly StreamState[]) =>
  streamFindings(r, of(...streams), NOW).map(({ kind }) => kind)

const waits = (count: number) => ({ backlog: { count, atMost: false } })

describe('a silent failure', () => {
  it('is a reader that says OK while whole batches wait and nothing triggers it', () => {
    expect(kinds(reader(), stream(waits(5)))).toEqual(['stalled'])
    expect(streamFindings(reader(), of(stream(waits(12))), NOW)[0]?.words).toBe(
      'Its status is OK, but 12 entries are waiting and it has not been triggered for 1 min.',
    )
  })

  it('is not an incomplete batch, one that drains, one just triggered, one not watched yet, nor a paused one', () => {
    expect(kinds(reader(), stream(waits(4)))).toEqual([])
    expect(kinds(reader(), stream({ ...waits(50), growthPerS: -1 }))).toEqual([])
    expect(kinds(reader({ observed: { ...NOTHING_OBSERVED, triggeredAt: NOW - 1000 } }), stream(waits(5)))).toEqual([])
    expect(kinds(reader(), stream({ ...waits(5), growthPerS: null, watchedMs: 3000 }))).toEqual([])
    expect(kinds(reader({ health: 'paused' }), stream(waits(5)))).toEqual([])
    // At most so many: it may be none.
    expect(kinds(reader(), stream({ backlog: { count: 50, atMost: true } }))).toEqual([])
  })

  it('counts the time that a batch may take to fill', () => {
    expect(kinds(reader({ args: { durationMs: 1000 } }), stream(waits(1)))).toEqual(['stalled'])
  })
})

it('what grows is lagging, with its rate', () => {
  const busy = reader({ observed: { ...NOTHING_OBSERVED, triggeredAt: NOW } })
  const [found] = streamFindings(busy, of(stream({ ...waits(1200), pending: 5, growthPerS: 0.5 })), NOW)
  expect(found).toMatchObject({ kind: 'lagging' })
  expect(found?.words).toContain('1,205 entries waiting, +30/min')
})

it('entries that are never finished are named by the one given out most often', () => {
  const poison = [
    { id: '1-1', deliveries: 4, idleMs: 10 },
    { id: '2-1', deliveries: 44, idleMs: 10 },
  ]
  const [found] = streamFindings(reader(), of(stream({ poison, pending: 2 })), NOW)
  expect(found?.words).toBe('2 entries read but never acknowledged; 2-1 was delivered 44 times.')
})

it('what is not trimmed is said to grow', () => {
  const keeps = reader({ args: { trimStream: false } })
  const [found] = streamFindings(keeps, of(stream({ length: 5000, lengthPerS: 2 })), NOW)
  expect(found).toMatchObject({
    kind: 'unbounded',
    words: expect.stringContaining('trimStream=False: entries stay after they are read, 5,000 entries now, +120/min.'),
  })
})

describe('draining', () => {
  it('is told by the net rate, and not while nobody knows it', () => {
    expect(drainInWords(stream())).toBe('none waiting')
    expect(drainInWords(stream({ ...waits(60), growthPerS: -2 }))).toBe('in 30 s')
    expect(drainInWords(stream({ ...waits(60), growthPerS: 0 }))).toBe('not draining')
    expect(drainInWords(stream({ ...waits(60), growthPerS: null }))).toBe('–')
  })
})

it('a sum says whether it is all', () => {
  expect(totalWaiting(undefined)).toBeNull()
  expect(totalWaiting({ ...of(), at: null })).toBeNull()
  expect(totalWaiting(of(stream({ ...waits(3), pending: 2 }), stream(waits(1))))).toEqual({ count: 6, exact: true })
  expect(totalWaiting({ ...of(stream(waits(3))), found: 9 })).toEqual({ count: 3, exact: false })
  expect(totalWaiting({ ...of(stream(waits(3))), searched: false })).toEqual({ count: 3, exact: false })
})

it('an id is a time only where it may be one', () => {
  expect(timeOfEntry(`${NOW - 5000}-0`, NOW)).toBe(NOW - 5000)
  expect(timeOfEntry(`${NOW + 5}-0`, NOW)).toBe(NOW)
  expect(timeOfEntry('1-1', NOW)).toBeNull()
  expect(timeOfEntry('99999999999999-0', NOW)).toBeNull()
})

it('is asked of streams alone: what other readers do has other findings', () => {
  for (const r of [keysReader(), commandReader()])
    expect(streamFindings(r, of(stream(waits(5)), stream({ poison: [] })), NOW)).toEqual([])
})
