import { type FilterField, quoteValue, type Vocabulary } from './filter'
import { inRange, parseRange } from './filter-range'

/** What could follow as one types. */
export interface Completion {
  /** Replaces the term that is being typed. */
  readonly insert: string
  readonly label: string
  /** How many items have the value; null for a field's name. */
  readonly count: number | null
  readonly detail: string
  /** The term is whole: a blank may follow. */
  readonly complete: boolean
}

const MOST = 8
const TYPICAL = {
  number: ['0', '>0', '>10', '>1000', 'unknown'],
  duration: ['>100ms', '>1s', '>10s', '>1m', 'unknown'],
  age: ['<1m', '<10m', '<1h', '>1h'],
  // Not suggested: users do not type these, they drag over the starts, or paste.
  moment: [],
} as const

/** Values of one field with the items that have them; each goes through all items, whatever is typed then. */
export interface CountedField<T> {
  readonly field: FilterField<T>
  readonly candidates: readonly Candidate[]
  /** Among the items searched. */
  readonly of: number
}

/** The field that `draft`, the term under the cursor, names. */
export function draftField<T>(draft: string, vocabulary: Vocabulary<T>): FilterField<T> | undefined {
  const key = /^-?(\w+):/.exec(draft)?.[1]?.toLowerCase()
  return vocabulary.fields.find((known) => known.key === key)
}

/** `now`: our clock, ms, against which ages are taken. */
export const countField = <T>(field: FilterField<T>, items: readonly T[], now: number): CountedField<T> => ({
  field,
  candidates: candidates(field, items, now),
  of: items.length,
})

/** What could follow in `draft`: names of fields, or, of the field that it names, values that occur, the most frequent first. */
export function completions<T>(
  draft: string,
  vocabulary: Vocabulary<T>,
  counted: CountedField<T> | undefined,
): readonly Completion[] {
  const [, minus = '', body = ''] = /^(-?)([\s\S]*)$/.exec(draft) ?? []
  const [, values] = /^\w+:([\s\S]*)$/.exec(body) ?? []
  if (values === undefined) return fieldNames(minus, body, vocabulary)
  if (!counted) return []
  const { field } = counted

  const comma = values.lastIndexOf(',') + 1
  const before = values.slice(0, comma)
  const typed = values.slice(comma).replaceAll('"', '').toLowerCase()
  const offered = counted.candidates.filter(
    ({ value }) => value.toLowerCase().includes(typed) && !before.split(',').includes(quoteValue(value)),
  )
  const found = offered.slice(0, MOST).map(
    ({ value, count }): Completion => ({
      insert: `${minus}${field.key}:${before}${quoteValue(value)}`,
      label: value,
      count,
      detail: '',
      complete: true,
    }),
  )
  const only = found.length === 1 ? offered[0] : undefined
  if (!only || minus || before) return found
  const without = { insert: `-${field.key}:${quoteValue(only.value)}`, label: `-${only.value}`, complete: true }
  return [...found, { ...without, count: counted.of - only.count, detail: 'all but this' }]
}

/**
 * The completion that Enter takes where none was chosen: the first; -1 where what is typed says something whole that it would change, such as
 * `results:>1`, which `>10` also begins with.
 */
export function preselected<T>(
  draft: string,
  offered: readonly Completion[],
  counted: CountedField<T> | undefined,
): number {
  const body = draft.replace(/^-/, '')
  if (body === '' || offered.length === 0) return -1
  if (!/^\w+:/.test(body) || !counted) return 0
  // The last of several values; a field's name holds neither sign.
  const typed = body.slice(Math.max(body.indexOf(':'), body.lastIndexOf(',')) + 1)
  const { kind } = counted.field
  if (kind !== 'word' && kind !== 'text') return typed === 'unknown' || parseRange(typed, kind) ? -1 : 0
  const exact = offered.findIndex(({ insert }) => insert.toLowerCase() === draft.toLowerCase())
  return Math.max(0, exact)
}

const fieldNames = <T>(minus: string, typed: string, vocabulary: Vocabulary<T>): readonly Completion[] =>
  vocabulary.fields
    .filter((field) => field.key.startsWith(typed.toLowerCase()))
    .map((field) => ({
      insert: `${minus}${field.key}:`,
      label: `${minus}${field.key}:`,
      count: null,
      detail: field.meaning,
      complete: false,
    }))

export interface Candidate {
  readonly value: string
  readonly count: number
}

function candidates<T>(field: FilterField<T>, items: readonly T[], now: number): readonly Candidate[] {
  switch (field.kind) {
    case 'word':
    case 'text': {
      const counts = new Map<string, number>()
      for (const item of items) {
        const read = field.kind === 'word' ? field.read(item, now) : field.read(item)
        const values = read === null ? [] : typeof read === 'string' ? [read] : read
        for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
      }
      const values = [...counts].sort((a, b) => b[1] - a[1])
      // Open words match by their beginning: a shard's four letters say as much as its forty.
      const short = field.kind === 'word' && !field.values
      return values.map(([value, count]) => ({ value: short ? uniquePrefix(value, counts.keys()) : value, count }))
    }
    default: {
      const values = items.map((item) => field.read(item, now))
      return TYPICAL[field.kind].map((value) => {
        const range = parseRange(value, field.kind)
        const holds = (known: number | null): boolean => (known === null ? !range : !!range && inRange(known, range))
        return { value, count: values.filter(holds).length }
      })
    }
  }
}

const SHORTEST_PREFIX = 4

/** The shortest beginning of `value`, at least four letters, that no other value has; a value that another begins with stays whole. */
function uniquePrefix(value: string, others: Iterable<string>): string {
  let length = Math.min(SHORTEST_PREFIX, value.length)
  for (const other of others) {
    if (other === value) continue
    while (length < value.length && other.startsWith(value.slice(0, length))) length++
  }
  // Cutting a word that people know (`command`) would only puzzle.
  return value.length > 16 ? value.slice(0, length) : value
}
