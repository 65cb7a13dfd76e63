'use client'

import { formatBytes, plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { parseAsBoolean, parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { ALL_SHARDS, heldPoints, MEMORY_MEASURES, type MemoryMoment, ratePoints } from '@/components/memory/memory-view'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { ExportMenu } from '@/components/shared/export/export-menu'
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
import { gapShares } from '@/components/ui/sparkline'
import { describeError } from '@/lib/api/call'
import { serverExport } from '@/lib/api/exports'
import { useConnectionName, useSamples, useShards } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { Deployment } from '@/lib/model/record/deployment'
import type { Growth } from '@/lib/model/record/growth'
import { memoryNow } from '@/lib/model/record/sample-view'
import type { TimeSpan } from '@/lib/model/record/series-view'
import { formatSpan } from '@/lib/model/text/format'
import { growingFunction, memoryAnswer } from './answer'
import { GrowthPanel } from './growth-panel'
import { signedBytes } from './growth-words'
import { deploymentName } from './markers'
import { ShardMemoryTable } from './shard-memory-table'
import { type SinceDeployment, sinceDeployment } from './since-deployment'
import { useMemory } from './use-memory'

const GROUP = 'memory'
const MEASURES = [
  { value: 'current', label: 'Allocated' },
  { value: 'peak', label: 'Peak' },
] as const
const AXES = [
  { value: 'zero', label: 'From 0' },
  { value: 'fit', label: 'Fit' },
] as const
const formatRate = (bytes: number): string => `${formatBytes(bytes)}/s`

const MINUTE_MS = 60_000

/** A range that ends now moves every second: one that is exported does not while its menu is open. */
const wholeMinutes = ({ from, to }: TimeSpan): TimeSpan => ({
  from: Math.floor(from / MINUTE_MS) * MINUTE_MS,
  to: Math.ceil(to / MINUTE_MS) * MINUTE_MS,
})

/** RG.PYSTATS of every shard, now and over any time that is in history. */
export function MemoryPage() {
  const connection = useConnectionName()
  const samples = useSamples()
  const shards = useShards()
  const marks = useShardMarks()
  const time = useTimeRange()
  const [measure, setMeasure] = useQueryState('measure', parseAsStringLiteral(MEMORY_MEASURES).withDefault('current'))
  const [fit, setFit] = useQueryState('fit', parseAsBoolean.withDefault(false))
  const { moments, span, gaps, markers, deployments, error, stretch, ofGrowth, uncounted } = useMemory(time)
  const growth = useQuery({ ...endpointQuery('memoryGrowth', { connection, ...ofGrowth }), enabled: ofGrowth.from > 0 })
  const now = useMemo(() => (samples ? memoryNow(samples) : undefined), [samples])
  const held = useMemo(() => moments && heldPoints(moments, measure), [moments, measure])
  const rates = useMemo(() => moments && ratePoints(moments), [moments])
  const lines = useMemo(
    () => marks.flatMap(({ key, name, color }) => (color === null ? [] : [{ key, name, color }])),
    [marks],
  )
  // With more shards than colours, the charts show all of them together, and each has a small one of its own.
  const many = marks.length > 0 && lines.length === 0
  const together = { key: ALL_SHARDS, name: measure === 'current' ? 'all' : 'highest', color: 'var(--fg-2)' }
  const withSum = many || lines.length > 1 ? [{ ...together, name: 'all' }, ...lines] : lines
  // Beside the sum, no axis fits each shard: those are drawn small, below.
  const small = many || (fit && measure === 'current' && lines.length > 1)
  const heldLines = small ? [together] : measure === 'current' ? withSum : lines

  const [first, last] = [moments?.[0], moments?.at(-1)]
  const shown = time.recorded ? stretch.to - stretch.from : first && last ? last.at - first.at : 0
  const answer = now && shards ? memoryAnswer(now, shards.length, growth.data) : undefined
  const since = useMemo(() => sinceLatest(moments, deployments, growth.data), [moments, deployments, growth.data])
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
        second={
          answer ? (
            <>
              {since && <Since since={since} />}
              {answer.second}
            </>
          ) : (
            ''
          )
        }
        changing="long"
        choices={<TimeRangeControl time={time} ranges={RANGES} />}
        actionsLast
        actions={
          <>
            <ExportMenu
              noun="memory point"
              from={serverExport('exportMemory', { connection, ...wholeMinutes(stretch) })}
            />
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
        actions={
          <>
            <SegmentedControl
              label="Axis"
              value={fit ? 'fit' : 'zero'}
              options={AXES}
              onValueChange={(axis) => void setFit(axis === 'fit')}
            />
            <SegmentedControl label="Measure" value={measure} options={MEASURES} onValueChange={setMeasure} />
          </>
        }
        bodyClassName="pr-1"
      >
        {held ? (
          <TimeSeries
            {...chart}
            label={`Python memory over time, ${small ? 'all shards together' : 'by shard'}${measure === 'peak' ? ': peaks' : ''}`}
            points={held}
            series={uncounted ? [] : heldLines}
            formatValue={formatBytes}
            height={300}
            fit={fit}
            endLabels
          />
        ) : (
          <Skeleton className="mx-3 h-75" />
        )}
        <Deployments markers={markers} />
        {small && held && !uncounted && (
          <ShardMultiples
            label="Python memory of each shard"
            points={held}
            gaps={first && last ? gapShares(gaps ?? [], { from: first.at, to: last.at + span }) : []}
            formatValue={formatBytes}
            fit={fit}
            className="grid-cols-2 border-line border-t py-1 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-6 min-[120rem]:grid-cols-10"
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
          <Skeleton className="mx-3 h-42" />
        )}
      </Panel>
      <div className="grid grid-cols-1 items-start gap-3 min-[1920px]:grid-cols-2">
        <GrowthPanel growth={growth.data} error={growth.error} />
        <ShardMemoryTable now={now} />
      </div>
    </>
  )
}

function sinceLatest(
  moments: readonly MemoryMoment[] | undefined,
  deployments: readonly Deployment[],
  growth: Growth | undefined,
): SinceDeployment | undefined {
  const points = heldPoints(moments ?? [], 'current').map(({ at, values }) => ({
    at,
    held: values[ALL_SHARDS] ?? null,
  }))
  return sinceDeployment(points, deployments, growth && growingFunction(growth)?.functions[0]?.name)
}

/** `Since cart-tracker v2, 14 min ago: +1.2 MB. ` */
function Since({ since: { deployment, change } }: { readonly since: SinceDeployment }) {
  return (
    <>
      Since <bdi>{deploymentName(deployment)}</bdi>, <TimeAgo at={deployment.at} />: {signedBytes(change)}.{' '}
    </>
  )
}

const MOST_NAMED = 4

/** Explains the lines through the charts, newest first. */
function Deployments({ markers }: { readonly markers: readonly Marker[] }) {
  const named = markers.slice(-MOST_NAMED).toReversed()
  return (
    <p className="flex min-h-7 flex-wrap content-start max-md:min-h-10 gap-x-4 px-3 pb-2 text-small">
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
