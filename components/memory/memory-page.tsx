'use client'

import { formatBytes, plural } from '@gearboard/gears/vocabulary/text'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { ALL, heldPoints, MEMORY_MEASURES, ratePoints } from '@/components/memory/memory-view'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { PageHeader } from '@/components/shared/page/page-header'
import { ShardMultiples } from '@/components/shared/shards/shard-multiples'
import { useShardMarks } from '@/components/shared/text/shard-name'
import { HISTORY_UNAVAILABLE } from '@/components/shared/text/words'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { TimeRangeControl } from '@/components/shared/time-range/time-range-control'
import { RANGES, useTimeRange } from '@/components/shared/time-range/use-time-range'
import { Banner } from '@/components/ui/banner'
import { type ChartProps, type Marker, TimeSeries } from '@/components/ui/charts'
import { Panel } from '@/components/ui/panel'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import { useSamples, useShards } from '@/lib/api/live'
import { memoryNow } from '@/lib/model/record/sample-view'
import { formatSpan } from '@/lib/model/text/format'
import { memoryAnswer } from './answer'
import { GrowthPanel } from './growth-panel'
import { ShardMemoryTable } from './shard-memory-table'
import { useMemory } from './use-memory'

const GROUP = 'memory'
const MEASURES = [
  { value: 'current', label: 'Allocated' },
  { value: 'peak', label: 'Peak' },
] as const
const formatRate = (bytes: number): string => `${formatBytes(bytes)}/s`

/** RG.PYSTATS of every shard, now and over any time that is in history. */
export function MemoryPage() {
  const samples = useSamples()
  const shards = useShards()
  const marks = useShardMarks()
  const time = useTimeRange()
  const [measure, setMeasure] = useQueryState('measure', parseAsStringLiteral(MEMORY_MEASURES).withDefault('current'))
  const { moments, span, gaps, markers, error, stretch, ofGrowth, uncounted } = useMemory(time)
  const now = useMemo(() => (samples ? memoryNow(samples) : undefined), [samples])
  const held = useMemo(() => moments && heldPoints(moments, measure), [moments, measure])
  const rates = useMemo(() => moments && ratePoints(moments), [moments])
  const lines = useMemo(
    () => marks.flatMap(({ key, name, color }) => (color === null ? [] : [{ key, name, color }])),
    [marks],
  )
  // With more shards than colours, the charts show all of them together, and each has a small one of its own.
  const many = marks.length > 0 && lines.length === 0
  const together = { key: ALL, name: measure === 'current' ? 'all' : 'highest', color: 'var(--fg-2)' }
  const withSum = many || lines.length > 1 ? [{ ...together, name: 'all' }, ...lines] : lines
  const heldLines = measure === 'current' ? withSum : many ? [together] : lines

  const [first, last] = [moments?.[0], moments?.at(-1)]
  const shown = time.recorded ? stretch.to - stretch.from : first && last ? last.at - first.at : 0
  const answer = now && shards ? memoryAnswer(now, shards.length) : undefined
  const nothing =
    moments?.every(({ perShard }) => Object.values(perShard).every((stats) => stats === null)) &&
    (time.recorded ? 'No history of these shards for this time range.' : 'No samples yet.')
  const chart: Omit<ChartProps, 'label' | 'points' | 'series' | 'formatValue' | 'height'> = {
    gaps,
    markers,
    span,
    group: GROUP,
    onZoom: time.zoom,
    empty: uncounted ? 'Not measured.' : nothing || undefined,
  }
  return (
    <>
      <PageHeader
        headline={answer?.headline ?? (samples && 'Loading memory…')}
        second={answer?.second}
        actions={
          <>
            <TimeRangeControl time={time} ranges={RANGES} />
            <CopyAsCli commands={[{ words: ['RG.PYSTATS'], on: 'every' }]} />
          </>
        }
      />
      {now?.uncounted && (
        <Banner tone="warning" title="RedisGears does not measure Python memory here.">
          RG.PYSTATS returns only zeros because OverridePythonAllocators is off. Set it as a module argument when the
          server starts: <code className="font-mono text-small">OverridePythonAllocators 1</code>. The table shows what
          Redis itself uses.
        </Banner>
      )}
      {error && (
        <Banner tone="failed" title={HISTORY_UNAVAILABLE}>
          {describeError(error)}
        </Banner>
      )}
      <Panel
        title={measure === 'current' ? 'Allocated' : 'Peak'}
        note={`RG.PYSTATS ${measure === 'current' ? 'CurrAllocated' : 'PeakAllocated'}${shown > 0 ? ` over ${formatSpan(shown)}` : ''}`}
        actions={<SegmentedControl label="Measure" value={measure} options={MEASURES} onValueChange={setMeasure} />}
        bodyClassName="pr-1"
      >
        {held ? (
          <TimeSeries
            {...chart}
            label={`Python memory over time, ${many ? 'all shards together' : 'by shard'}${measure === 'peak' ? ': peaks' : ''}`}
            points={held}
            series={uncounted ? [] : heldLines}
            formatValue={formatBytes}
            height={300}
            endLabels
          />
        ) : (
          <Skeleton className="m-3 h-74" />
        )}
        <Deployments markers={markers} />
        {many && held && !uncounted && (
          <ShardMultiples
            label="Python memory of each shard"
            points={held}
            formatValue={formatBytes}
            className="grid-cols-2 border-line border-t py-1 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-6 min-[1920px]:grid-cols-10"
          />
        )}
      </Panel>
      <Panel title="Allocation rate" note="including freed memory, from TotalAllocated" bodyClassName="pr-1">
        {rates ? (
          <TimeSeries
            {...chart}
            label={`Python’s allocation rate over time, ${many ? 'all shards together' : 'by shard'}`}
            points={rates}
            series={uncounted ? [] : withSum}
            formatValue={formatRate}
            height={168}
            endLabels
          />
        ) : (
          <Skeleton className="m-3 h-40" />
        )}
      </Panel>
      <GrowthPanel stretch={ofGrowth} />
      <ShardMemoryTable now={now} />
    </>
  )
}

const MOST_NAMED = 4

/** Explains the lines through the charts, newest first. */
function Deployments({ markers }: { readonly markers: readonly Marker[] }) {
  if (markers.length === 0) return null
  const named = markers.slice(-MOST_NAMED).toReversed()
  return (
    <p className="flex flex-wrap gap-x-4 px-3 pb-2 text-small">
      {named.map(({ at, label }) => (
        <span key={`${at} ${label}`}>
          <span aria-hidden className="mr-1.5 inline-block h-2.5 border-accent border-l border-dashed align-middle" />
          {label} <TimeAgo at={at} className="text-fg-3" />
        </span>
      ))}
      {markers.length > named.length && (
        <span className="text-fg-3">and {plural(markers.length - named.length, 'more earlier')}</span>
      )}
    </p>
  )
}
