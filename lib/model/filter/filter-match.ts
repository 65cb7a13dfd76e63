import { GearsId } from '@gearboard/gears/vocabulary/ids'
import type { FilterField, Term, ValueTest, Vocabulary } from './filter'
import { inRange } from './filter-range'

/** `…-1` is part of `…-12`, which is another thing. */
export const isWholeId = (text: string): boolean => GearsId.parse(text) !== undefined

/** Undefined: unknown, so that neither the term nor its negation holds. */
type Verdict = boolean | undefined

/** Makes one predicate of the terms; `now` is our clock, ms, against which ages are taken. */
export function matcher<T>(terms: readonly Term[], vocabulary: Vocabulary<T>, now: number): (item: T) => boolean {
  const tests = terms.map((term) => {
    const verdict = verdictOf(term, vocabulary, now)
    return (item: T): boolean => verdict(item) === !term.negated
  })
  return (item) => tests.every((test) => test(item))
}

/** What the terms find changes as time passes. */
export const dependsOnTime = <T>(terms: readonly Term[], { fields }: Vocabulary<T>): boolean =>
  terms.some(({ field }) => {
    const kind = fields.find(({ key }) => key === field)?.kind
    return kind === 'age' || kind === 'duration'
  })

function verdictOf<T>(term: Term, vocabulary: Vocabulary<T>, now: number): (item: T) => Verdict {
  const field = vocabulary.fields.find((known) => known.key === term.field)
  if (field) return fieldVerdict(field, term.tests, now)
  const words = textsOf(term.tests)
  return (item) => vocabulary.text(item).some((text) => text !== null && containsAny(text, words))
}

function fieldVerdict<T>(field: FilterField<T>, tests: readonly ValueTest[], now: number): (item: T) => Verdict {
  if (field.kind === 'word') {
    const words = textsOf(tests)
    const closed = field.values !== undefined
    return (item) =>
      field
        .read(item, now)
        .map((value) => value.toLowerCase())
        .some((value) => words.some((word) => (closed ? value === word : value.startsWith(word))))
  }
  if (field.kind === 'text') {
    const words = textsOf(tests)
    return (item) => {
      const text = (field.read(item) ?? '').toLowerCase()
      return words.some((word) => (field.ids && isWholeId(word) ? text === word : text.includes(word)))
    }
  }
  const ranges = tests.filter((test) => test.kind === 'range')
  const unknown = tests.some((test) => test.kind === 'unknown')
  return (item) => {
    const value = field.read(item, now)
    if (value === null) return unknown ? true : undefined
    return ranges.some((range) => inRange(value, range))
  }
}

const textsOf = (tests: readonly ValueTest[]): readonly string[] =>
  tests.filter((test) => test.kind === 'text').map((test) => test.text.toLowerCase())

function containsAny(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase()
  return words.some((word) => lower.includes(word))
}
