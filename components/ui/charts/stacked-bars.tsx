'use client'

import { useMemo, useRef } from 'react'
import { Bar, BarChart, type BarShapeProps, ResponsiveContainer } from 'recharts'
import { useWidth } from '../use-width'
import { ChartShell, chartData, chartFrame, chartTooltip, useExtent, useHatchId, yWidth } from './frame'
import type { ChartProps, ChartSeries } from './types'

/** `quiet`: a faint fill with a solid cap, for what is well; `hatched`: for what is unknown. */
export interface BarSeries extends ChartSeries {
  readonly fill?: 'solid' | 'quiet' | 'hatched'
}

interface StackedBarsProps extends ChartProps {
  /** From the bottom of the stack to its top. */
  readonly series: readonly BarSeries[]
}

const CAP = 1.5
/** Opacity of a bar whose span is not over. */
const PARTIAL = 0.45
const RIGHT = 12

/** Counts per span, stacked by kind. The tooltip names the topmost first. */
export function StackedBars(props: StackedBarsProps) {
  const { points, series, formatValue, whole = true, group, span = 0 } = props
  const hatch = useHatchId()
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const highest = useMemo(
    () =>
      points.reduce(
        (most, point) =>
          Math.max(
            most,
            series.reduce((total, { key }) => total + (point.values[key] ?? 0), 0),
          ),
        0,
      ),
    [points, series],
  )
  const extent = useExtent(points, { highest, span, whole })
  const data = useMemo(() => chartData(points, span), [points, span])
  const partial = useMemo(() => new Set(points.flatMap((point, at) => (point.partial ? [at] : []))), [points])
  const topFirst = useMemo(() => series.toReversed(), [series])
  // What occurs nowhere is not laid out: most series mostly do not.
  const drawn = useMemo(() => series.filter(({ key }) => points.some(({ values }) => values[key])), [points, series])
  // A bar covers its whole span, a pixel from the next; recharts would guess from the axis.
  const plot = Math.max(0, (width ?? 0) - yWidth(extent, formatValue) - RIGHT)
  const barSize = Math.max(1, (plot * span) / (extent.to - extent.from) - 1)
  return (
    <ChartShell props={props} extent={extent} right={RIGHT}>
      {(shown) => (
        <div ref={frame} className="h-full">
          <ResponsiveContainer width="100%" height="100%">
            <BarChart
              data={data}
              syncId={group}
              syncMethod="index"
              margin={{ top: 10, right: RIGHT, bottom: 0, left: 0 }}
              barCategoryGap={1}
              accessibilityLayer={false}
            >
              {chartFrame({ extent, props, hatch })}
              {drawn.map(({ key, color, fill = 'solid' }) => (
                <Bar
                  key={key}
                  barSize={barSize}
                  dataKey={key}
                  stackId="all"
                  fill={color}
                  isAnimationActive={false}
                  shape={(bar: BarShapeProps) => (
                    <BarPart
                      bar={bar}
                      color={color}
                      fill={fill}
                      hatch={hatch}
                      partial={partial.has(bar.originalDataIndex)}
                    />
                  )}
                />
              ))}
              {chartTooltip({ series: topFirst, extent, props, shown })}
            </BarChart>
          </ResponsiveContainer>
        </div>
      )}
    </ChartShell>
  )
}

interface BarPartProps {
  readonly bar: BarShapeProps
  readonly color: string
  readonly fill: NonNullable<BarSeries['fill']>
  readonly hatch: string
  readonly partial: boolean
}

function BarPart({ bar: { x = 0, y = 0, width = 0, height = 0 }, color, fill, hatch, partial }: BarPartProps) {
  const [left, top, wide, high] = [Number(x), Number(y), Number(width), Number(height)]
  if (high <= 0 || wide <= 0) return null
  const opacity = partial ? PARTIAL : undefined
  if (fill === 'solid') return <rect x={left} y={top} width={wide} height={high} fill={color} opacity={opacity} />
  return (
    <g opacity={opacity}>
      <rect
        x={left}
        y={top}
        width={wide}
        height={high}
        fill={fill === 'hatched' ? `url(#${hatch})` : color}
        fillOpacity={fill === 'hatched' ? 1 : 0.36}
      />
      <rect x={left} y={top} width={wide} height={Math.min(CAP, high)} fill={color} />
    </g>
  )
}
