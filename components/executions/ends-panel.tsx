'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { memo, useDeferredValue, useMemo } from 'react'
import { OUTCOME_LOOK, TONE_TEXT } from '@/components/shared/text/outcome'
import type { RangeActivity } from '@/components/shared/time-range/use-activity'
import { type BarSeries, type ChartPoint, StackedBars } from '@/components/ui/charts'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { endsIn, endsPer } from '@/lib/model/executions/ends'
import type { Execution } from '@/lib/model/executions/execution'
import type { EndOutcome } from '@/lib/model/executions/outcome-counts'
import { Derived, type RowList } from '@/lib/model/list/row-list'
import { formatDuration } from '@/lib/model/text/format'

/** From the bottom of the stack: what is well is quiet, failures are at the top. */
const STACK: readonly { readonly outcome: EndOutcome; readonly fill?: NonNullable<BarSeries['fill']> }[] = [
  { outcome: 'ok', fill: 'quiet' },
  { outcome: 'unknown', fill: 'hatched' },
  { outcome: 'aborted' },
  { outcome: 'failed' },
]
const SERIES: readonly BarSeries[] = STACK.map(({ outcome, fill }) => ({
  key: outcome,
  name: OUTCOME_LOOK[outcome].word,
  color: `var(--${OUTCOME_LOOK[outcome].tone}-fill)`,
  icon: OUTCOME_LOOK[outcome].icon,
  ...(fill && { fill }),
}))

/** Of the bars, px. */
const HEIGHT = 104

interface EndsPanelProps {
  /** Undefined until the first answer. */
  readonly activity: RangeActivity | undefined
  /** The rows to count where a filter asks for what the activity does not know; whether these are all that match. */
  readonly found: { readonly rows: RowList<Execution>; readonly all: boolean } | undefined
  /** Only this outcome; undefined: each. */
  readonly outcome: string | undefined
  /** Dragging over the bars chooses a part of the time, ms. */
  readonly onZoom: (from: number, to: number) => void
}

/** What finished over time, by outcome: all of the range, or of the loaded rows what the filter finds. */
export const EndsPanel = memo(function EndsPanel({ activity, found, outcome, onZoom }: EndsPanelProps) {
  const points = usePoints(activity, found?.rows)
  const series = useMemo(() => SERIES.filter(({ key }) => outcome === undefined || key === outcome), [outcome])
  const any = points?.some(({ values }) => series.some(({ key }) => values[key]))
  const stepMs = activity?.range.stepMs ?? 0
  const per = `per ${formatDuration(stepMs)}`
  const counted = found === undefined ? '' : found.all ? ', matching the filter' : ', of the loaded rows only'
  return (
    <Panel
      title="Finished by outcome"
      note={activity && `${per}${counted}`}
      actions={<Legend />}
      // On a phone the list comes first, and would push this down as it loads.
      className={cn('shrink-0 max-md:order-1', !activity && 'max-md:invisible')}
      bodyClassName="px-2 pb-1"
    >
      {activity && points ? (
        <StackedBars
          label={`Finished executions ${per}, by outcome`}
          points={points}
          series={series}
          gaps={activity.gaps}
          formatValue={formatCount}
          whole
          height={HEIGHT}
          span={stepMs}
          onZoom={onZoom}
          {...(any ? {} : { empty: emptyWords(activity, found !== undefined, series.length) })}
        />
      ) : (
        <Skeleton style={{ height: HEIGHT }} />
      )}
    </Panel>
  )
})

function emptyWords({ watched, words }: RangeActivity, filtered: boolean, series: number): string {
  if (series === 0) return 'The bars count finished executions only.'
  if (!watched) return `No data ${words.sentence}.`
  return filtered ? `None of the loaded rows finished ${words.sentence}.` : `No execution finished ${words.sentence}.`
}

function usePoints(
  activity: RangeActivity | undefined,
  rows: RowList<Execution> | undefined,
): readonly ChartPoint[] | undefined {
  // The bars may render later than the rows and the user's typing.
  const list = useDeferredValue(rows)
  const stepMs = activity?.range.stepMs ?? 1
  const index = useMemo(() => new Derived(endsPer(stepMs)), [stepMs])
  return useMemo(() => {
    if (!activity) return undefined
    const partial = new Set(activity.buckets.flatMap(({ at, complete }) => (complete ? [] : at)))
    const counted = list ? endsIn(index.of(list), activity.range, stepMs) : activity.buckets
    return counted.map(({ at, ok, failed, aborted, unknown }) => ({
      at,
      values: { ok, failed, aborted, unknown },
      partial: partial.has(at),
    }))
  }, [activity, list, index, stepMs])
}

const Legend = () => (
  <span className="flex gap-3 max-md:hidden">
    {STACK.toReversed().map(({ outcome }) => {
      const { icon: Icon, tone, word } = OUTCOME_LOOK[outcome]
      return (
        <span key={outcome} className="flex items-center gap-1.5 text-fg-2">
          <Icon aria-hidden className={cn('size-3', TONE_TEXT[tone])} />
          {word}
        </span>
      )
    })}
  </span>
)
