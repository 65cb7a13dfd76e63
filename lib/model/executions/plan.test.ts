import type { ExecutionPart, ExecutionStep } from '@gearboard/gears/vocabulary/execution'
import { describe, expect, it } from 'vitest'
import { executionPart } from '../testing'
import { heat, lanesOf, ownBoxes, planOf, shapesOf, skewOf, slowestLane } from './plan'
import { shortStepName, stepLabel } from './plan-step'

const step = (type: string, durationMs: number | null, name = type, arg = ''): ExecutionStep => ({
  type,
  name,
  arg,
  durationMs,
  global: type === 'collect' || type === 'repartition',
})

const part = (shard: string, totalDurationMs: number, readDurationMs: number, steps: ExecutionStep[]): ExecutionPart =>
  executionPart({ shard, results: 1, totalDurationMs, readDurationMs, steps })

const PARSE = '<function parse_order at 0x7ff34cd466f0>'
const cluster = [
  part('b57e', 1750, 298, [
    step('map', 588, 'RedisGearsPy_PyCallbackMapper', PARSE),
    step('collect', 64),
    step('map', 0),
  ]),
  part('15f4', 3940, 312, [
    step('map', 604, 'RedisGearsPy_PyCallbackMapper', PARSE),
    step('collect', 188),
    step('map', 22),
  ]),
  part('9c20', 3120, 341, [
    step('map', 1912, 'RedisGearsPy_PyCallbackMapper', PARSE),
    step('collect', 71),
    step('map', 0),
  ]),
]

describe('stepLabel', () => {
  it('says the callback of the author', () => {
    expect(stepLabel(step('map', 0, 'RedisGearsPy_PyCallbackMapper', PARSE))).toEqual({
      title: 'parse_order',
      builtIn: false,
    })
    expect(stepLabel(step('filter', 0, 'x', '<function <lambda> at 0x1>')).title).toBe('lambda')
    expect(stepLabel(step('map', 0, 'x', '<function make.<locals>.inner at 0x1>')).title).toBe('inner')
    expect(stepLabel(step('map', 0, 'x', '<function make.<locals>.<lambda> at 0x1>')).title).toBe('lambda')
  })

  it('says what the builder added', () => {
    const of = (arg: string) => stepLabel(step('map', 0, 'RedisGearsPy_PyCallbackMapper', arg))
    expect(of('<function GearsBuilder.run.<locals>.<lambda> at 0x7f>')).toEqual({ title: 'to text', builtIn: true })
    expect(of('<function GearsBuilder.__localAggregateby__.<locals>.<lambda> at 0x7f>')).toEqual({
      title: 'aggregateby',
      builtIn: true,
    })
    expect(stepLabel(step('map', 0, 'RedisGearsPy_ToPyRecordMapper'))).toEqual({ title: 'to Python', builtIn: true })
  })

  it('keeps what it cannot read', () => {
    expect(stepLabel(step('map', 0, 'x', '<built-in function len>')).title).toBe('<built-in function len>')
    expect(stepLabel(step('limit', 0)).title).toBe('limit')
    expect(shortStepName('RedisGearsPy_PyCallbackFlatMapper')).toBe('flatmapper')
  })
})

describe('planOf', () => {
  const plan = planOf(cluster, '15f4', 'KeysReader')

  it('puts the reader first, the initiator on top, and numbers in data-flow order', () => {
    expect(plan.shards).toEqual(['15f4', 'b57e', '9c20'])
    expect(plan.boxes.map((box) => [box.number, box.type, box.title, box.kind])).toEqual([
      [1, 'reader', 'KeysReader', 'reader'],
      [2, 'map', 'parse_order', 'local'],
      [3, 'collect', 'to initiator', 'global'],
      [4, 'map', 'map', 'local'],
    ])
  })

  it('shows each box with its slowest shard and its share of the whole', () => {
    expect(plan.boxes[1]?.slowest).toEqual({ shard: '9c20', ms: 1912 })
    expect(plan.boxes[1]?.share).toBeCloseTo(1912 / 3940)
  })

  it('shows nothing for shards that have no records after collect', () => {
    expect(plan.boxes[3]?.afterCollect).toBe(true)
    expect(plan.boxes[3]?.times).toEqual([22, null, null])
  })

  it('tells untimed steps from steps of 0 ms', () => {
    const untimed = planOf([part('s', 10, 2, [step('map', null)])], 's', null)
    expect(untimed.timed).toBe(false)
    expect(untimed.boxes[1]?.slowest).toBeNull()
    expect(untimed.boxes[0]?.share).toBeCloseTo(0.2)
    expect(planOf([part('s', 10, 2, [step('map', 0)])], 's', null).timed).toBe(true)
  })

  it('has a plan for nobody that answered, and for a duration of 0', () => {
    expect(planOf([], 's', null).boxes.map((box) => box.share)).toEqual([null])
    expect(planOf([part('s', 0, 0, [])], 's', null).boxes[0]?.share).toBeNull()
  })
})

describe('lanesOf', () => {
  const plan = planOf(cluster, '15f4', 'KeysReader')
  const lanes = lanesOf(plan, cluster)

  it('lays the times of a shard end to end and keeps the rest as unaccounted', () => {
    expect(lanes[0]?.segments.map((s) => [s.box.number, s.startMs, s.ms])).toEqual([
      [1, 0, 312],
      [2, 312, 604],
      [3, 916, 188],
      [4, 1104, 22],
    ])
    expect(lanes[0]?.unaccountedMs).toBe(3940 - 312 - 604 - 188 - 22)
    expect(slowestLane(lanes)?.shard).toBe('15f4')
  })

  it('is never negative, and says when steps overlap', () => {
    const parts = [part('s', 10, 4, [step('map', 9)])]
    expect(lanesOf(planOf(parts, 's', null), parts)[0]).toMatchObject({ unaccountedMs: 0, overlapMs: 3 })
  })

  it.each([
    ['running', false],
    ['pending_run', false],
    ['created', false],
    ['aborted', true],
    ['done', true],
  ] as const)('of a part that is %s zeros are durations: %s', (status, ended) => {
    const parts = [{ ...part('s', 0, 0, []), status }]
    expect(lanesOf(planOf(parts, 's', null), parts)[0]?.ended).toBe(ended)
  })

  it('names no slowest shard among equals', () => {
    const parts = [part('a', 5, 1, []), part('b', 5, 1, [])]
    expect(slowestLane(lanesOf(planOf(parts, 'a', null), parts))).toBeUndefined()
  })
})

describe('skewOf', () => {
  it('names the step on which one shard stands out', () => {
    const skew = skewOf(planOf(cluster, '15f4', null))
    expect(skew?.box.title).toBe('parse_order')
    expect(skew?.shard).toBe('9c20')
    expect(skew?.factor).toBeCloseTo(1912 / 596)
  })

  it('does not call noise a skew', () => {
    const even = [part('a', 100, 1, [step('map', 50)]), part('b', 100, 9, [step('map', 52)])]
    expect(skewOf(planOf(even, 'a', null))).toBeUndefined()
    expect(skewOf(planOf([part('a', 100, 1, [step('map', 50)])], 'a', null))).toBeUndefined()
  })
})

it('heat is the square root of the share, within 0 and 1', () => {
  expect(heat(25, 100)).toBe(0.5)
  expect([heat(0, 100), heat(200, 100), heat(1, 0)]).toEqual([0, 1, 0])
})

describe('ownBoxes', () => {
  const step = (type: string, name: string, arg = '') => ({
    type,
    name,
    arg,
    global: /^(repartition|collect)$/.test(type),
  })
  const builder = (operation: string) => `<function GearsBuilder.${operation}.<locals>.<lambda>>`
  const toPython = step('map', 'RedisGearsPy_ToPyRecordMapper')
  const collect = step('collect', 'collect')
  const titles = (steps: Parameters<typeof shapesOf>[0]) =>
    ownBoxes(shapesOf(steps, 'KeysReader')).map(({ number, title }) => `${number} ${title}`)
  it('leaves the author’s steps and the moves between shards, with their numbers', () => {
    expect(
      titles([
        toPython,
        step('map', 'RedisGearsPy_PyCallbackMapper', '<function parse at 0x7f>'),
        step('filter', 'RedisGearsPy_PyCallbackFilter', '<function <lambda> at 0x7f>'),
        step('map', 'RedisGearsPy_PyCallbackMapper', builder('run')),
        collect,
      ]),
    ).toEqual(['1 KeysReader', '3 parse', '4 lambda', '6 to initiator'])
  })
  it('shows an operation of several steps once, and another one that follows it too', () => {
    const folded = (operation: string) => [
      step('accumulate', 'RedisGearsPy_PyCallbackAccumulate', builder(operation)),
      collect,
      step('accumulate', 'RedisGearsPy_PyCallbackAccumulate', builder(operation)),
    ]
    expect(titles([toPython, ...folded('count')])).toEqual(['1 KeysReader', '4 to initiator', '5 count'])
    expect(titles([...folded('count'), ...folded('aggregate')])).toEqual([
      '1 KeysReader',
      '3 to initiator',
      '4 count',
      '6 to initiator',
      '7 aggregate',
    ])
    const own = step('map', 'RedisGearsPy_PyCallbackMapper', '<function parse at 0x7f>')
    expect(titles([...folded('count'), own, ...folded('count')])).toHaveLength(6)
  })
  it('keeps what it is told to, and folds nothing of a plan without plumbing', () => {
    const boxes = shapesOf([toPython, collect], null)
    expect(ownBoxes(boxes)).toHaveLength(2)
    expect(ownBoxes(boxes, ({ number }) => number === 2)).toEqual(boxes)
  })
})
