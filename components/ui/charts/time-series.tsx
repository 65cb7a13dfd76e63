'use client'

import { useMemo } from 'react'
import { type DotItemDotProps, Line, LineChart, ResponsiveContainer } from 'recharts'
import { ChartShell, chartData, chartFrame, chartTooltip, useExtent, useHatchId, X_HEIGHT } from './frame'
import { spreadLabels } from './scale'
import type { ChartPoint, ChartProps } from './types'

const TOP = 10
/** Room for `15f4 56.1 kB/s` at the ends of the lines. */
const LABEL_WIDTH = 100
/** And for the value alone, where there is one line. */
const VALUE_WIDTH = 64

interface TimeSeriesProps extends ChartProps {
  /** Name and last value at the end of each line. */
  readonly endLabels?: boolean
  /** The y axis begins near the lowest value instead of at zero, so that small changes are seen. */
  readonly fit?: boolean
}

/** Lines over time that break where nothing is known. */
export function TimeSeries(props: TimeSeriesProps) {
  const { points, series, formatValue, whole = false, height, group, span = 0, endLabels = false, fit = false } = props
  const hatch = useHatchId()
  const highest = useMemo(
    () => points.reduce((most, point) => Math.max(most, ...series.map(({ key }) => point.values[key] ?? 0)), 0),
    [points, series],
  )
  const lowest = useMemo(
    () =>
      fit
        ? points.reduce(
            (least, { values }) => Math.min(least, ...series.map(({ key }) => values[key] ?? least)),
            highest,
          )
        : 0,
    [fit, points, series, highest],
  )
  const extent = useExtent(points, { highest, lowest, span, whole })
  const data = useMemo(() => chartData(points, span), [points, span])

  const labelWidth = series.length > 1 ? LABEL_WIDTH : VALUE_WIDTH
  const right = endLabels ? labelWidth : 12
  const plot = height - TOP - X_HEIGHT
  const ends = series.map(
    ({ key }) => points.findLast((point) => (point.values[key] ?? null) !== null)?.values[key] ?? null,
  )
  const labelled = series.filter((_, at) => ends[at] !== null)
  const heightOf = (value: number) => (value - extent.min) / (extent.max - extent.min)
  const positions = spreadLabels(
    labelled.map(({ key }) => TOP + plot * (1 - heightOf(ends[series.findIndex((each) => each.key === key)] ?? 0))),
    14,
    TOP + plot,
  )

  return (
    <ChartShell props={props} extent={extent} right={right}>
      {(shown) => (
        <>
          <ResponsiveContainer width="100%" height="100%">
            <LineChart
              data={data}
              syncId={group}
              syncMethod="index"
              margin={{ top: TOP, right, bottom: 0, left: 0 }}
              accessibilityLayer={false}
            >
              {chartFrame({ extent, props, hatch })}
              {series.map(({ key, color }) => (
                <Line
                  key={key}
                  dataKey={key}
                  stroke={color}
                  strokeWidth={1.5}
                  dot={dotsOf(points, key, color)}
                  activeDot={{ r: 3, strokeWidth: 0 }}
                  isAnimationActive={false}
                  connectNulls={false}
                />
              ))}
              {chartTooltip({ series, extent, props, shown })}
            </LineChart>
          </ResponsiveContainer>
          {endLabels && (
            <div
              aria-hidden
              className="pointer-events-none absolute inset-y-0 right-0 print:bottom-auto print:flex print:flex-col print:gap-1"
              style={{ width: labelWidth }}
            >
              {labelled.map(({ key, name, color }, at) => (
                <p
                  key={key}
                  className="absolute left-1.5 flex -translate-y-1/2 print:static print:translate-y-0 items-center gap-1 whitespace-nowrap text-axis"
                  style={{ top: positions[at] }}
                >
                  <span className="keeps-fill size-1.5 rounded-full" style={{ background: color }} />
                  {series.length > 1 && <span className="font-mono">{name}</span>}
                  <span className="text-fg-2">
                    {formatValue(ends[series.findIndex((each) => each.key === key)] ?? 0)}
                  </span>
                </p>
              ))}
            </div>
          )}
        </>
      )}
    </ChartShell>
  )
}

/** A line needs two points beside each other: one between gaps is a dot. */
function dotsOf(points: readonly ChartPoint[], key: string, color: string) {
  const known = (at: number) => (points[at]?.values[key] ?? null) !== null
  const alone = new Set([...points.keys()].filter((at) => known(at) && !known(at - 1) && !known(at + 1)))
  if (alone.size === 0) return false
  return ({ index, cx, cy }: DotItemDotProps) =>
    alone.has(index) ? <circle key={index} cx={cx} cy={cy} r={2} fill={color} /> : <g key={index} />
}
