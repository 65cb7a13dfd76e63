import { nearest } from '@gearboard/gears/vocabulary/edit-distance'
import { type FilterRange, parseRange, type RangeKind } from './filter-range'

/**
 * The filter language of the lists: terms separated by blanks, all of which must hold.
 *
 * `status:failed,aborted` one of several · `-shard:b57e` not · `duration:>5s`, `results:10..20`, `seen:<10m` ranges ·
 * `at:2026-11-21T16:40..2026-11-21T16:45` moments, UTC · `error:"connection refused"` quoted · any other word is searched for in id, name and error.
 */
export interface Vocabulary<T> {
  readonly fields: readonly FilterField<T>[]
  /** Where free text is looked for. */
  readonly text: (item: T) => readonly (string | null)[]
}

export type FilterField<T> = { readonly key: string; readonly meaning: string } & (
  | {
      /** Equal to one of `values`; where they are open, starting with the value. Case does not matter. */
      readonly kind: 'word'
      readonly values?: readonly string[]
      readonly read: (item: T, now: number) => readonly string[]
    }
  | {
      readonly kind: 'text'
      /** It holds ids of Gears: a whole id finds itself alone, not those that begin with it. */
      readonly ids?: true
      readonly read: (item: T) => string | null
    }
  /** Durations and ages in ms, moments in ms since the epoch. Null is unknown: neither a range nor its negation holds, only `unknown` does. */
  | { readonly kind: RangeKind; readonly read: (item: T, now: number) => number | null }
)
interface FilterSpan {
  readonly start: number
  readonly end: number
}

export type ValueTest = { readonly kind: 'text'; readonly text: string } | FilterRange | { readonly kind: 'unknown' }

export type Term = {
  readonly negated: boolean
  /** Null: free text. */
  readonly field: string | null
  /** One of them must hold. */
  readonly tests: readonly ValueTest[]
}

/** A piece of the text between blanks, whatever it says. */
export interface Token extends FilterSpan {
  readonly raw: string
}

/** What is wrong where, and what would be right. */
export interface FilterProblem extends FilterSpan {
  readonly message: string
}

export interface ParsedFilter {
  readonly terms: readonly Term[]
  readonly problems: readonly FilterProblem[]
}

export const MAX_FILTER_LENGTH = 2000

/** Cuts at blanks outside quotes. An unclosed quote runs to the end. */
export function tokenise(text: string): readonly Token[] {
  return [...text.matchAll(/(?:"(?:\\.|[^"\\])*(?:"|\\?$)|[^\s"])+/gsu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    raw: match[0],
  }))
}

export function parseFilter<T>(text: string, vocabulary: Vocabulary<T>): ParsedFilter {
  if (text.length > MAX_FILTER_LENGTH)
    return {
      terms: [],
      problems: [
        {
          start: MAX_FILTER_LENGTH,
          end: text.length,
          message: `A filter has at most ${MAX_FILTER_LENGTH} characters.`,
        },
      ],
    }
  const terms: Term[] = []
  const problems: FilterProblem[] = []
  for (const token of tokenise(text)) {
    const parsed = parseTerm(token, vocabulary)
    if ('message' in parsed) problems.push(parsed)
    else terms.push(parsed)
  }
  return { terms, problems }
}

/** The text ends in a word that may become the name of a field: `dura` is a search for it only until `tion:` follows. */
export function endsInHalfField<T>(text: string, vocabulary: Vocabulary<T>): boolean {
  const word = tokenise(text).at(-1)?.raw.replace(/^-/, '').toLowerCase()
  return word !== undefined && vocabulary.fields.some((field) => field.key.startsWith(word))
}

/** Position and cure in one line: `At 8: …`. Positions count from 1, as people do. */
export const problemInWords = (problem: FilterProblem): string => `At ${problem.start + 1}: ${problem.message}`

function parseTerm<T>(token: Token, vocabulary: Vocabulary<T>): Term | FilterProblem {
  const negated = token.raw.startsWith('-') && token.raw.length > 1
  const body = negated ? token.raw.slice(1) : token.raw
  const bodyStart = token.start + (negated ? 1 : 0)
  const problem = (message: string, from = bodyStart): FilterProblem => ({ start: from, end: token.end, message })

  if (hasOpenQuote(body))
    return problem('The quote is not closed: add " at the end.', token.start + token.raw.indexOf('"'))
  const [, key, rest] = /^([A-Za-z_]\w*):([\s\S]*)$/.exec(body) ?? []
  if (key === undefined || rest === undefined)
    return { negated, field: null, tests: [{ kind: 'text', text: unquote(body) }] }

  const field = vocabulary.fields.find((known) => known.key === key.toLowerCase())
  if (!field) {
    const meant = nearest(
      key,
      vocabulary.fields.map((known) => known.key),
    )
    const cure = meant ? `Did you mean ${meant}:?` : `The fields are ${vocabulary.fields.map((f) => f.key).join(', ')}.`
    return problem(`There is no field ${key}. ${cure} To search for the text, put it in quotes.`)
  }

  const tests: ValueTest[] = []
  let at = bodyStart + key.length + 1
  for (const raw of splitValues(rest)) {
    const test = parseValue(field, raw)
    if (typeof test === 'string') return { start: at, end: Math.max(at + raw.length, at), message: test }
    tests.push(test)
    at += raw.length + 1
  }
  return { negated, field: field.key, tests }
}

/** The test, or why the value is none. */
function parseValue<T>(field: FilterField<T>, raw: string): ValueTest | string {
  const value = unquote(raw)
  if (value === '') return `${field.key}: needs a value, such as ${exampleOf(field)}.`
  if (field.kind === 'word') {
    const { values } = field
    if (!values || values.some((known) => known === value.toLowerCase())) return { kind: 'text', text: value }
    const meant = nearest(value, values)
    return `${field.key} has no value ${value}. ${meant ? `Did you mean ${meant}?` : `Use one of ${values.join(', ')}.`}`
  }
  if (field.kind === 'text') return { kind: 'text', text: value }
  if (value.toLowerCase() === 'unknown') return { kind: 'unknown' }
  return parseRange(value, field.kind) ?? `${value} is not a range. ${field.key} takes ${exampleOf(field)}.`
}

function exampleOf<T>(field: FilterField<T>): string {
  switch (field.kind) {
    case 'word':
      return `${field.key}:${field.values?.[0] ?? 'a1b2'}`
    case 'text':
      return `${field.key}:"some words"`
    case 'number':
      return `${field.key}:>10, ${field.key}:0, ${field.key}:5..20 or ${field.key}:unknown`
    case 'duration':
      return `${field.key}:>5s, ${field.key}:<200ms or ${field.key}:1s..1m`
    case 'age':
      return `${field.key}:<10m (in the last ten minutes) or ${field.key}:1h..2h`
    case 'moment':
      return `${field.key}:2026-11-21T16:40..2026-11-21T16:45 or ${field.key}:>2026-11-21 (UTC)`
  }
}

/** Behind the quote that closes the one at `start`; undefined where none does. */
function endOfQuoted(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return undefined
}

/** Commas outside quotes separate the values of a field. */
function splitValues(text: string): readonly string[] {
  const values: string[] = []
  let start = 0
  for (let at = 0; at < text.length; ) {
    if (text[at] === ',') {
      values.push(text.slice(start, at))
      start = at + 1
    }
    at = text[at] === '"' ? (endOfQuoted(text, at) ?? text.length) : at + 1
  }
  return [...values, text.slice(start)]
}

const hasOpenQuote = (text: string): boolean => text.replace(/\\./gs, '').split('"').length % 2 === 0

function unquote(text: string): string {
  let plain = ''
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at)
    const end = quote < 0 ? undefined : endOfQuoted(text, quote)
    if (end === undefined) return plain + text.slice(at)
    plain += text.slice(at, quote) + text.slice(quote + 1, end - 1).replace(/\\(.)/gsu, '$1')
    at = end
  }
  return plain
}

/** Quotes a value where the language would read something into it. */
export const quoteValue = (value: string): string =>
  value === '' || /[\s,":\\]/.test(value) || value.startsWith('-') ? `"${value.replace(/["\\]/g, '\\$&')}"` : value
