'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { endsInHalfField, type FilterProblem, parseFilter, type Term, type Vocabulary } from '@/lib/model/filter'
import { matcher } from '@/lib/model/filter-match'

export interface Filter<T> {
  /** As it stands in the URL (`q`). */
  readonly text: string
  readonly setText: (text: string) => void
  readonly problems: readonly FilterProblem[]
  /** What the last text without a problem finds: a slip while typing does not empty the list. */
  readonly found: readonly T[]
}

/** Filters `items` by the text in the URL. `now`: our clock, ms, against which ages are taken. */
export function useFilter<T>(items: readonly T[], vocabulary: Vocabulary<T>, now: number): Filter<T> {
  const [text, setText] = useQueryState('q', parseAsString.withDefault('').withOptions({ clearOnDefault: true }))
  const { terms, problems } = useMemo(() => parseFilter(text, vocabulary), [text, vocabulary])
  const [good, setGood] = useState<readonly Term[]>([])
  const right = problems.length === 0
  // A slip in `duration:` must not fall back to a search for the word `duration`, which one typed on the way there.
  if (right && good !== terms && !endsInHalfField(text, vocabulary)) setGood(terms)
  const applied = right ? terms : good
  const found = useMemo(
    () => (applied.length === 0 ? items : items.filter(matcher(applied, vocabulary, now))),
    [items, applied, vocabulary, now],
  )
  return { text, setText, problems, found }
}
