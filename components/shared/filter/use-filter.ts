'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { endsInHalfField, type FilterProblem, parseFilter, type Term, type Vocabulary } from '@/lib/model/filter'
import { dependsOnTime, matcher } from '@/lib/model/filter-match'

export interface FilterText {
  /** As it stands in the URL (`q`). */
  readonly text: string
  readonly setText: (text: string) => void
  readonly problems: readonly FilterProblem[]
  /** The last text without a problem, and what it says: a slip while typing does not empty the list. */
  readonly applied: string
  readonly terms: readonly Term[]
}

export interface Filter<T> extends FilterText {
  /** What `terms` find. */
  readonly found: readonly T[]
}

interface Applied {
  readonly text: string
  readonly terms: readonly Term[]
}

/** The filter in the URL. */
export function useFilterText<T>(vocabulary: Vocabulary<T>): FilterText {
  const [text, setText] = useQueryState('q', parseAsString.withDefault('').withOptions({ clearOnDefault: true }))
  const { terms, problems } = useMemo(() => parseFilter(text, vocabulary), [text, vocabulary])
  const [good, setGood] = useState<Applied>({ text: '', terms: [] })
  const right = problems.length === 0
  // A slip in `duration:` must not fall back to a search for the word `duration`, which one typed on the way there.
  if (right && good.terms !== terms && !endsInHalfField(text, vocabulary)) setGood({ text, terms })
  const applied = right ? { text, terms } : good
  return { text, setText, problems, applied: applied.text, terms: applied.terms }
}

/** The items that the terms find. `now`: our clock, ms, against which ages are taken. */
export function useFound<T extends object>(
  items: readonly T[],
  terms: readonly Term[],
  vocabulary: Vocabulary<T>,
  now: number,
): readonly T[] {
  const at = dependsOnTime(terms, vocabulary) ? now : 0
  const matches = useMemo(() => remembering(matcher(terms, vocabulary, at)), [terms, vocabulary, at])
  return useMemo(() => (terms.length === 0 ? items : items.filter(matches)), [items, terms, matches])
}

/** A live list keeps the object of a row that did not change: of 100,000 rows a delta asks for some hundred. */
function remembering<T extends object>(matches: (item: T) => boolean): (item: T) => boolean {
  const verdicts = new WeakMap<T, boolean>()
  return (item) => {
    const known = verdicts.get(item)
    if (known !== undefined) return known
    const verdict = matches(item)
    verdicts.set(item, verdict)
    return verdict
  }
}

/** Filters `items` by the text in the URL. `now`: our clock, ms, against which ages are taken. */
export function useFilter<T extends object>(items: readonly T[], vocabulary: Vocabulary<T>, now: number): Filter<T> {
  const text = useFilterText(vocabulary)
  const found = useFound(items, text.terms, vocabulary, now)
  return { ...text, found }
}
