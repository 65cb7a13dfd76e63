import { wallMs } from '@gearboard/gears/vocabulary/clock'
import { Fragment, type PointerEvent, type ReactNode, useId, useMemo, useState } from 'react'
import { CartesianGrid, ReferenceArea, ReferenceLine, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts'
import { formatClock, formatDay, formatDayMinute, formatMinute } from '@/lib/model/text/format'
import { cn } from '../cn'
import { niceScale, timeTicks } from './scale'
import type { ChartPoint, ChartProps, ChartSeries, Gap, Marker } from './types'

const AXIS = { fill: 'var(--fg-3)', fontSize: 11 } as const
/** The axis spans at least this long, ms: a single point has no span of its own. */
const LEAST_SPAN_MS = 60_000

export interface Extent {
  readonly from: number
  readonly to: number
  readonly min: number
  readonly max: number
  readonly yTicks: readonly number[]
  readonly xTicks: readonly number[]
}

interface Drawn {
  /** The tallest thing drawn: a line's value or a stack's sum. */
  readonly highest: number
  /** Where the y axis begins at the latest; zero unless given. */
  readonly lowest?: number
  readonly span: number
  readonly whole: boolean
}

/** The axes for these points. */
export function useExtent(points: readonly ChartPoint[], { highest, lowest = 0, span, whole }: Drawn): Extent {
  return useMemo(() => {
    const to = (points.at(-1)?.at ?? wallMs()) + span
    const from = Math.min(points[0]?.at ?? to, to - LEAST_SPAN_MS)
    const { min, max, ticks } = niceScale(highest, { whole, lowest })
    return {
      from,
      to,
      min,
      max,
      yTicks: ticks,
      xTicks: timeTicks(from, to, { offsetMs: -60_000 * new Date(to).getTimezoneOffset() }),
    }
  }, [points, highest, lowest, span, whole])
}

const DAY_MS = 86_400_000

/** Seconds are named only where minutes would repeat, days where times of day would. */
function formatTick({ from, to, xTicks }: Extent): (at: number) => string {
  const step = (xTicks[1] ?? 0) - (xTicks[0] ?? 0)
  if (step >= DAY_MS) return formatDay
  if (to - from > DAY_MS) return formatDayMinute
  return step < 60_000 ? formatClock : formatMinute
}

/** Formats the time of a point as precisely as the shown span requires. */
const formatMoment = ({ from, to }: Extent): ((at: number) => string) =>
  to - from > DAY_MS ? formatDayMinute : formatClock

/** What both kinds of chart have: horizontal grid, zero line, axes, hatched gaps. A function, not a component, because recharts inspects its direct children. */
export function chartFrame({ extent, props, hatch }: { extent: Extent; props: ChartProps; hatch: string }) {
  return [
    <defs key="defs">
      <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" y1="0" x2="0" y2="6" stroke="var(--line-strong)" strokeWidth="1.5" />
      </pattern>
    </defs>,
    <CartesianGrid key="grid" vertical={false} stroke="var(--line)" />,
    <XAxis
      key="x"
      dataKey="at"
      type="number"
      domain={[extent.from, extent.to]}
      ticks={[...extent.xTicks]}
      tickFormatter={formatTick(extent)}
      tick={AXIS}
      tickSize={4}
      tickLine={{ stroke: 'var(--line-strong)' }}
      axisLine={{ stroke: 'var(--line-strong)' }}
      height={24}
      allowDataOverflow
    />,
    <YAxis
      key="y"
      type="number"
      domain={[extent.min, extent.max]}
      ticks={[...extent.yTicks]}
      tickFormatter={props.formatValue}
      tick={AXIS}
      tickLine={false}
      axisLine={false}
      width={yWidth(extent, props.formatValue)}
    />,
    ...nameable(props.gaps ?? [], extent).map((gap) => (
      <ReferenceArea
        key={`gap ${gap.from}`}
        x1={Math.max(gap.from, extent.from)}
        x2={Math.min(gap.to, extent.to)}
        fill={`url(#${hatch})`}
        fillOpacity={1}
        ifOverflow="hidden"
        label={
          gap.label && {
            value: gap.label,
            position: 'insideTop',
            // Below the caption, which is at the top left.
            offset: props.caption ? 20 : 5,
            fontSize: 11,
            fill: 'var(--fg-2)',
          }
        }
      />
    )),
    ...(props.markers ?? []).map(({ at, label }) => (
      <ReferenceLine
        key={`marker ${at} ${label}`}
        x={at}
        stroke="var(--accent)"
        strokeDasharray="2 3"
        ifOverflow="hidden"
      />
    )),
  ]
}

/** Room for the widest figure beside the axis, px: 11 px type is about 6 wide. */
export const yWidth = (extent: Extent, formatValue: (value: number) => string): number =>
  20 + 6 * Math.max(3, ...extent.yTicks.map((tick) => formatValue(tick).length))

/** Part of the axis that a gap's name takes: names nearer to the one before would overlap it. */
const NAME_SPAN = 0.16

/** The gaps within the axes, each with its name where there is room for it. */
function nameable(gaps: readonly Gap[], { from, to }: Extent): readonly (Omit<Gap, 'label'> & { label?: string })[] {
  let free = Number.NEGATIVE_INFINITY
  return gaps
    .filter((gap) => gap.to > from)
    .map((gap) => {
      if (gap.from < free) return { from: gap.from, to: gap.to }
      free = gap.from + (to - from) * NAME_SPAN
      return gap
    })
}

/** The points as recharts draws them: a point that covers a span is placed at its middle. */
export const chartData = (points: readonly ChartPoint[], span: number) =>
  points.map(({ at, values }) => ({ at: at + span / 2, ...values }))

export const X_HEIGHT = 24

interface TooltipBoxProps {
  readonly series: readonly ChartSeries[]
  readonly extent: Extent
  readonly props: ChartProps
  /** False in the charts that only follow the pointer of another. */
  readonly shown: boolean
}

/** The tooltip: time, then the series in their order with their values right. */
export function chartTooltip({ series, extent, props, shown }: TooltipBoxProps) {
  const { points, formatValue, span = 0, markers = [], gaps = [] } = props
  const moment = formatMoment(extent)
  return (
    <Tooltip
      key="tooltip"
      isAnimationActive={false}
      cursor={<Crosshair />}
      content={({ active, label }: TooltipContentProps) => {
        const index = active && shown ? points.findIndex(({ at }) => at + span / 2 === label) : -1
        const point = points[index]
        if (!point) return null
        const until = points[index + 1]?.at ?? extent.to
        const unknown = series.every(({ key }) => (point.values[key] ?? null) === null)
        const gap = unknown && gaps.find(({ from, to }) => from < until && to > point.at)
        return (
          <div className="min-w-32 rounded-control border border-line-strong bg-raised px-2.5 py-1.5 text-small">
            <p className="pb-0.5 text-fg-3">
              {moment(point.at)}
              {span > 0 && ` – ${moment(point.at + span)}`}
              {point.partial && ', so far'}
            </p>
            {gap && <p>{gap.label}</p>}
            {(gap ? [] : series).map(({ key, name, color }) => {
              const value = point.values[key] ?? null
              return (
                <p key={key} className="flex items-center gap-1.5">
                  <span aria-hidden className="keeps-fill size-2 rounded-[2px]" style={{ background: color }} />
                  <span className="flex-1 pr-4">{name}</span>
                  <span className="font-medium">{value === null ? 'not known' : formatValue(value)}</span>
                </p>
              )
            })}
            {markersBetween(markers, point.at, until).map(({ at, label: name }) => (
              <p key={`${at} ${name}`} className="pt-0.5 text-accent">
                {name}
              </p>
            ))}
          </div>
        )
      }}
    />
  )
}

interface CrosshairProps {
  readonly x?: number
  readonly y?: number
  readonly width?: number
  readonly height?: number
  /** Of a line chart: the two ends of its cursor. */
  readonly points?: readonly { readonly x: number; readonly y: number }[]
}

/** Draws one thin line. Recharts passes a box for bars and two points for lines; its other props must not reach the element. */
function Crosshair({ x = 0, y = 0, width = 0, height = 0, points }: CrosshairProps) {
  const [top, bottom] = points ?? [
    { x: x + width / 2, y },
    { x: x + width / 2, y: y + height },
  ]
  if (!top || !bottom) return null
  return (
    <line x1={top.x} y1={top.y} x2={bottom.x} y2={bottom.y} stroke="var(--fg-2)" strokeWidth="1" pointerEvents="none" />
  )
}

/** An id that may stand in `url(#…)`: React's has colons. */
export const useHatchId = (): string => `hatch-${useId().replace(/[^\w-]/g, '')}`

const markersBetween = (markers: readonly Marker[], from: number, to: number) =>
  markers.filter(({ at }) => at >= from && at < to).slice(0, 4)

/** A shorter drag counts as a click, px. */
const LEAST_DRAG = 6

interface ChartShellProps {
  readonly props: ChartProps
  readonly extent: Extent
  /** Where the plot ends, px from the right. */
  readonly right: number
  readonly children: (shown: boolean) => ReactNode
}

/**
 * Around every chart: its accessible name, what is counted, why nothing is drawn, and the part of the time that is being
 * chosen by dragging. Charts of one group share the crosshair; only the one under the pointer shows its tooltip.
 */
export function ChartShell({ props, extent, right, children }: ChartShellProps) {
  const { label, height, caption, empty, onZoom } = props
  const [inside, setInside] = useState(false)
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>()
  const [zooms, setZooms] = useState(0)
  const left = yWidth(extent, props.formatValue)
  const within = ({ clientX, currentTarget }: PointerEvent<HTMLDivElement>) => {
    const box = currentTarget.getBoundingClientRect()
    return { x: Math.min(box.width - right, Math.max(left, clientX - box.left)), width: box.width - left - right }
  }
  const wide = drag !== undefined && Math.abs(drag.to - drag.from) >= LEAST_DRAG
  const zooming = onZoom && {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button !== 0 || event.pointerType === 'touch') return
      const { x } = within(event)
      setDrag({ from: x, to: x })
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      // The button may have been released where no event came from.
      if (event.buttons === 0) return setDrag(undefined)
      const { x } = within(event)
      setDrag((current) => current && { from: current.from, to: x })
    },
    onPointerCancel: () => setDrag(undefined),
    onLostPointerCapture: () => setDrag(undefined),
    onPointerUp: (event: PointerEvent<HTMLDivElement>) => {
      setDrag(undefined)
      const { x, width } = within(event)
      if (!drag || Math.abs(x - drag.from) < LEAST_DRAG) return
      const timeAt = (at: number) => Math.round(extent.from + ((at - left) / width) * (extent.to - extent.from))
      onZoom(timeAt(Math.min(drag.from, x)), timeAt(Math.max(drag.from, x)))
      setZooms(zooms + 1)
    },
  }
  return (
    <div
      role="img"
      aria-label={label}
      onPointerEnter={() => setInside(true)}
      onPointerLeave={() => setInside(false)}
      {...zooming}
      className={cn('relative', onZoom && 'cursor-crosshair select-none')}
      style={{ height }}
    >
      {/* Another chart after a zoom: recharts would keep crosshair and tooltip where the old time was. */}
      <Fragment key={zooms}>{children(inside && !wide)}</Fragment>
      {caption && <Caption text={caption} left={left} />}
      {empty && <EmptyNote text={empty} />}
      {drag && wide && (
        <div
          aria-hidden
          className="pointer-events-none absolute top-2 bottom-6 border-accent border-x bg-accent/15"
          style={{ left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from) }}
        />
      )}
    </div>
  )
}

/** Over the empty axes. */
function EmptyNote({ text }: { readonly text: string }) {
  return (
    <div className="pointer-events-none absolute inset-0 flex items-center justify-center px-12 pb-6 text-center text-fg-3 text-small">
      {text}
    </div>
  )
}

/** What is counted, at the top left of the plot. */
function Caption({ text, left }: { readonly text: string; readonly left: number }) {
  return (
    <p className="pointer-events-none absolute top-0.5 text-axis text-fg-2" style={{ left: left + 4 }}>
      {text}
    </p>
  )
}
