'use client'

import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import { formatBytes, formatCount, plural } from '@gearboard/gears/vocabulary/text'
import Link from 'next/link'
import { useMemo } from 'react'
import { ShardMultiples } from '@/components/shared/shards/shard-multiples'
import { OUTCOME_LOOK, TONE_TEXT } from '@/components/shared/text/outcome'
import { useShardMarks } from '@/components/shared/text/shard-name'
import {
  type BarSeries,
  type ChartPoint,
  type ChartSeries,
  type Gap,
  StackedBars,
  TimeSeries,
} from '@/components/ui/charts'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { gapShares } from '@/components/ui/sparkline'
import { useConnectionName } from '@/lib/api/live'
import { formatDuration } from '@/lib/model/text/format'
import type { OverviewData } from './use-overview'

const GROUP = 'overview'
const TALL = 256
/** Two small panels on one x axis instead of two y axes. */
const HALF = TALL / 2

const ENDED = ['ok', 'unknown', 'aborted', 'failed'] as const satisfies readonly Outcome[]
const outcomeSeries: readonly BarSeries[] = ENDED.map((outcome) => ({
  key: outcome,
  name: outcome,
  color: `var(--${outcome}-fill)`,
  fill: outcome === 'ok' ? 'quiet' : outcome === 'unknown' ? 'hatched' : 'solid',
}))
const triggerSeries: readonly ChartSeries[] = [{ key: 'triggered', name: 'triggers', color: 'var(--running-fill)' }]
const failureSeries: readonly BarSeries[] = [{ key: 'failures', name: 'failures', color: 'var(--failed-fill)' }]

const CHARTS =
  'grid grid-cols-1 gap-3 lg:grid-cols-[2fr_1.2fr_1.2fr] min-[120rem]:grid-cols-2 min-[120rem]:[&>:first-child]:col-span-2'

export function OverviewCharts({ data }: { readonly data: OverviewData }) {
  const { buckets, range, gaps } = data
  const span = range.stepMs
  const marks = useShardMarks()
  const outcomes = useMemo(
    (): readonly ChartPoint[] =>
      buckets.map(({ at, ok, failed, aborted, unknown, complete }) => ({
        at,
        values: { ok, failed, aborted, unknown },
        partial: !complete,
      })),
    [buckets],
  )
  const triggers = useMemo(
    (): readonly ChartPoint[] =>
      // A line that ends in a partial span would seem to drop.
      buckets.map(({ at, triggered, failures, complete }) => ({
        at,
        values: { triggered: complete ? triggered : null, failures },
        partial: !complete,
      })),
    [buckets],
  )
  const memories = useMemo(
    (): readonly ChartPoint[] => buckets.map(({ at, memory: values }) => ({ at, values })),
    [buckets],
  )
  const per = `per ${formatDuration(span)}`
  return (
    <div className={CHARTS}>
      <Panel title="Executions" note={per} actions={<Legend />} bodyClassName="pr-1">
        <StackedBars
          label={`Finished executions ${per}, by outcome`}
          points={outcomes}
          series={outcomeSeries}
          gaps={gaps}
          formatValue={formatCount}
          height={TALL}
          group={GROUP}
          onZoom={data.zoom}
          span={span}
          empty={
            data.ended.all === 0 ? 'No executions finished in this time range, as far as Gearboard saw.' : undefined
          }
        />
      </Panel>
      <Panel title="Triggers and failures" note={per} bodyClassName="pr-1">
        <div className="h-32">
          <TimeSeries
            label={`Triggers ${per}`}
            points={triggers}
            series={triggerSeries}
            gaps={gaps}
            formatValue={formatCount}
            whole
            height={HALF}
            group={GROUP}
            onZoom={data.zoom}
            span={span}
            caption="triggers"
          />
        </div>
        <div className="h-32">
          <StackedBars
            label={`Failures ${per}`}
            points={triggers}
            series={failureSeries}
            gaps={gaps}
            formatValue={formatCount}
            height={HALF}
            group={GROUP}
            onZoom={data.zoom}
            span={span}
            caption="failures"
          />
        </div>
      </Panel>
      <Panel title="Python memory" note={marks.length > 1 ? 'by shard' : undefined} bodyClassName="pr-1">
        <MemoryByShard data={data} points={memories} gaps={gaps} />
      </Panel>
    </div>
  )
}

/** Shards that have room beside the other charts. */
const SHARDS_SHOWN = 8

interface MemoryByShardProps {
  readonly data: OverviewData
  readonly points: readonly ChartPoint[]
  readonly gaps: readonly Gap[]
}

/** A line for each shard in one chart, while each has a colour; otherwise a small chart for each of those that stand out. */
function MemoryByShard({ data: { range, memory, zoom }, points, gaps }: MemoryByShardProps) {
  const connection = useConnectionName()
  const marks = useShardMarks()
  const lines = marks.flatMap(({ key, name, color }) => (color === null ? [] : [{ key, name, color }]))
  if (marks.length > 0 && lines.length === 0 && !memory?.uncounted) {
    return (
      <div className="flex h-64 flex-col justify-between overflow-hidden">
        <ShardMultiples
          label="Python memory by shard"
          points={points}
          gaps={gapShares(gaps, range)}
          formatValue={formatBytes}
          most={SHARDS_SHOWN}
          className="grid-cols-2"
        />
        {marks.length > SHARDS_SHOWN && (
          <Link href={`/${connection}/memory`} className="px-3 pb-2 text-accent text-small hover:underline">
            {plural(marks.length - SHARDS_SHOWN, 'more shard')} on Memory
          </Link>
        )}
      </div>
    )
  }
  return (
    <TimeSeries
      label="Python memory by shard"
      points={points}
      series={lines}
      gaps={gaps}
      formatValue={formatBytes}
      height={TALL}
      group={GROUP}
      onZoom={zoom}
      span={range.stepMs}
      endLabels
      empty={memory?.uncounted ? 'Not measured: OverridePythonAllocators is off.' : undefined}
    />
  )
}

/** As tall as the charts, so that nothing moves when they appear. */
export const ChartsSkeleton = () => (
  <div className={CHARTS}>
    {['executions', 'triggers', 'memory'].map((chart) => (
      <Skeleton key={chart} className="h-[298px]" />
    ))}
  </div>
)

function Legend() {
  return (
    <ul className="flex flex-wrap gap-x-3">
      {ENDED.toReversed().map((outcome) => {
        const { icon: Icon, tone, word } = OUTCOME_LOOK[outcome]
        return (
          <li key={outcome} className="flex items-center gap-1 text-fg-2">
            <Icon aria-hidden className={cn('size-3', TONE_TEXT[tone])} />
            {word}
          </li>
        )
      })}
    </ul>
  )
}
