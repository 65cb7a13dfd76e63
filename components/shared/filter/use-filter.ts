'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { useDerived } from '@/components/shared/use-derived'
import { endsInHalfField, type FilterProblem, parseFilter, type Term, type Vocabulary } from '@/lib/model/filter/filter'
import { dependsOnTime, matcher } from '@/lib/model/filter/filter-match'
import { filtered, type RowList, rowList } from '@/lib/model/list/row-list'

export interface FilterText {
  /** As written in the URL (`q`). */
  readonly text: string
  readonly setText: (text: string | ((text: string) => string)) => void
  readonly problems: readonly FilterProblem[]
  /** The last valid text and its terms: a typing mistake does not empty the list. */
  readonly applied: string
  readonly terms: readonly Term[]
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

/** The rows of the list that match; all of them without `matches`. */
export function useFound<T>(list: RowList<T>, matches: ((item: T) => boolean) | undefined): RowList<T> {
  const { order } = list
  const none = useMemo(() => rowList<T>([], order), [order])
  const finding = useMemo(() => filtered(matches ?? (() => true), order), [matches, order])
  const found = useDerived(finding, matches ? list : none)
  return matches ? found : list
}
