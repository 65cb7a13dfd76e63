import { describe, expect, test } from 'vitest'
import { checked, hasFields, isAbsentOr, isInteger, isListOf, isNullOr, isNumber, isOneOf, isText } from './type-guards'

interface Wheel {
  readonly name: string
  readonly tags: readonly string[]
  readonly build: number | null
  readonly kind: 'pure' | 'compiled'
  readonly note?: string
}

const isWheel = hasFields<Wheel>({
  name: isText,
  tags: isListOf(isText),
  build: isNullOr(isNumber),
  kind: isOneOf('pure', 'compiled'),
  note: isAbsentOr(isText),
})

const wheel = { name: 'six', tags: ['py3'], build: null, kind: 'pure' }

describe('what Python passes', () => {
  test.each([
    ['as it should be', wheel],
    ['with a field that nothing reads', { ...wheel, size: 3 }],
    ['with what may be absent', { ...wheel, note: 'x' }],
    ['with an empty list', { ...wheel, tags: [] }],
  ])('fits %s', (_, value) => {
    expect(checked(isWheel, value, 'a wheel')).toBe(value)
  })

  test.each([
    ['nothing', null],
    ['text', 'six'],
    ['a list', [wheel]],
    ['a field missing', { ...wheel, name: undefined }],
    ['a field of another kind', { ...wheel, build: '1' }],
    ['another kind within a list', { ...wheel, tags: ['py3', 3] }],
    ['a word that is not one of them', { ...wheel, kind: 'source' }],
    ['null where a value may be absent', { ...wheel, note: null }],
  ])('does not fit with %s', (_, value) => {
    expect(() => checked(isWheel, value, 'a wheel')).toThrow('not a wheel')
  })

  test.each([
    [1, true],
    [2n ** 60n, true],
    [1.5, false],
    [Number.NaN, false],
    ['1', false],
  ])('an integer may be a bigint: %s', (value, fits) => {
    expect(isInteger(value)).toBe(fits)
  })
})
