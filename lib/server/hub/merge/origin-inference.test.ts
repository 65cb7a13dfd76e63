import type { ExecutionStatus } from '@gearboard/gears/vocabulary/execution'
import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, test } from 'vitest'
import type { ListsOfOneMoment } from '../poll/shard-snapshot'
import { OriginInference, windowOf } from './origin-inference'

const window = (newcomers: readonly string[], triggered: Readonly<Record<string, number>> | null, shard = 'a') => ({
  shard,
  newcomers,
  triggered: triggered && new Map(Object.entries(triggered)),
})

describe('by what was triggered', () => {
  test.each([
    ['one was, as often as executions appeared', ['1', '2'], { orders: 2 }, 'orders'],
    ['one was, more often: some left already', ['1'], { orders: 5, quiet: 0 }, 'orders'],
    ['one was, less often: some are of another', ['1', '2'], { orders: 1 }, undefined],
    ['two were', ['1', '2'], { orders: 1, carts: 1 }, undefined],
    ['none was', ['1'], { orders: 0 }, undefined],
    ['nobody can tell', ['1'], null, undefined],
    ['nothing appeared', [], { orders: 1 }, undefined],
  ])('%s', (_, newcomers, triggered, expected) => {
    expect(new OriginInference().observe(window(newcomers, triggered))).toBe(expected)
  })

  test('an execution that may be late from the window before is of nobody', () => {
    const inference = new OriginInference()
    inference.observe(window([], { carts: 1 }))
    expect(inference.observe(window(['1'], { orders: 1 }))).toBeUndefined()
    expect(inference.observe(window(['2'], { orders: 1 }))).toBe('orders')
  })

  test('late ones of the same registration, and those of another shard, do not matter', () => {
    const inference = new OriginInference()
    inference.observe(window([], { orders: 1 }))
    inference.observe(window([], { carts: 1 }, 'b'))
    expect(inference.observe(window(['1'], { orders: 1 }))).toBe('orders')
  })

  test('after counters that went back nobody knows what is late', () => {
    const inference = new OriginInference()
    inference.observe(window([], null))
    expect(inference.observe(window(['1'], { orders: 1 }))).toBeUndefined()
  })
})

describe('by the plan', () => {
  test('only while the plans of all others that ran are known and differ', () => {
    const inference = new OriginInference()
    inference.learn('orders', 'map')
    expect(inference.byPlan('1', 'map', ['orders'])).toBe('orders')
    expect(inference.byPlan('1', 'filter', ['orders'])).toBeUndefined()
    expect(inference.byPlan('1', 'map', ['orders', 'carts'])).toBeUndefined()
    inference.learn('carts', 'filter')
    expect(inference.byPlan('1', 'map', ['orders', 'carts'])).toBe('orders')
  })

  test('two registrations of the same plan are never told apart', () => {
    const inference = new OriginInference()
    inference.learn('orders', 'map')
    inference.learn('carts', 'map')
    expect(inference.byPlan('1', 'map', ['orders', 'carts'])).toBeUndefined()
  })

  test('a registration with two plans is one of a wrong inference: it is not used', () => {
    const inference = new OriginInference()
    inference.learn('orders', 'map')
    inference.learn('orders', 'filter')
    expect(inference.byPlan('1', 'map', ['orders'])).toBeUndefined()
  })

  test('one that is gone is no candidate', () => {
    const inference = new OriginInference()
    inference.learn('orders', 'map')
    inference.retain(new Set(['carts']))
    expect(inference.byPlan('1', 'map', ['orders'])).toBeUndefined()
  })
})

describe('by the plan, among those that were triggered as it appeared', () => {
  /** After the first window: what was late before it is unknown. */
  const looking = () => {
    const inference = new OriginInference()
    inference.observe(window([], {}))
    return inference
  }

  test('those that were not cannot have started it', () => {
    const inference = looking()
    inference.learn('orders', 'map')
    inference.observe(window(['1', '2'], { orders: 1, carts: 1, users: 0 }))
    // The plan of users is not known either, but nothing triggered it.
    expect(inference.byPlan('1', 'map', ['orders', 'carts', 'users'])).toBeUndefined()
    expect(inference.byPlan('2', 'filter', ['orders', 'carts', 'users'])).toBe('carts')
    inference.learn('carts', 'filter')
    inference.observe(window(['3', '4'], { orders: 1, carts: 1, users: 0 }))
    expect(inference.byPlan('3', 'map', ['orders', 'carts', 'users'])).toBe('orders')
  })

  test('one that may be late from the window before counts among them', () => {
    const inference = looking()
    inference.learn('orders', 'map')
    inference.observe(window(['0'], { users: 1 }))
    inference.observe(window(['1', '2'], { orders: 1, carts: 1 }))
    expect(inference.byPlan('1', 'filter', ['orders', 'carts', 'users'])).toBeUndefined()
  })

  test('where one of them is gone nobody can tell', () => {
    const inference = looking()
    inference.learn('orders', 'map')
    inference.observe(window(['1', '2'], { orders: 1, carts: 1 }))
    expect(inference.byPlan('2', 'filter', ['orders'])).toBeUndefined()
  })

  test('before the first window there may be late ones of anybody', () => {
    const inference = new OriginInference()
    inference.learn('orders', 'map')
    inference.observe(window(['1', '2'], { orders: 1, carts: 1 }))
    expect(inference.byPlan('2', 'filter', ['orders', 'carts'])).toBeUndefined()
  })
})

describe('two looks at a shard', () => {
  const A = 'a'.repeat(40)
  const registration = (sequence: number, triggered: number): ShardRegistration => ({
    id: `${A}-${sequence}`,
    description: null,
    mode: 'async',
    counters: { triggered, success: triggered, failures: 0, aborted: 0 },
    durations: null,
    lastError: null,
    privateData: null,
    threadPool: null,
    reader: 'KeysReader',
    args: { prefix: 'order:*', eventTypes: null, keyTypes: null, hookCommands: null },
  })
  const command = (sequence: number, triggered: number): ShardRegistration => ({
    ...registration(sequence, triggered),
    reader: 'CommandReader',
    args: { trigger: 'orders', inOrder: null },
  })
  const look = (
    executions: readonly (readonly [id: string, registered: boolean])[],
    registrations: readonly ShardRegistration[],
    runId = 'run',
    status: ExecutionStatus = 'done',
  ): ListsOfOneMoment => ({
    executions: executions.map(([id, registered]) => ({ id, registered, status })),
    registrations,
    runId,
    cluster: true,
  })

  test('newcomers are what a registration started here since', () => {
    const before = look([[`${A}-5`, true]], [registration(1, 3)])
    const now = look(
      [
        [`${A}-5`, true],
        [`${A}-6`, true],
        [`${A}-7`, false],
        [`${'b'.repeat(40)}-8`, true],
      ],
      [registration(1, 4), registration(2, 1)],
    )
    expect(windowOf(A, before, now)).toEqual({
      shard: A,
      newcomers: [`${A}-6`],
      triggered: new Map([
        [`${A}-1`, 1],
        [`${A}-2`, 1],
      ]),
    })
  })

  test('executions of triggers leave as they end: one that still runs may be one, where a trigger ran', () => {
    const before = look([], [registration(1, 3), command(2, 7)])
    const seen = (triggers: number, status: ExecutionStatus) =>
      windowOf(A, before, look([[`${A}-5`, true]], [registration(1, 4), command(2, triggers)], 'run', status))
    const triggered = new Map([[`${A}-1`, 1]])
    expect(seen(8, 'done')).toEqual({ shard: A, newcomers: [`${A}-5`], triggered })
    expect(seen(8, 'running')).toEqual({ shard: A, newcomers: [], triggered })
    expect(seen(7, 'running')).toEqual({ shard: A, newcomers: [`${A}-5`], triggered })
  })

  test.each([
    ['a restart', look([], [registration(1, 3)]), look([], [registration(1, 4)], 'another')],
    ['counters that went back', look([], [registration(1, 3)]), look([], [registration(1, 2)])],
    ['a registration that left', look([], [registration(1, 3), registration(2, 0)]), look([], [registration(1, 4)])],
  ])('after %s nobody can tell what was triggered', (_, before, now) => {
    expect(windowOf(A, before, now).triggered).toBeNull()
  })
})
