'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { endsInHalfField, type FilterProblem, parseFilter, type Term, type Vocabulary } from '@/lib/model/filter/filter'
import { dependsOnTime, matcher } from '@/lib/model/filter/filter-match'

export interface FilterText {
  /** As it stands in the URL (`q`). */
  readonly text: string
  readonly setText: (text: string | ((text: string) => string)) => void
  readonly problems: readonly FilterProblem[]
  /** The last valid text and its terms: a typing mistake does not empty the list. */
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
  // Skip a half-typed field: the word `duration` is a valid search, and an unfinished `duration:` would fall back to it.
  if (right && good.terms !== terms && !endsInHalfField(text, vocabulary)) setGood({ text, terms })
  const applied = right ? { text, terms } : good
  return { text, setText, problems, applied: applied.text, terms: applied.terms }
}

/** Whether an item matches the terms; a new function only if its answers may change. `now`: our clock, ms, from which ages are computed. */
export function useMatcher<T>(
  terms: readonly Term[],
  vocabulary: Vocabulary<T>,
  now: number,
): ((item: T) => boolean) | undefined {
  const at = dependsOnTime(terms, vocabulary) ? now : 0
  return useMemo(() => (terms.length === 0 ? undefined : matcher(terms, vocabulary, at)), [terms, vocabulary, at])
}

/** Filters `items` by the text in the URL. */
export function useFilter<T>(items: readonly T[], vocabulary: Vocabulary<T>, now: number): Filter<T> {
  const text = useFilterText(vocabulary)
  const matches = useMatcher(text.terms, vocabulary, now)
  const found = useMemo(() => (matches ? items.filter(matches) : items), [items, matches])
  return { ...text, found }
}
