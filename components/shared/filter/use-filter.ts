'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useDerived } from '@/components/shared/use-derived'
import { endsInHalfField, type FilterProblem, parseFilter, type Term, type Vocabulary } from '@/lib/model/filter/filter'
import { dependsOnTime, matcher } from '@/lib/model/filter/filter-match'
import { filtered, type RowList, rowList } from '@/lib/model/list/row-list'

export interface FilterText {
  /** As written in the URL (`q`). */
  readonly text: string
  /** `typing`: a part of a longer change, which the browser's Back undoes as a whole. */
  readonly setText: (text: string | ((text: string) => string), typing?: boolean) => void
  readonly problems: readonly FilterProblem[]
  /** The last valid text and its terms: a typing mistake does not empty the list. */
  readonly applied: string
  readonly terms: readonly Term[]
}

interface Applied {
  readonly text: string
  readonly terms: readonly Term[]
}

/** The text in the URL (`q`). Each change is a step that Back undoes; what is typed without a pause for another one is one step. */
function useUndoableText(): Pick<FilterText, 'text' | 'setText'> {
  const [text, set] = useQueryState('q', parseAsString.withDefault('').withOptions({ clearOnDefault: true }))
  const latest = useRef(text)
  latest.current = text
  /** What typing wrote last: still there, the step that it began goes on. */
  const typed = useRef<string>(undefined)
  const setText = useCallback(
    (change: string | ((text: string) => string), typing = false) => {
      const now = latest.current
      const next = typeof change === 'string' ? change : change(now)
      const history = typed.current === now ? 'replace' : 'push'
      typed.current = typing ? next : undefined
      if (next === now) return
      latest.current = next
      void set(next, { history })
    },
    [set],
  )
  return { text, setText }
}

/** The filter in the URL. */
export function useFilterText<T>(vocabulary: Vocabulary<T>): FilterText {
  const { text, setText } = useUndoableText()
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
