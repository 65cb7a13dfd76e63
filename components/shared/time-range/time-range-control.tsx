'use client'

import { Radio, ZoomIn, ZoomOut } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { formatRange } from '@/lib/model/text/format'
import { useNow } from '../time/clock'
import { TypedRangeField } from './typed-range-field'
import type { RangeName, TimeRange } from './use-time-range'

const LABELS = { '15m': '15 m', '1h': '1 h', '24h': '24 h', '7d': '7 d', '30d': '30 d' } as const satisfies Record<
  RangeName,
  string
>
const LIVE_MS = 15 * 60_000

/** Lengths of time to choose from, or a range to type; zoom in and out without dragging over a chart. */
export function TimeRangeControl({
  time,
  ranges,
}: {
  readonly time: TimeRange
  readonly ranges: readonly RangeName[]
}) {
  const now = useNow(60_000)
  const shown = time.recorded ?? { from: now - LIVE_MS, to: now }
  const span = shown.to - shown.from
  const scaled = (by: number) => {
    const to = Math.min(now, shown.to + (span * (by - 1)) / 2)
    time.zoom(to - span * by, to)
  }
  const options = ranges.map((value) => ({ value, label: LABELS[value] }))
  return (
    <div className="flex flex-wrap items-center gap-2">
      {time.range === null && (
        <>
          <span className="text-fg-2 text-small">{formatRange(shown.from, shown.to, now)}</span>
          <Button icon={Radio} onClick={time.backToLive}>
            Back to live
          </Button>
        </>
      )}
      <TypedRangeField time={time} ranges={ranges} />
      <IconButton icon={ZoomIn} label="Halve the time range" onClick={() => scaled(0.5)} />
      <IconButton icon={ZoomOut} label="Double the time range" onClick={() => scaled(2)} />
      <SegmentedControl
        label="Time range"
        className="max-md:[&>button]:px-1.5"
        value={time.range ?? 'chosen'}
        options={options}
        onValueChange={(next) => next !== 'chosen' && time.setRange(next)}
      />
    </div>
  )
}
