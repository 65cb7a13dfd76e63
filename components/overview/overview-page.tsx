'use client'

import { PageHeader } from '@/components/shared/page/page-header'
import { HISTORY_UNAVAILABLE } from '@/components/shared/text/words'
import { TimeRangeControl } from '@/components/shared/time-range/time-range-control'
import { useActivity } from '@/components/shared/time-range/use-activity'
import { useTimeRange } from '@/components/shared/time-range/use-time-range'
import { Banner } from '@/components/ui/banner'
import { cn } from '@/components/ui/cn'
import { usePointing } from '@/components/ui/use-holding'
import { describeError } from '@/lib/api/call'
import { ChartsSkeleton, OverviewCharts } from './charts'
import { FindingList, FindingsSkeleton } from './finding-list'
import { SampleStrip } from './sample-strip'
import { Tiles } from './tiles'
import { useOverview } from './use-overview'

const RANGES = ['15m', '1h', '24h', '7d'] as const

/** One below the other; on a wide screen the charts are beside what needs attention, under the figures. */
const LAYOUT = cn(
  'flex flex-col gap-3 min-[1920px]:grid min-[1920px]:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] min-[1920px]:items-start',
  'min-[1920px]:[&>:first-child]:col-span-2',
)

/** What needs attention: first in words, then where and how much. */
export function OverviewPage() {
  const time = useTimeRange()
  const { activity, error } = useActivity(time, { memory: true })
  const { area, pointing } = usePointing()
  const data = useOverview(time, activity, pointing)
  return (
    <>
      <PageHeader
        changing="long"
        headline={data?.answer.headline ?? (error ? 'History unavailable for this time range.' : undefined)}
        second={data?.answer.second ?? ''}
        choices={<TimeRangeControl time={time} ranges={RANGES} />}
      />
      {error && (
        <Banner tone="failed" title={HISTORY_UNAVAILABLE}>
          {describeError(error)}
        </Banner>
      )}
      {/* On a phone what needs attention comes before the figures. */}
      <div className={LAYOUT}>
        <Tiles data={data} />
        {data ? (
          <>
            <OverviewCharts data={data} />
            <FindingList rows={data.attention} idle={data.idle} area={area} />
          </>
        ) : (
          <>
            <ChartsSkeleton />
            <FindingsSkeleton />
          </>
        )}
      </div>
      <SampleStrip />
    </>
  )
}
