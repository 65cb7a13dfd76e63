import { expect, test } from 'vitest'
import type { ExecutionOrigin } from '@/lib/model/executions/execution'
import type { Registration } from '@/lib/model/registrations/registration'
import { commandReader, counters, executionPart, keysReader } from '@/lib/model/testing'
import { ExecutionStore } from './execution-store'
import { Origins } from './origins'

const SHARD = 'standalone'
const id = (n: number): string => `${'0'.repeat(40)}-${n}`
const registration = (name: string, n: number, triggered = 1): Registration =>
  keysReader({ key: id(n), id: id(n), name, counters: counters(triggered) })
const part = (plan: string) =>
  executionPart({ steps: [{ type: 'map', name: 'mapper', arg: plan, durationMs: null, global: false }] })

function watched(remembered: ExecutionOrigin = { kind: 'unknown' }) {
  const executionStore = new ExecutionStore()
  const registrations = new Map<string, Registration>()
  const feed = { registrations }
  const origins = new Origins({
    executionStore,
    feed,
    remembered: () => remembered,
    knowsRegistrations: () => registrations.size > 0,
  })
  let at = 0
  return {
    origins,
    executionStore,
    list(...numbers: readonly number[]) {
      const executions = numbers.map((n) => ({ id: id(n), status: 'done' as const, registered: true }))
      const previousAt = at === 0 ? null : at
      at += 500
      executionStore.observeListing({ shard: SHARD, at, previousAt, cluster: false, runId: 'run', executions })
    },
    read: (n: number, plan: string) => origins.read(id(n), SHARD, part(plan)),
    publish(...rows: readonly Registration[]) {
      for (const row of rows) registrations.set(row.key, row)
      origins.published({ upserts: rows, removed: [], gone: [] })
    },
    lose(row: Registration, goneAt: number) {
      registrations.delete(row.key)
      origins.published({ upserts: [], removed: [row.key], gone: [{ row, goneAt }] })
    },
    /** Which registration runs this plan becomes known: it alone was triggered as this execution appeared. */
    learn(row: Registration, n: number, plan: string) {
      const entry = executionStore.get(id(n))
      if (entry)
        executionStore.attributeEntry(entry, {
          kind: 'registration',
          name: row.name,
          registrationId: row.id,
          inferred: true,
        })
      origins.read(id(n), SHARD, part(plan))
    },
    originOf: (n: number) => {
      const origin = executionStore.get(id(n))?.origin
      return origin?.kind === 'registration' ? origin.name : origin?.kind
    },
  }
}

const ORDERS = registration('orders', 1)
const CARTS = registration('carts', 2)

test('what ran before the plans were known is attributed, as inferred, once they are', () => {
  const { origins, list, read, publish, learn, originOf, executionStore } = watched()
  publish(ORDERS, CARTS)
  list(11, 12, 13, 14, 15)
  read(11, 'parse')
  read(12, 'price')
  read(13, 'another')
  learn(ORDERS, 14, 'parse')
  origins.decideOpen()
  expect([11, 12, 13].map(originOf)).toEqual(['unknown', 'unknown', 'unknown'])
  learn(CARTS, 15, 'price')
  expect(origins.decideOpen()).toBe(false)
  expect([11, 12, 13].map(originOf)).toEqual(['orders', 'carts', 'unknown'])
  expect(executionStore.get(id(11))?.origin).toMatchObject({ inferred: true, registrationId: ORDERS.id })
})

test('also what left the list since; what has its id after it, has nothing of it', () => {
  const { origins, list, read, publish, learn, originOf } = watched()
  publish(ORDERS)
  list(11, 12, 14)
  read(11, 'parse')
  read(12, 'parse')
  list(14)
  // The id came again before anything was known.
  list(12, 14)
  learn(ORDERS, 14, 'parse')
  origins.decideOpen()
  expect([11, 12].map(originOf)).toEqual(['orders', 'unknown'])
})

test.each<[string, (seen: ReturnType<typeof watched>) => void]>([
  ['two registrations share the plan', ({ learn }) => learn(CARTS, 15, 'parse')],
  ['the plan of another one that ran is unknown', () => undefined],
  ['that other one disappeared after they ran', ({ lose }) => lose(CARTS, 9000)],
])('while %s it stays unknown', (_, happens) => {
  const seen = watched()
  seen.list(14)
  seen.publish(ORDERS, CARTS)
  seen.list(11, 14, 15)
  seen.read(11, 'parse')
  seen.learn(ORDERS, 14, 'parse')
  happens(seen)
  seen.origins.decideOpen()
  expect(seen.originOf(11)).toBe('unknown')
})

test.each<[string, Registration, (seen: ReturnType<typeof watched>, other: Registration) => void]>([
  ['disappeared before', CARTS, ({ lose }, other) => lose(other, 400)],
  ['registered later', { ...CARTS, firstSeen: 60_000 }, () => undefined],
  ['that never ran', { ...CARTS, counters: counters(0) }, () => undefined],
  [
    'whose runs leave as they end',
    commandReader({ key: id(2), id: id(2), name: 'carts', counters: counters(9) }),
    () => undefined,
  ],
])('another registration %s is no candidate', (_, other, happens) => {
  const seen = watched()
  seen.list(14)
  seen.publish(ORDERS, other)
  happens(seen, other)
  seen.list(14)
  seen.list(11, 14)
  seen.read(11, 'parse')
  seen.learn(ORDERS, 14, 'parse')
  seen.origins.decideOpen()
  expect(seen.originOf(11)).toBe('orders')
})

test('statistics that were cleared do not make one that ran into one that did not', () => {
  const { origins, list, read, publish, learn, originOf } = watched()
  publish(ORDERS, CARTS)
  publish({ ...CARTS, counters: counters(0) })
  list(11, 14)
  read(11, 'parse')
  learn(ORDERS, 14, 'parse')
  origins.decideOpen()
  expect(originOf(11)).toBe('unknown')
})

test('nothing that was known is withdrawn or changed', () => {
  const { origins, list, read, publish, learn, originOf, executionStore } = watched()
  publish(ORDERS)
  list(11, 14)
  const entry = executionStore.get(id(11))
  if (entry) executionStore.attributeEntry(entry, { kind: 'submission', name: 'mine', sourceId: 's' })
  read(11, 'parse')
  learn(ORDERS, 14, 'parse')
  origins.decideOpen()
  expect(originOf(11)).toBe('submission')
})

test('many are decided in steps, and all of them count', () => {
  const { origins, list, read, publish, learn, originOf } = watched()
  publish(ORDERS, CARTS)
  const numbers = Array.from({ length: 1200 }, (_, n) => n + 100)
  list(...numbers, 1, 2)
  for (const n of numbers) read(n, n % 3 === 0 ? 'price' : 'parse')
  learn(ORDERS, 1, 'parse')
  learn(CARTS, 2, 'price')
  let steps = 1
  while (origins.decideOpen()) steps++
  expect(steps).toBe(3)
  const count = (name: string) => numbers.filter((n) => originOf(n) === name).length
  expect([count('orders'), count('carts'), count('unknown')]).toEqual([800, 400, 0])
})

test('of what was there as Gearboard started, the history knows', () => {
  const origin = { kind: 'registration', name: 'orders', registrationId: ORDERS.id, inferred: true } as const
  const { list, read, publish, originOf } = watched(origin)
  publish(ORDERS, CARTS)
  list(11)
  read(11, 'parse')
  // It appeared while Gearboard looked: its key may have been that of another one.
  list(11, 12)
  read(12, 'filter')
  expect([11, 12].map(originOf)).toEqual(['orders', 'unknown'])
})

test('after a restart of the server plans are learned anew', () => {
  const { origins, list, read, publish, learn, originOf } = watched()
  publish(ORDERS)
  list(11, 14)
  read(11, 'parse')
  origins.restarted()
  learn(ORDERS, 14, 'parse')
  origins.decideOpen()
  expect(originOf(11)).toBe('unknown')
})
