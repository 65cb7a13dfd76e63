import type { Counters } from '@gearboard/gears/vocabulary/registration'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import type { Registration } from '@/lib/model/registrations/registration'
import { formatDuration } from '@/lib/model/text/format'
import { Rate } from '../list/columns'
import { CounterTrend } from '../trend'

/** The sums of all shards, with what they gain in a minute. */
export function RateTiles({
  registration: { key, counters, rates, averageMs, lagMs, reader, coverage },
}: {
  readonly registration: Registration
}) {
  const rate = (counter: keyof Counters) => ({
    rate: { perSecond: rates?.[counter] ?? null, partial: coverage.answered < coverage.of },
    trend: <CounterTrend registration={key} counter={counter} />,
  })
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Tile name="Triggered" {...rate('triggered')}>
        {formatCount(counters.triggered)}
      </Tile>
      <Tile name="Success" {...rate('success')}>
        {formatCount(counters.success)}
      </Tile>
      <Tile name="Failed" {...rate('failures')} bad={counters.failures > 0}>
        {formatCount(counters.failures)}
      </Tile>
      <Tile name="Aborted" {...rate('aborted')}>
        {formatCount(counters.aborted)}
      </Tile>
      <Tile name="Average run">{formatDuration(averageMs)}</Tile>
      <Tile name="Lag">{reader === 'StreamReader' ? formatDuration(lagMs) : 'no stream'}</Tile>
    </dl>
  )
}

interface RateTileProps {
  readonly name: string
  readonly children: ReactNode
  /** Absent where there is none. */
  readonly rate?: ComponentProps<typeof Rate>
  readonly trend?: ReactNode
  readonly bad?: boolean
}

const Tile = ({ name, children, rate, trend, bad = false }: RateTileProps) => (
  <div className="flex flex-col rounded-panel border border-line bg-surface px-3 py-2">
    <dt className="text-fg-3 text-small">{name}</dt>
    <dd className="flex flex-wrap items-baseline gap-x-2">
      <span className={cn('font-semibold text-figure', bad && 'text-failed')}>{children}</span>
      {rate && rate.perSecond !== null && (
        <span className="text-fg-2 text-small">
          <Rate {...rate} /> /min
        </span>
      )}
    </dd>
    {trend && <dd className="mt-auto min-h-6 pt-1">{trend}</dd>}
  </div>
)
