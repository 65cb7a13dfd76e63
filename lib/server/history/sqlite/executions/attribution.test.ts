import { describe, expect, it } from 'vitest'
import type { Execution } from '@/lib/model/executions/execution'
import { counters, keysReader } from '@/lib/model/testing'
import type { HistoryStore } from '@/lib/server/history'
import { execution, idOf, newDirectory, open, part, T0, traceback } from '@/lib/server/history/testing/index'
import { type RecordedStarter, starterOf } from './attribution'

const HOUR = 3_600_000
const registration = (
  name: string,
  n: number,
  changes: { readonly triggered?: number; readonly firstSeen?: number } = {},
) =>
  keysReader({
    key: idOf(n),
    id: idOf(n),
    name,
    counters: counters(changes.triggered ?? 9),
    firstSeen: changes.firstSeen ?? T0,
    lastSeen: T0 + HOUR,
  })
const startedBy = (name: string, n: number): Execution['origin'] => ({
  kind: 'registration',
  name,
  registrationId: idOf(n),
  inferred: true,
})
const ORDERS = registration('orders', 9001)
const CARTS = registration('carts', 9002)

const run = (history: HistoryStore, n: number, plan: string, changes: Partial<Execution> = {}, errors: string[] = []) =>
  history.executions.record(
    'default',
    execution(n, {
      registered: true,
      origin: { kind: 'unknown' },
      ...(errors.length > 0 && { outcome: 'failed', errors: errors.length }),
      ...changes,
    }),
    {
      runId: 'run',
      parts: [part({ errors, steps: [{ type: 'map', name: plan, arg: '', durationMs: null, global: false }] })],
    },
  )

/** Runs by function, as the profiler counts them. */
async function counts(history: HistoryStore) {
  const { functions, executions } = await history.executions.functions({
    connection: 'default',
    from: T0,
    to: T0 + HOUR,
  })
  const named = functions.map(({ subject, count }) => [subject.kind === 'unknown' ? '' : subject.name, count] as const)
  expect(named.reduce((sum, [, count]) => sum + count, 0)).toBe(executions)
  return Object.fromEntries(named)
}

const record = async (history: HistoryStore, ...rows: (typeof ORDERS)[]) => {
  history.registrations.record('default', T0 + HOUR, rows)
  await history.flush()
}

const later = () => T0 + HOUR

describe('what was recorded before its plan was known to be of one registration', () => {
  it('is attributed, as inferred, and counts by function have the same total', async () => {
    const history = open({ clock: later })
    for (let n = 1; n <= 1200; n++) run(history, n, n % 3 === 0 ? 'price' : 'parse')
    run(history, 1201, 'parse', { origin: startedBy('orders', 9001) })
    run(history, 1202, 'price', { origin: startedBy('carts', 9002) })
    run(history, 1203, 'another')
    await record(history, ORDERS, CARTS)
    expect(await counts(history)).toMatchObject({ orders: 1, carts: 1 })
    await history.maintain()
    expect(await counts(history)).toEqual({ orders: 801, carts: 401, 'map another': 1 })
    const { executions } = await history.executions.page({ connection: 'default', filter: 'function:orders', limit: 1 })
    expect(executions[0]?.origin).toEqual(startedBy('orders', 9001))
  })

  it('is attributed in a directory that an earlier Gearboard left, and counted once whatever is reported later', async () => {
    const directory = newDirectory()
    const before = open({ directory, clock: later })
    const error = traceback('KeyError', 2, "'currency'")
    run(before, 1, 'parse', {}, [error])
    run(before, 2, 'parse', { origin: startedBy('orders', 9001) }, [error])
    await record(before, ORDERS)
    const groups = (history: HistoryStore) =>
      history.registrations
        .errorGroups({ connection: 'default' })
        .map(({ subject, executions }) => [subject.kind, executions])
    expect(groups(before).toSorted()).toEqual([
      ['plan', 1],
      ['registration', 1],
    ])
    await before.close()

    const history = open({ directory, clock: later })
    await history.maintain()
    expect(groups(history)).toEqual([['registration', 2]])
    // The hub does not know it after its restart, and reports what changed in it.
    run(history, 1, 'parse', { live: false }, [error])
    await history.flush()
    await history.maintain()
    expect(groups(history)).toEqual([['registration', 2]])
    expect(await counts(history)).toEqual({ orders: 2 })
  })

  it.each<[string, (history: HistoryStore) => void]>([
    ['two registrations share the plan', (history) => run(history, 3, 'parse', { origin: startedBy('carts', 9002) })],
    ['another one that ran has an unknown plan', () => undefined],
    [
      'another one has runs of two plans',
      (history) => {
        run(history, 3, 'price', { origin: startedBy('carts', 9002) })
        run(history, 4, 'other', { origin: startedBy('carts', 9002) })
      },
    ],
  ])('stays unknown where %s', async (_, happens) => {
    const history = open({ clock: later })
    run(history, 1, 'parse')
    run(history, 2, 'parse', { origin: startedBy('orders', 9001) })
    happens(history)
    await record(history, ORDERS, CARTS)
    await history.maintain()
    expect(await counts(history)).toMatchObject({ 'map parse': 1 })
  })

  it('stays unknown where a user ran it, and where another registration reported its error', async () => {
    const history = open({ clock: later })
    const words = 'no currency'
    run(history, 1, 'parse', { registered: false })
    history.executions.record(
      'default',
      execution(3, { registered: true, outcome: 'failed', errors: 1, origin: { kind: 'unknown' } }),
      {
        parts: [
          part({ errors: [words], steps: [{ type: 'map', name: 'parse', arg: '', durationMs: null, global: false }] }),
        ],
        errorsOf: CARTS,
      },
    )
    run(history, 4, 'parse', { origin: startedBy('orders', 9001) })
    run(history, 5, 'price', { origin: startedBy('carts', 9002) })
    await record(history, ORDERS, CARTS)
    await history.maintain()
    expect(await counts(history)).toEqual({ orders: 1, carts: 1, 'map parse': 2 })
  })

  it('does not come back to what the hub attributes in its own way', async () => {
    const history = open({ clock: later })
    run(history, 1, 'parse')
    run(history, 2, 'parse', { origin: startedBy('orders', 9001) })
    await record(history, ORDERS)
    await history.maintain()
    run(history, 1, 'parse', { origin: { kind: 'submission', name: 'mine', sourceId: 's' } })
    await history.flush()
    await history.maintain()
    expect(await counts(history)).toEqual({ orders: 1, mine: 1 })
  })
})

describe('the registration that started a run', () => {
  const starter = (changes: Partial<RecordedStarter>): RecordedStarter => ({
    id: 'r1',
    name: 'orders',
    firstSeen: T0,
    lastSeen: T0 + HOUR,
    goneAt: null,
    plan: 'p',
    ...changes,
  })
  const seen = (minute: number, precisionMs: number | null = 500) => ({
    plan: 'p',
    firstSeen: T0 + minute * 60_000,
    precisionMs,
  })
  const V1 = starter({ goneAt: T0 + 600_000, lastSeen: T0 + 599_000 })
  const V2 = starter({ id: 'r2', firstSeen: T0 + 600_000 })

  it.each<[string, ReturnType<typeof seen>, readonly RecordedStarter[], string | undefined]>([
    ['is the one with the plan', seen(5), [starter({}), starter({ id: 'r2', plan: 'q' })], 'r1'],
    ['is the version of its time', seen(5), [V1, V2], 'r1'],
    ['is the next version after the first is gone', seen(11), [V1, V2], 'r2'],
    ['may be either around the change', seen(10), [V1, V2], undefined],
    ['may be the gone one where it was there already', seen(20, null), [V1, V2], undefined],
    ['may be one whose plan is unknown', seen(5), [starter({}), starter({ id: 'r2', plan: undefined })], undefined],
    ['is none that was there later', seen(-5), [starter({})], undefined],
    ['is none that was last seen before', seen(70), [starter({})], undefined],
    ['is none of another plan', seen(5), [starter({ plan: 'q' })], undefined],
  ])('%s', (_, unknown, ran, expected) => {
    expect(starterOf(unknown, ran)?.id).toBe(expected)
  })
})
