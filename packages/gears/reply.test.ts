import { describe, expect, it } from 'vitest'
import { double, flag, integer, list, Mismatch, nullable, oneOf, optional, pairs, type Reply, text } from './reply'

const b = (value: string) => Buffer.from(value)
const complaint = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof Mismatch) return `${error.path}: ${error.message}`
    throw error
  }
  throw new Error('nothing was wrong')
}

describe('decoders', () => {
  it('read integers of both settings of ioredis, and no others', () => {
    expect([integer(7), integer('-7')]).toEqual([7, -7])
    for (const other of [b('7'), '7.5', 7.5, '9007199254740993', null, true, [], new Error('7')]) {
      expect(complaint(() => integer(other))).toMatch(/^: expected an integer, got /)
    }
  })

  it('read doubles of RESP2 and RESP3', () => {
    expect([double(b('0.25')), double('1e3'), double(2.5), double(b('-0'))]).toEqual([0.25, 1000, 2.5, -0])
    expect([double(b('nan')), double(b('-nan')), double('inf'), double(Number.NaN)]).toEqual([null, null, null, null])
    for (const other of [b(''), b('1,5'), b('0x10'), b('nano'), null]) {
      expect(complaint(() => double(other))).toMatch(/^: expected a number, got /)
    }
  })

  it('name the place of what is wrong', () => {
    const decode = list(pairs({ outer: pairs({ inner: list(flag) }) }))
    const reply = (inner: Reply): Reply => [[b('outer'), [b('inner'), inner]]]
    expect(decode(reply([0, 1]))).toEqual([{ outer: { inner: [false, true] } }])
    expect(complaint(() => decode(reply([0, 2])))).toBe('[0].outer.inner[1]: expected 0 or 1, got a number')
    expect(complaint(() => decode(reply(b('x'))))).toBe('[0].outer.inner: expected an array, got text')
    expect(complaint(() => decode([[b('outer'), [b('inner')]]]))).toBe(
      '[0].outer: expected an array of keys and values, got an array of 1',
    )
  })
})

describe('pairs', () => {
  const decode = pairs({ id: text, note: optional(nullable(text)) })
  it('reads by key, in any order, and ignores keys that it does not know', () => {
    expect(decode([b('new'), 1, b('note'), null, b('id'), b('x')])).toEqual({ id: 'x', note: null })
    expect(decode([b('id'), b('x')])).toEqual({ id: 'x' })
    expect(decode({ id: b('x'), more: 1 })).toEqual({ id: 'x' })
  })

  it('wants what is not optional, once, and keys that are text', () => {
    expect(complaint(() => decode([]))).toBe('.id: expected a value, got nothing')
    expect(complaint(() => decode([b('id'), b('x'), b('id'), b('y')]))).toBe(': expected id once, got id twice')
    expect(complaint(() => decode([1, b('x')]))).toBe('[0]: expected text, got a number')
    expect(complaint(() => decode([b('__proto__'), b('x')]))).toBe('.id: expected a value, got nothing')
  })
})

it('oneOf tells what came instead, cut', () => {
  expect(complaint(() => oneOf('yes', 'no')(b('maybe')))).toBe(': expected one of yes, no, got "maybe"')
  expect(complaint(() => oneOf('a')(b('x'.repeat(1000)))).length).toBeLessThan(120)
})
