import { expect, test } from 'vitest'
import type { Execution } from '@/lib/model/executions/execution'
import { keysReader } from '@/lib/model/testing'
import { History } from '../history/history'
import { execution, newDirectory, T0 } from '../history/testing/index'
import { countOfExecutions, executionPages } from './exports'

/** A connection with these executions on its server and these in its history. */
async function connectionWith(live: readonly Execution[], recorded: readonly Execution[]) {
  const history = History.open({
    data: newDirectory(),
    retention: { maxAgeMs: 1e12, auditMaxAgeMs: 1e12, maxBytes: 1e9 },
  })
  for (const row of recorded) history.store.executions.record('default', row)
  await history.flush()
  const feed = {
    executions: new Map(live.map((row) => [row.key, row])),
    registrations: new Map([['r', keysReader({ key: 'r', id: 'r-1', name: 'orders' })]]),
  }
  return { name: 'default', history, hub: { feed } }
}

async function exported(...[connection, asked]: Parameters<typeof executionPages>) {
  const pages = executionPages(connection, asked)
  const rows: Execution[] = []
  for (;;) {
    const { value, done } = await pages.next()
    if (done)
      return { rows: rows.map(({ id, live }) => `${id.split('-')[1]}${live ? '' : ' recorded'}`), missing: value }
    rows.push(...value)
  }
}

const live = (n: number, changes: Partial<Execution> = {}) => execution(n, { live: true, ...changes })
const old = (n: number, changes: Partial<Execution> = {}) => execution(n, { live: false, ...changes })

test('an export has each execution once, live or recorded, newest first', async () => {
  const connection = await connectionWith([live(5), live(4)], [old(5), old(4), old(3), old(2), old(1)])
  expect(await exported(connection, {})).toEqual({
    rows: ['5', '4', '3 recorded', '2 recorded', '1 recorded'],
    missing: undefined,
  })
  expect(await countOfExecutions(connection, {})).toBe(5)
  await connection.history.close()
})

test('an earlier execution under the id of a live one is another row', async () => {
  const again = live(2, { firstSeen: T0 + 60_000, lastSeen: T0 + 60_000 })
  const connection = await connectionWith([again], [old(3), old(2), old(1)])
  expect(await exported(connection, {})).toMatchObject({ rows: ['2', '3 recorded', '2 recorded', '1 recorded'] })
  expect(await countOfExecutions(connection, {})).toBe(4)
  await connection.history.close()
})

test('live ones stand where their time is, over pages of history', async () => {
  const recorded = Array.from({ length: 1300 }, (_, n) => old(n + 1))
  const connection = await connectionWith([live(1), live(700), live(1300)], recorded)
  const { rows } = await exported(connection, {})
  expect(rows).toHaveLength(1300)
  expect([rows[0], rows[600], rows[1299]]).toEqual(['1300', '700', '1'])
  expect(rows[1]).toBe('1299 recorded')
  expect(await countOfExecutions(connection, {})).toBe(1300)
  await connection.history.close()
})

test.each<[string, Parameters<typeof executionPages>[1], readonly string[]]>([
  ['an outcome', { filter: 'outcome:failed' }, ['4', '2 recorded']],
  ['where a row is kept', { filter: 'kept:server' }, ['5', '4']],
  ['a range', { from: T0 + 2000, to: T0 + 5000 }, ['4', '3 recorded', '2 recorded']],
  ['a range and a filter', { filter: '-outcome:failed', from: T0 + 2000 }, ['5', '3 recorded']],
  ['a registration', { registration: 'r-1' }, ['5', '1 recorded']],
  ['its reader', { filter: 'reader:keys' }, ['5']],
])('it holds to %s', async (_, asked, expected) => {
  const origin = { kind: 'registration', name: 'orders', registrationId: 'r-1', inferred: true } as const
  const connection = await connectionWith(
    [live(5, { origin }), live(4, { outcome: 'failed', errors: 1 })],
    [old(5, { origin }), old(4), old(3), old(2, { outcome: 'failed', errors: 1 }), old(1, { origin })],
  )
  expect((await exported(connection, asked)).rows).toEqual(expected)
  await connection.history.close()
})

test('a range has what ended in it, as the list and its counts do', async () => {
  const range = { from: T0 + 2000, to: T0 + 5000 }
  const connection = await connectionWith(
    [
      live(9, { firstSeen: T0 - 60_000, endSeen: T0 + 3000 }),
      live(8, { firstSeen: T0 + 4000, endSeen: T0 + 5000 }),
      live(7, { firstSeen: T0 - 60_000, outcome: 'running', status: 'running', endSeen: null }),
    ],
    [
      old(3, { firstSeen: T0 - 50_000, lastSeen: T0 + 2000, endSeen: T0 + 2000 }),
      old(2, { firstSeen: T0 - 50_000, lastSeen: T0 + 1999, endSeen: T0 + 1999 }),
      // It was running when it was last seen.
      old(1, { firstSeen: T0 - 40_000, lastSeen: T0 + 4000, outcome: 'running', status: 'running', endSeen: null }),
    ],
  )
  const { rows } = await exported(connection, range)
  expect(rows.toSorted()).toEqual(['1 recorded', '3 recorded', '7', '9'])
  expect(await countOfExecutions(connection, range)).toBe(4)
  await connection.history.close()
})

test('a filter that is wrong is refused, and one takes rows to count', async () => {
  const connection = await connectionWith([live(1)], [])
  await expect(exported(connection, { filter: 'duration:soon' })).rejects.toThrow(/^q: /)
  expect(await countOfExecutions(connection, { filter: 'outcome:ok' })).toBeUndefined()
  await connection.history.close()
})

test('without a history it says that these are the live ones alone', async () => {
  const { hub } = await connectionWith([live(1)], [])
  const without = { name: 'default', history: History.none('It is off.'), hub }
  expect(await exported(without, {})).toEqual({
    rows: ['1'],
    missing: 'history is unavailable (It is off.); these are the live executions.',
  })
})
