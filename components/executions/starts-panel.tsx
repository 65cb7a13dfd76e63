'use client'

import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { memo, useDeferredValue, useMemo } from 'react'
import { OUTCOME_LOOK, TONE_TEXT } from '@/components/shared/text/outcome'
import { type BarSeries, StackedBars } from '@/components/ui/charts'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import type { Execution } from '@/lib/model/executions/execution'
import { type StartsRange, startsPer, startsUntil } from '@/lib/model/executions/starts'
import { Derived, type RowList } from '@/lib/model/list/row-list'
import { formatClock, formatDuration } from '@/lib/model/text/format'

/** From the bottom of the stack: what is well is quiet, failures stand on top. */
const STACK: readonly { readonly outcome: Outcome; readonly fill?: NonNullable<BarSeries['fill']> }[] = [
  { outcome: 'ok', fill: 'quiet' },
  { outcome: 'unknown', fill: 'hatched' },
  { outcome: 'waiting' },
  { outcome: 'running' },
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

interface StartsPanelProps {
  /** Undefined until the first answer. */
  readonly executions: RowList<Execution> | undefined
  readonly range: StartsRange
  /** The moment that the last bar holds, ms: now, or the end of the time that the filter asks for; 0 before there is a clock. */
  readonly until: number
  /** Dragging over the bars asks for a part of the time, ms. */
  readonly onZoom: (from: number, to: number) => void
  /** Older executions may be in history and are not among them, ms; null: there are none. */
  readonly loadedTo: number | null
}

/** Starts over time by outcome, of the executions given. */
export const StartsPanel = memo(function StartsPanel({ range, until, loadedTo, onZoom, ...props }: StartsPanelProps) {
  // The bars may render later than the rows and the user's typing.
  const executions = useDeferredValue(props.executions)
  const index = useMemo(() => new Derived(startsPer(range.spanMs)), [range.spanMs])
  const known = executions !== undefined && until > 0
  const starts = useMemo(
    () => (executions && until > 0 ? startsUntil(index.of(executions), range, until) : []),
    [index, executions, range, until],
  )
  const points = useMemo(() => starts.map(({ at, counts }) => ({ at, values: counts })), [starts])
  const any = starts.some(({ counts }) => STACK.some(({ outcome }) => counts[outcome] > 0))
  const first = starts[0]?.at
  const cut = loadedTo !== null && first !== undefined && loadedTo > first
  return (
    <Panel
      title="Starts by outcome"
      note={`per ${formatDuration(range.spanMs)}, as observed${cut ? `; loaded only to ${formatClock(loadedTo)}` : ''}`}
      actions={
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
      }
      className="shrink-0"
      bodyClassName="px-2 pb-1"
    >
      {known ? (
        <StackedBars
          label="Executions first seen over time, by outcome"
          points={points}
          series={SERIES}
          formatValue={formatCount}
          whole
          height={HEIGHT}
          span={range.spanMs}
          onZoom={onZoom}
          {...(any ? {} : { empty: 'No executions started in this time range.' })}
        />
      ) : (
        <Skeleton style={{ height: HEIGHT }} />
      )}
    </Panel>
  )
})
