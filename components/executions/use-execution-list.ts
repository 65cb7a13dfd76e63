'use client'

import { useCallback, useDeferredValue, useMemo } from 'react'
import { type FilterText, useFilterText, useFound, useMatcher } from '@/components/shared/filter/use-filter'
import { useNow } from '@/components/shared/time/clock'
import { type RangeActivity, useActivity } from '@/components/shared/time-range/use-activity'
import { RANGE_MS, type TimeRange } from '@/components/shared/time-range/use-time-range'
import { useRegistrations } from '@/lib/api/live'
import { wasIn } from '@/lib/model/executions/ends'
import type { Execution } from '@/lib/model/executions/execution'
import { byStart } from '@/lib/model/executions/execution-list'
import type { Vocabulary } from '@/lib/model/filter/filter'
import { executionVocabulary } from '@/lib/model/filter/filter-fields'
import { type RowList, rowList } from '@/lib/model/list/row-list'
import { ACTIVITY_POINTS } from '@/lib/model/record/activity'
import type { TimeSpan } from '@/lib/model/record/series-view'
import { stepFitting } from '@/lib/model/record/steps'
import { readerWord } from '@/lib/model/registrations/registration-view'
import { askedTime } from './time-term'
import { useRangeOfPage, useRecordSpan } from './use-range-of-page'
import { type Remembered, useRemembered } from './use-remembered'

/** Ages in the filter advance in steps of this length, ms: each step goes through all rows. */
const AGE_STEP_MS = 5000

export interface ExecutionList {
  /** Undefined until the first answer. What the server or the hub holds, whatever range and filter say. */
  readonly held: RowList<Execution> | undefined
  /** What is held, and what is loaded of history: with a filter, what matches it. */
  readonly executions: RowList<Execution> | undefined
  /** Those of them in the range that the filter finds. */
  readonly found: RowList<Execution>
  /** The text of the filter that `found` follows; that of `filter` may be newer. */
  readonly asked: string
  readonly filter: FilterText
  readonly vocabulary: Vocabulary<Execution>
  readonly readerOf: (e: Execution) => string | null
  readonly record: Remembered
  readonly time: TimeRange
  /** What the whole page counts; undefined until the first answer. */
  readonly activity: RangeActivity | undefined
  readonly activityError: Error | null
  /** The first-seen times of an export, ms; empty where the filter itself names them. */
  readonly bounds: Partial<TimeSpan>
  /** Our clock, ms, in steps. */
  readonly now: number
}

const NONE = rowList<Execution>([], byStart)

/** The executions of the range, held and remembered, filtered by the text in the URL. */
export function useExecutionList(): ExecutionList {
  const readerOf = useReaderOf()
  const vocabulary = useMemo(() => executionVocabulary(readerOf), [readerOf])
  const written = useFilterText(vocabulary)
  const { time: chosen, keepRange } = useRangeOfPage()
  const { setText: write } = written
  const setText = useCallback<FilterText['setText']>(
    (text, typing) => {
      keepRange()
      write(text, typing)
    },
    [keepRange, write],
  )
  const filter = { ...written, setText }
  // A filter that names its time is the range itself.
  const named = useMemo(() => askedTime(filter.terms), [filter.terms])
  const time = useMemo((): TimeRange => (named ? { ...chosen, range: null, recorded: named } : chosen), [named, chosen])
  const span = useRecordSpan(chosen)
  const { held, executions, record } = useRemembered(filter.applied, named ? NO_BOUNDS : span)
  const { activity, error: activityError } = useActivity(time)
  const now = useNow(AGE_STEP_MS)
  // A new filter goes through all rows; deferring it keeps typing fast.
  const terms = useDeferredValue(filter.terms)
  const asked = useDeferredValue(filter.applied)
  const matches = useMatcher(terms, vocabulary, now)
  const inRange = useInRange(named ? undefined : time, activity)
  const both = useMemo(
    () => (inRange && matches ? (e: Execution) => inRange(e) && matches(e) : (inRange ?? matches)),
    [inRange, matches],
  )
  const found = useFound(executions ?? NONE, both)
  const { from, to } = activity?.range ?? {}
  const bounds = named || from === undefined ? NO_BOUNDS : { from, ...(activity?.live === false && { to }) }
  return {
    held,
    executions,
    found,
    asked,
    filter,
    vocabulary,
    readerOf,
    record,
    time,
    activity,
    activityError,
    bounds,
    now,
  }
}

const NO_BOUNDS = {}

const isWithin = (inner: TimeSpan, outer: TimeSpan): boolean => outer.from <= inner.from && inner.to <= outer.to

/** Whether an execution was there in the range; the same function while its answers stay the same. */
function useInRange(
  time: TimeRange | undefined,
  activity: RangeActivity | undefined,
): ((e: Execution) => boolean) | undefined {
  const spanMs = time?.range ? RANGE_MS[time.range] : undefined
  const chosen = time?.recorded
  // The buckets that the range touches are counted whole.
  const counted = activity?.live === false && chosen && isWithin(chosen, activity.range) ? activity.range : chosen
  const now = useNow(spanMs === undefined ? AGE_STEP_MS : stepFitting(spanMs, ACTIVITY_POINTS))
  const from = spanMs === undefined ? counted?.from : now - spanMs
  // What has just begun may be newer than the page's clock.
  const to = spanMs === undefined ? counted?.to : Number.POSITIVE_INFINITY
  return useMemo(() => (from === undefined || to === undefined ? undefined : wasIn({ from, to })), [from, to])
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
