'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { ChartLine } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { ExportMenu } from '@/components/shared/export/export-menu'
import { registrationPath } from '@/components/shared/page/paths'
import { Duration } from '@/components/shared/text/figures'
import { HISTORY_UNAVAILABLE } from '@/components/shared/text/words'
import { TimeRangeControl } from '@/components/shared/time-range/time-range-control'
import { useActivity } from '@/components/shared/time-range/use-activity'
import { type RangeName, type TimeRange, useTimeRange } from '@/components/shared/time-range/use-time-range'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { type ChartSeries, type Gap, TimeSeries } from '@/components/ui/charts'
import { EmptyState } from '@/components/ui/empty-state'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { type GapShare, gapShares, Sparkline } from '@/components/ui/sparkline'
import { describeError } from '@/lib/api/call'
import { serverExport } from '@/lib/api/exports'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { type FunctionSubject, type FunctionTimes, levelInWords, subjectKey } from '@/lib/model/record/function-history'
import { startsOfSpans, type TimeSpan } from '@/lib/model/record/series-view'
import { formatDayMinute, formatDuration, formatSpan } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

const POINTS = 60
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const NO_GAPS: readonly Gap[] = []
const RANGES = ['1h', '24h', '7d', '30d'] as const

/** The shortest range that has all of the record; a day where that is longer. */
const rangeSince = (oldest: number | null, now: number): RangeName =>
  oldest !== null && now - oldest <= HOUR_MS ? '1h' : '24h'

/** The range as far as the record goes, in whole minutes; one that was chosen by hand as it is. */
function sinceOldest({ range, recorded }: TimeRange, oldest: number | null): TimeSpan | undefined {
  if (!recorded || range === null || oldest === null) return recorded
  const from = Math.floor(oldest / MINUTE_MS) * MINUTE_MS
  return from > recorded.from && from < recorded.to - MINUTE_MS ? { from, to: recorded.to } : recorded
}

const LINES: readonly ChartSeries[] = [
  { key: 'p95', name: 'p95', color: 'var(--running-fill)' },
  { key: 'p50', name: 'p50', color: 'var(--fg-3)' },
]

/** How long each function took over days, from the record: percentiles, and since when they moved. */
export function FunctionTrends() {
  const connection = useConnectionName()
  const history = useQuery(endpointQuery('historyStats', { connection }))
  const oldest = history.data?.oldest ?? null
  const time = useTimeRange(rangeSince(oldest, history.dataUpdatedAt))
  const stretch = useMemo(() => history.data && sinceOldest(time, oldest), [history.data, time, oldest])
  const { activity } = useActivity(time)
  const gaps = activity?.gaps ?? NO_GAPS
  const { data, error } = useQuery({
    ...endpointQuery('historyFunctions', { connection, points: POINTS, ...(stretch ?? { from: 0, to: 1 }) }),
    enabled: stretch !== undefined,
  })
  const [chosen, setChosen] = useQueryState('function', parseAsString)
  const functions = data?.functions ?? []
  const shown = functions.find(({ subject }) => subjectKey(subject) === chosen) ?? functions[0]
  return (
    <Panel
      title="Functions over time"
      note={data && `${plural(data.executions, 'finished execution')} in history, per ${formatSpan(data.stepMs)}`}
      actions={
        <>
          <TimeRangeControl time={time} ranges={RANGES} />
          {stretch && <ExportMenu noun="function" from={serverExport('exportFunctions', { connection, ...stretch })} />}
        </>
      }
    >
      {error ? (
        <Banner tone="warning" title={HISTORY_UNAVAILABLE} className="m-3">
          {describeError(error)}
        </Banner>
      ) : !data || !stretch ? (
        <Skeleton className="m-3 h-128" />
      ) : !shown ? (
        <EmptyState icon={ChartLine} title="No history for this time range">
          Gearboard records executions that finish while it is running. Choose a longer time range, or run a function.
        </EmptyState>
      ) : (
        <>
          <FunctionChart times={shown} stretch={stretch} stepMs={data.stepMs} gaps={gaps} onZoom={time.zoom} />
          <PlainTable
            label="Functions over time"
            rows={functions}
            columns={columnsOf(
              { stretch, stepMs: data.stepMs, gaps: gapShares(gaps, stretch) },
              subjectKey(shown.subject),
              (key) => void setChosen(key),
            )}
            rowKey={({ subject }) => subjectKey(subject)}
          />
          {(data.omitted > 0 || data.searchedTo !== null) && (
            <p className="px-3 py-2 text-fg-3 text-small">
              {data.omitted > 0 && `${plural(data.omitted, 'other function')} took less time. `}
              {data.searchedTo !== null &&
                `The time range has more executions than Gearboard counts: those before ${formatDayMinute(data.searchedTo)} are left out.`}
            </p>
          )}
        </>
      )}
    </Panel>
  )
}

const nameOf = (subject: FunctionSubject): string =>
  subject.kind === 'unknown' ? 'unknown function' : visibleText(subject.name)

interface FunctionChartProps {
  readonly times: FunctionTimes
  readonly stretch: TimeSpan
  readonly stepMs: number
  readonly gaps: readonly Gap[]
  readonly onZoom: (from: number, to: number) => void
}

function FunctionChart({ times, stretch, stepMs, gaps, onZoom }: FunctionChartProps) {
  const points = useMemo(() => {
    const known = new Map(times.points.map((point) => [point.at, point]))
    return startsOfSpans(stretch, stepMs).map((at) => {
      const { p50 = null, p95 = null } = known.get(at) ?? {}
      return { at, values: { p50, p95 } }
    })
  }, [times, stretch, stepMs])
  const markers = useMemo(
    () => times.versions.map(({ at, version }) => ({ at, label: `version ${version} deployed` })),
    [times],
  )
  return (
    <div className="pr-1">
      <p className="px-3 pb-1">
        <bdi className="font-semibold">{nameOf(times.subject)}</bdi>
        <span className="text-fg-2">: {levelInWords(times, formatDayMinute)}.</span>
      </p>
      <TimeSeries
        label={`Duration of ${nameOf(times.subject)} over time, p50 and p95`}
        points={points}
        series={LINES}
        markers={markers}
        gaps={gaps}
        formatValue={formatDuration}
        height={180}
        span={stepMs}
        onZoom={onZoom}
        endLabels
        empty={times.timed === 0 ? 'No run was timed.' : undefined}
      />
    </div>
  )
}

interface TrendTime {
  readonly stretch: TimeSpan
  readonly stepMs: number
  readonly gaps: readonly GapShare[]
}

function columnsOf(
  { stretch, stepMs, gaps }: TrendTime,
  chosen: string,
  choose: (key: string) => void,
): readonly PlainColumn<FunctionTimes>[] {
  const starts = startsOfSpans(stretch, stepMs)
  return [
    { id: 'name', header: 'Function', cell: ({ subject }) => <Subject subject={subject} /> },
    { id: 'count', header: 'Runs', align: 'right', cell: ({ count }) => formatCount(count) },
    {
      id: 'failed',
      header: 'Failed',
      align: 'right',
      cell: ({ failed }) => <span className={failed > 0 ? 'text-failed' : 'text-fg-3'}>{formatCount(failed)}</span>,
    },
    { id: 'p50', header: 'p50', align: 'right', cell: ({ p50 }) => <Duration ms={p50} /> },
    { id: 'p95', header: 'p95', align: 'right', cell: ({ p95 }) => <Duration ms={p95} className="font-semibold" /> },
    { id: 'p99', header: 'p99', align: 'right', cell: ({ p99 }) => <Duration ms={p99} /> },
    {
      id: 'trend',
      header: 'p95 over time',
      className: 'w-32',
      cell: ({ points }) => {
        const known = new Map(points.map(({ at, p95 }) => [at, p95]))
        return <Sparkline values={starts.map((at) => known.get(at) ?? null)} gaps={gaps} className="w-28 text-fg-3" />
      },
    },
    {
      id: 'change',
      header: 'Trend',
      className: 'w-full min-w-44 row-space md:whitespace-normal',
      cell: (times) => (
        <span
          className={times.change && times.change.after.p95 > times.change.before.p95 ? 'text-failed' : 'text-fg-2'}
        >
          {levelInWords(times, formatDayMinute)}
        </span>
      ),
    },
    {
      id: 'draw',
      header: <span className="sr-only">Chart</span>,
      align: 'right',
      cell: ({ subject }) => {
        const key = subjectKey(subject)
        return (
          <Button size="row" icon={ChartLine} aria-pressed={key === chosen} onClick={() => choose(key)}>
            Plot
          </Button>
        )
      },
    },
  ]
}

function Subject({ subject }: { readonly subject: FunctionSubject }) {
  const connection = useConnectionName()
  switch (subject.kind) {
    case 'registration':
      return (
        <PageLink href={registrationPath(connection, subject.id)} className="font-semibold hover:underline">
          <bdi>{nameOf(subject)}</bdi>
        </PageLink>
      )
    case 'plan':
      return (
        <span className="block max-w-64 truncate max-md:max-w-40" title={nameOf(subject)}>
          <bdi className="font-mono text-small">{nameOf(subject)}</bdi>
        </span>
      )
    case 'unknown':
      return <span className="text-unknown">{nameOf(subject)}</span>
    case 'submission':
      return <bdi className="font-semibold">{nameOf(subject)}</bdi>
  }
}
