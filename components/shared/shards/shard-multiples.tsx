'use client'

import { useMemo } from 'react'
import { ShardName, useShardMarks } from '@/components/shared/text/shard-name'
import { cn } from '@/components/ui/cn'
import { type GapShare, Sparkline } from '@/components/ui/sparkline'
import { worstFirst } from '@/lib/model/cluster/worst-first'

interface ShardPoint {
  /** By shard key; null is unknown. */
  readonly values: Readonly<Record<string, number | null>>
}

interface ShardMultiplesProps {
  /** Accessible name. */
  readonly label: string
  readonly points: readonly ShardPoint[]
  readonly formatValue: (value: number) => string
  /** Shows only so many shards. */
  readonly most?: number
  /** The lines begin at the lowest value of all instead of at zero. */
  readonly fit?: boolean
  /** Time without figures, hatched. */
  readonly gaps?: readonly GapShare[]
  /** How many columns, by the width. */
  readonly className?: string
}

/** A small line for each shard, all on one scale: shards that stand out first, the others in slot order. For more shards than a chart has colours for. */
export function ShardMultiples({
  label,
  points,
  formatValue,
  most,
  fit = false,
  gaps = [],
  className,
}: ShardMultiplesProps) {
  const marks = useShardMarks()
  const shards = useMemo(() => {
    const all = marks.map(({ key }) => {
      const values = points.map((point) => point.values[key] ?? null)
      const known = values.filter((value) => value !== null)
      const mean = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
      return { key, values, known, mean, last: values.at(-1) ?? null }
    })
    return worstFirst(all, ({ mean }) => mean)
  }, [marks, points])
  const every = shards.flatMap(({ known }) => known)
  const highest = every.reduce((a, b) => Math.max(a, b), 0)
  const lowest = fit ? every.reduce((a, b) => Math.min(a, b), highest) : 0
  return (
    <ul aria-label={label} className={cn('grid', className)}>
      {shards.slice(0, most).map(({ key, values, last }) => (
        <li key={key} className="min-w-0 px-3 py-1.5">
          <p className="flex items-baseline justify-between gap-2">
            <ShardName shard={key} />
            <span className={cn('truncate text-small', last === null ? 'text-fg-3' : 'font-medium')}>
              {last === null ? 'unknown' : formatValue(last)}
            </span>
          </p>
          <Sparkline
            values={values}
            gaps={gaps}
            least={lowest}
            most={highest}
            className="mt-1 border-line border-b text-running"
          />
        </li>
      ))}
    </ul>
  )
}
