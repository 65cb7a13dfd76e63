import { describe, expect, it } from 'vitest'
import { GearsId, NO_SHARD } from './ids'

describe('GearsId', () => {
  it('parses what it formats', () => {
    const id = GearsId.parse(`${NO_SHARD}-29`)
    expect(id).toMatchObject({ shard: NO_SHARD, sequence: 29 })
    expect(`${id}`).toBe(`${NO_SHARD}-29`)
    expect(JSON.stringify({ id })).toBe(`{"id":"${NO_SHARD}-29"}`)
  })

  it.each([
    '',
    'not-an-id',
    NO_SHARD,
    `${NO_SHARD}-`,
    `${NO_SHARD}--1`,
    `${NO_SHARD}-1x`,
    `${NO_SHARD}-1\n`,
    `${NO_SHARD.slice(1)}-1`,
    `${NO_SHARD}-9999999999999999`,
    ` ${NO_SHARD}-1`,
  ])('refuses %j', (text) => expect(GearsId.parse(text)).toBeUndefined())

  it('orders by sequence as a number', () => {
    const ids = ['10', '9', '100'].map((sequence) => GearsId.of(NO_SHARD, Number(sequence)))
    expect(ids.sort(GearsId.compare).map(({ sequence }) => sequence)).toEqual([9, 10, 100])
    expect(GearsId.of(NO_SHARD, 5).equals(GearsId.of(NO_SHARD, 5))).toBe(true)
    expect(GearsId.compare(GearsId.of('a'.repeat(40), 9), GearsId.of('b'.repeat(40), 1))).toBe(-1)
  })

  it('is made of nothing else', () => {
    expect(() => GearsId.of('short', 1)).toThrow(RangeError)
    expect(() => GearsId.of(NO_SHARD, -1)).toThrow(RangeError)
    expect(() => GearsId.of(NO_SHARD, 1.5)).toThrow(RangeError)
  })
})
