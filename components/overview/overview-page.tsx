'use client'

import { PageHeader } from '@/components/shared/page-header'
import { Skeleton } from '@/components/ui/skeleton'
import { AttentionList } from './attention-list'
import { OverviewCharts } from './charts'
import { Tiles } from './tiles'
import { useOverview } from './use-overview'

/** What needs somebody, in words first, then where and how much. */
export function OverviewPage() {
  const data = useOverview()
  return (
    <>
      <PageHeader headline={data?.answer.headline} second={data?.answer.second} />
      {/* On a phone what needs somebody comes before the figures. */}
      <div className="flex flex-col gap-3">
        <Tiles data={data} />
        {data ? (
          <>
            <OverviewCharts data={data} />
            <AttentionList items={data.attention} idle={data.idle} />
          </>
        ) : (
          <>
            <Skeleton className="h-73" />
            <Skeleton className="h-48" />
          </>
        )}
      </div>
    </>
  )
}
