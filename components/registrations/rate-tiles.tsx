import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { formatCount, formatDuration } from '@/lib/model/format'
import type { Registration } from '@/lib/model/registration'
import { Rate } from './columns'

/** The sums of all shards, with what they gain in a minute. */
export function RateTiles({
  registration: { counters, rates, averageMs, lagMs, reader },
}: {
  readonly registration: Registration
}) {
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Tile name="Triggered" rate={rates?.triggered ?? null}>
        {formatCount(counters.triggered)}
      </Tile>
      <Tile name="Success" rate={rates?.success ?? null}>
        {formatCount(counters.success)}
      </Tile>
      <Tile name="Failed" rate={rates?.failures ?? null} bad={counters.failures > 0}>
        {formatCount(counters.failures)}
      </Tile>
      <Tile name="Aborted" rate={rates?.aborted ?? null}>
        {formatCount(counters.aborted)}
      </Tile>
      <Tile name="Average run">{formatDuration(averageMs)}</Tile>
      <Tile name="Lag">{reader === 'StreamReader' ? formatDuration(lagMs) : 'no stream'}</Tile>
    </dl>
  )
}

interface TileProps {
  readonly name: string
  readonly children: ReactNode
  /** Per second; absent where there is none. */
  readonly rate?: number | null
  readonly bad?: boolean
}

const Tile = ({ name, children, rate, bad = false }: TileProps) => (
  <div className="rounded-panel border border-line bg-surface px-3 py-2">
    <dt className="text-fg-3 text-small">{name}</dt>
    <dd className="flex flex-wrap items-baseline gap-x-2">
      <span className={cn('font-semibold text-figure', bad && 'text-failed')}>{children}</span>
      {rate !== undefined && rate !== null && (
        <span className="text-fg-2 text-small">
          <Rate perSecond={rate} /> per min
        </span>
      )}
    </dd>
  </div>
)
