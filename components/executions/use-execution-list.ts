'use client'

import { useDeferredValue, useMemo } from 'react'
import { type FilterText, useFilterText, useFound, useMatcher } from '@/components/shared/filter/use-filter'
import { useNow } from '@/components/shared/time/clock'
import { useRegistrations } from '@/lib/api/live'
import type { Execution } from '@/lib/model/executions/execution'
import { byStart } from '@/lib/model/executions/execution-list'
import type { Vocabulary } from '@/lib/model/filter/filter'
import { executionVocabulary } from '@/lib/model/filter/filter-fields'
import { type RowList, rowList } from '@/lib/model/list/row-list'
import { readerWord } from '@/lib/model/registrations/registration-view'
import { type Remembered, useRemembered } from './use-remembered'

/** Ages in the filter advance in steps of this length, ms: each step goes through all rows. */
const AGE_STEP_MS = 5000

export interface ExecutionList {
  /** Undefined until the first answer. What is held, and the newest in history, whatever the filter says. */
  readonly known: RowList<Execution> | undefined
  /** What is held, and what is loaded of the record: with a filter, what matches it. */
  readonly executions: RowList<Execution> | undefined
  /** Those of them that the filter finds. */
  readonly found: RowList<Execution>
  /** The text of the filter that `found` follows; that of `filter` may be newer. */
  readonly asked: string
  readonly filter: FilterText
  readonly vocabulary: Vocabulary<Execution>
  readonly readerOf: (e: Execution) => string | null
  readonly record: Remembered
  /** Our clock, ms, in steps. */
  readonly now: number
}

const NONE = rowList<Execution>([], byStart)

/** The executions, held and remembered, filtered by the text in the URL. */
export function useExecutionList(): ExecutionList {
  const readerOf = useReaderOf()
  const vocabulary = useMemo(() => executionVocabulary(readerOf), [readerOf])
  const filter = useFilterText(vocabulary)
  const { known, executions, record } = useRemembered(filter.applied)
  const now = useNow(AGE_STEP_MS)
  // A new filter goes through all rows; deferring it keeps typing fast.
  const terms = useDeferredValue(filter.terms)
  const asked = useDeferredValue(filter.applied)
  const matches = useMatcher(terms, vocabulary, now)
  const found = useFound(executions ?? NONE, matches)
  return { known, executions, found, asked, filter, vocabulary, readerOf, record, now }
}

/** Returns the reader that fed an execution: that of the linked registration; null if unknown. */
function useReaderOf(): (e: Execution) => string | null {
  const registrations = useRegistrations()
  // Counters change with every poll, readers never: the columns must not be made again for them.
  const lines = registrations?.map(({ id, reader }) => `${id} ${readerWord(reader)}`).join('\n') ?? ''
  return useMemo(() => {
    const readers = new Map(
      lines
        .split('\n')
        .map((line): [string, string] => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
    )
    return ({ origin }) => (origin.kind === 'registration' ? (readers.get(origin.registrationId) ?? null) : null)
  }, [lines])
}
