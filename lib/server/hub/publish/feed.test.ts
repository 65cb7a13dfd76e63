import { random } from '@gearboard/gears/testing/random'
import { describe, expect, test } from 'vitest'
import type { LiveDelta } from '@/lib/api/contract/connections'
import type { Execution } from '@/lib/model/executions/execution'
import type { Sample } from '@/lib/model/record/sample'
import { connectionState } from '@/lib/model/testing'
import { mergeExecution } from '../merge/merge-execution'
import { Feed } from './feed'

const CONNECTION = connectionState()

const execution = (key: string, firstSeen: number): Execution =>
  mergeExecution(
    {
      key,
      id: key,
      parts: new Map([['standalone', { status: 'running', registered: false, listed: true, runId: null }]]),
      runId: null,
      firstSeen,
      lastSeen: firstSeen,
      endSeen: null,
      precisionMs: 500,
      origin: { kind: 'unknown' },
    },
    new Map(),
  )

const SAMPLE: Sample = {
  at: 1,
  running: 1,
  waiting: 0,
  ended: { ok: 1, failed: 0, aborted: 0, unknown: 0 },
  triggered: 1,
  failures: 0,
  memory: {},
}

const read = (json: Buffer): unknown => JSON.parse(json.toString())

interface Viewer {
  readonly rows: Map<string, Execution>
  version?: number
}

/** What a viewer does with a message. */
function apply(rows: Map<string, Execution>, delta: LiveDelta): number {
  if (delta.full) rows.clear()
  for (const key of delta.executions.removed) rows.delete(key)
  for (const row of delta.executions.upserts) rows.set(row.key, row)
  return delta.version
}

const sorted = (rows: Iterable<Execution>) => [...rows].sort((a, b) => (a.key < b.key ? -1 : 1))

describe('deltas', () => {
  test.each([1, 2, 3, 4, 5])('add up to the whole, whenever a viewer reads (seed %i)', (seed) => {
    const between = random(seed)
    const next = (below: number) => Math.floor(between() * below)
    const feed = new Feed(CONNECTION)
    const viewers = [0, 1, 2].map((): Viewer => ({ rows: new Map() }))
    for (let round = 0; round < 2000; round++) {
      const keys = Array.from({ length: next(6) }, () => `key-${next(50)}`)
      const upserts = [...new Set(keys.slice(0, 3))].map((key) => execution(key, round))
      feed.publish({
        executions: { upserts, removed: keys.slice(3).filter((key) => !upserts.some((u) => u.key === key)) },
      })
      for (const [i, viewer] of viewers.entries()) {
        // The first reads each message, the others skip more and more.
        if (next(1 + i * 40) !== 0) continue
        const delta = feed.since(viewer.version)
        expect(read(feed.jsonSince(viewer.version))).toEqual(delta)
        viewer.version = apply(viewer.rows, delta)
        expect(sorted(viewer.rows.values())).toEqual(sorted(feed.executions.values()))
      }
    }
  })

  test('are full for a first reader, a version of another run, and one from before the removals that are remembered', () => {
    const feed = new Feed(CONNECTION, 1000)
    feed.publish({ executions: { upserts: [execution('a', 1)], removed: [] } })
    const early = feed.version
    expect(feed.since(undefined).full).toBe(true)
    expect(feed.since(999).full).toBe(true)
    expect(feed.since(early + 1).full).toBe(true)
    expect(feed.since(early).full).toBe(false)
    for (let i = 0; i < 6000; i++) {
      feed.publish({ executions: { upserts: [execution(`gone-${i}`, i)], removed: [] } })
      feed.publish({ executions: { upserts: [], removed: [`gone-${i}`] } })
    }
    expect(feed.since(early).full).toBe(true)
    expect(feed.since(early).executions.upserts.map((row) => row.key)).toEqual(['a'])
  })

  test('carry only what changed since', () => {
    const feed = new Feed(CONNECTION)
    feed.publish({ executions: { upserts: [execution('a', 1), execution('b', 1)], removed: [] } })
    const { version } = feed
    feed.publish({ executions: { upserts: [execution('b', 2)], removed: ['a'] } })
    const delta = feed.since(version)
    expect(delta.executions.upserts.map((row) => row.key)).toEqual(['b'])
    expect(delta.executions.removed).toEqual(['a'])
    expect(read(feed.jsonSince(version))).toEqual(delta)
  })

  test('are serialised once for all viewers that ask for the same', () => {
    const feed = new Feed(CONNECTION)
    feed.publish({})
    expect(feed.jsonSince(undefined)).toBe(feed.jsonSince(0))
    const before = feed.jsonSince(undefined)
    feed.publish({})
    expect(feed.jsonSince(undefined)).not.toBe(before)
  })

  test('serialise a row and a sample once, whichever messages carry them', () => {
    const feed = new Feed(CONNECTION)
    let serialised = 0
    const counted = <T extends object>(value: T): T => ({
      ...value,
      toJSON: () => {
        serialised++
        return value
      },
    })
    feed.publish({ executions: { upserts: [counted(execution('a', 1))], removed: [] }, sample: counted(SAMPLE) })
    const { version } = feed
    const first = feed.jsonSince(undefined)
    feed.publish({ executions: { upserts: [execution('b', 2)], removed: [] } })
    expect(read(feed.jsonSince(undefined))).toEqual({
      ...feed.since(undefined),
      executions: { upserts: [execution('a', 1), execution('b', 2)], removed: [] },
      samples: [SAMPLE],
    })
    expect(read(feed.jsonSince(version - 1))).toMatchObject({ full: false, samples: [SAMPLE] })
    expect(read(first)).toMatchObject({ full: true, version })
    expect(serialised).toBe(2)
  })
})
