import { describe, expect, test } from 'vitest'
import { resultSafety } from './result-safety'

const map = (arg: string) => ({
  type: 'map',
  name: 'RedisGearsPy_PyCallbackMapper',
  arg,
  durationMs: null,
  global: false,
})
const toText = map('<function GearsBuilder.run.<locals>.<lambda> at 0x7fd06d25e3f0>')
const registered = map('<function GearsBuilder.register.<locals>.<lambda> at 0x7fb57690b070>')
const own = map('<function <lambda> at 0x7fd06d25edb0>')
const collect = { type: 'collect', name: 'collect', arg: '', durationMs: null, global: true }
const limit = { type: 'limit', name: 'limit', arg: '', durationMs: null, global: false }

describe('results can be read', () => {
  test.each([
    ['made text by run, then collected', [own, toText, collect]],
    ['made text by register', [own, registered]],
    ['of a builder that was used twice', [own, toText, collect, toText, collect]],
    ['collected twice', [toText, collect, collect]],
  ])('%s', (_, steps) => expect(resultSafety({ results: 3, steps })).toBe('text'))

  test('none are there: whatever the plan', () => expect(resultSafety({ results: 0, steps: [own] })).toBe('none'))
})

describe('nothing proves that results can be read', () => {
  test.each([
    ['convertToStr=False', [own, collect]],
    ['a plan without steps', []],
    ['text that another step followed', [toText, own, collect]],
    ['text that was limited afterwards, which run never does', [toText, limit]],
    ['no map at all', [collect]],
    ['a filter that calls itself so', [{ ...toText, type: 'filter', name: 'RedisGearsPy_PyCallbackFilter' }, collect]],
    ['an accumulator that calls itself so', [{ ...toText, type: 'accumulate' }]],
    ['a map that is none of Python', [{ ...toText, name: 'GetValueMapper' }]],
  ])('%s', (_, steps) => expect(resultSafety({ results: 3, steps })).toBe('unproven'))

  test.each([
    '<function my.GearsBuilder.run.<locals>.<lambda> at 0x7f00>',
    '<function GearsBuilder.run.<locals>.<lambda> at 0x7f00> at 0x7f11>',
    '<function GearsBuilder.run.<locals>.<lambda>.inner at 0x7f00>',
    '<function GearsBuilder.run.<locals>.<lambda>\n at 0x7f00>',
    '<function GearsBuilder.run.<locals>.<lambda> at 0x7f00>\n',
    '<function GearsBuilder.run.<locals>.<lambda> at 0x7F00>',
    '<function GearsBuilder.count.<locals>.<lambda> at 0x7f00>',
    '<function GearsBuilder.run at 0x7f00>',
    '<function gearsbuilder.run.<locals>.<lambda> at 0x7f00>',
  ])('a function that is named alike: %j', (arg) =>
    expect(resultSafety({ results: 3, steps: [map(arg), collect] })).toBe('unproven'),
  )
})
