import type { ExecutionStatus } from '@gearboard/gears/vocabulary/execution'
import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, test } from 'vitest'
import type { ListsOfOneMoment } from '../poll/shard-snapshot'
import { OriginInference, type SeenPlan, windowOf } from './origin-inference'

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

/** As shard `a` reports it, or another one. */
const plan = (exact: string, { shard = 'a', text = exact.replace(/ at .*/, '') } = {}): SeenPlan => ({
  shard,
  exact,
  text,
})

describe('by the plan', () => {
  test('only while the plans of all others that ran are known and differ', () => {
    const inference = new OriginInference()
    inference.learn('orders', plan('map'))
    expect(inference.byPlan(plan('map'), ['orders'], false)).toBe('orders')
    expect(inference.byPlan(plan('filter'), ['orders'], false)).toBeUndefined()
    expect(inference.byPlan(plan('map'), ['orders', 'carts'], false)).toBeUndefined()
    inference.learn('carts', plan('filter'))
    expect(inference.byPlan(plan('map'), ['orders', 'carts'], false)).toBe('orders')
  })

  test('two registrations of the same plan are never told apart', () => {
    const inference = new OriginInference()
    inference.learn('orders', plan('map'))
    inference.learn('carts', plan('map'))
    expect(inference.byPlan(plan('map'), ['orders', 'carts'], false)).toBeUndefined()
  })

  test('a registration with two plans is one of a wrong inference: it is not used', () => {
    const inference = new OriginInference()
    inference.learn('orders', plan('map'))
    inference.learn('orders', plan('filter'))
    expect(inference.byPlan(plan('map'), ['orders'], false)).toBeUndefined()
  })

  test('an address is the same for one registration on one shard, and says nothing on another', () => {
    const inference = new OriginInference()
    expect(inference.learn('orders', plan('map at 0x1'))).toBe(true)
    expect(inference.learn('orders', plan('map at 0x1'))).toBe(false)
    expect(inference.learn('orders', plan('map at 0x9', { shard: 'b' }))).toBe(true)
    expect(inference.byPlan(plan('map at 0x1'), ['orders'], false)).toBe('orders')
    expect(inference.byPlan(plan('map at 0x9', { shard: 'b' }), ['orders'], false)).toBe('orders')
    // Where it was not seen yet, the plan without addresses decides.
    expect(inference.byPlan(plan('map at 0x5', { shard: 'c' }), ['orders'], false)).toBe('orders')
    // Another function of the same name.
    expect(inference.byPlan(plan('map at 0x2'), ['orders'], false)).toBeUndefined()
  })

  test('two registrations of one text differ by address where both were seen, and only there', () => {
    const inference = new OriginInference()
    inference.learn('orders', plan('map at 0x1'))
    inference.learn('carts', plan('map at 0x2', { shard: 'b' }))
    expect(inference.byPlan(plan('map at 0x1'), ['orders', 'carts'], false)).toBeUndefined()
    inference.learn('carts', plan('map at 0x3'))
    expect(inference.byPlan(plan('map at 0x1'), ['orders', 'carts'], false)).toBe('orders')
    expect(inference.byPlan(plan('map at 0x3'), ['orders', 'carts'], false)).toBe('carts')
    expect(inference.byPlan(plan('map at 0x2', { shard: 'b' }), ['orders', 'carts'], false)).toBeUndefined()
  })

  test('after the addresses changed the plan without them decides', () => {
    const inference = new OriginInference()
    inference.learn('orders', plan('map at 0x1'))
    inference.learn('orders', plan('map at 0x2'))
    expect(inference.byPlan(plan('map at 0x3'), ['orders'], false)).toBe('orders')
  })

  test('of those that were triggered, the last one left started it, whatever its plan', () => {
    const inference = new OriginInference()
    inference.learn('orders', plan('map'))
    expect(inference.byPlan(plan('filter'), ['orders', 'carts'], true)).toBe('carts')
    expect(inference.byPlan(plan('map'), ['orders', 'carts'], true)).toBeUndefined()
  })
})

describe('what was triggered as an execution appeared', () => {
  test('is known from the second window on, with what may be late from the one before', () => {
    const inference = new OriginInference()
    inference.observe(window(['1'], { orders: 1, carts: 1 }))
    expect(inference.takePossible('1')).toBeUndefined()
    inference.observe(window(['2', '3'], { users: 1, orders: 1, carts: 0 }))
    expect(inference.takePossible('2')).toEqual(new Set(['users', 'orders', 'carts']))
    expect(inference.takePossible('2')).toBeUndefined()
    inference.observe(window(['4'], null))
    expect(inference.takePossible('4')).toBeUndefined()
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
