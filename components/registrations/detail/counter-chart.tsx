'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useNow } from '@/components/shared/time/clock'
import { useActivity } from '@/components/shared/time-range/use-activity'
import { type BarSeries, type ChartPoint, StackedBars } from '@/components/ui/charts'
import { Panel } from '@/components/ui/panel'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { formatDuration } from '@/lib/model/text/format'

const SPAN_MS = 3_600_000
const STEP_MS = 30_000
const POINTS = 120
const LAST_HOUR = { range: '1h', recorded: undefined } as const

const SERIES: readonly BarSeries[] = [
  { key: 'success', name: 'success', color: 'var(--ok-fill)', fill: 'quiet' },
  { key: 'aborted', name: 'aborted', color: 'var(--aborted-fill)', fill: 'solid' },
  { key: 'failures', name: 'failed', color: 'var(--failed-fill)', fill: 'solid' },
]

/** The growth of the counters over the last hour, as far as it is in history; where they went back there is a gap. */
export function CounterChart({ registration }: { readonly registration: string }) {
  const connection = useConnectionName()
  const now = useNow(STEP_MS)
  const range = { from: now - SPAN_MS, to: now, points: POINTS }
  const { data, error } = useQuery({
    ...endpointQuery('historySeries', { connection, kind: 'registration', subject: registration, ...range }),
    enabled: now > 0,
  })
  const { activity } = useActivity(LAST_HOUR)
  const points = useMemo(
    (): readonly ChartPoint[] =>
      (data?.points ?? []).map(({ at, values: { success = null, failures = null, aborted = null } }) => ({
        at,
        values: { success, failures, aborted },
        partial: at + (data?.stepMs ?? 0) > now,
      })),
    [data, now],
  )
  const step = data?.stepMs ?? STEP_MS
  return (
    <Panel title="Runs over time" note={`last hour, per ${formatDuration(step)}`} bodyClassName="pr-1">
      <StackedBars
        label={`Runs per ${formatDuration(step)}, by outcome`}
        points={points}
        series={SERIES}
        gaps={activity?.gaps ?? []}
        formatValue={formatCount}
        whole
        height={160}
        span={step}
        empty={error ? describeError(error) : points.length === 0 ? 'No history for the last hour.' : undefined}
      />
    </Panel>
  )
}
