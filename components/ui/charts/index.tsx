'use client'

import dynamic from 'next/dynamic'
import { type ComponentProps, memo, useCallback, useLayoutEffect, useRef } from 'react'
import { Skeleton } from '../skeleton'
import { isSameData } from './same-data'
import type { StackedBars as Bars } from './stacked-bars'
import type { TimeSeries as Lines } from './time-series'
import type { ChartProps } from './types'

export type { BarSeries } from './stacked-bars'
export type { ChartPoint, ChartProps, ChartSeries, Gap, Marker } from './types'

const Loading = () => <Skeleton className="size-full" />

// recharts is larger than a bare page: it is loaded with the first chart. Next reads the options from the source: no variable may hold
// them.
const LazyLines = dynamic(() => import('./time-series').then((module) => module.TimeSeries), {
  ssr: false,
  loading: Loading,
})

const LazyBars = dynamic(() => import('./stacked-bars').then((module) => module.StackedBars), {
  ssr: false,
  loading: Loading,
})

// A delta arrives every second, and mostly changes nothing of a chart: recharts would lay all of it out again.
const SteadyLines = memo(LazyLines, isSameData)
const SteadyBars = memo(LazyBars, isSameData)

/** `onZoom` as it is now, in a function that stays the same. */
function useSteadyZoom(onZoom: ChartProps['onZoom']): ChartProps['onZoom'] {
  const latest = useRef(onZoom)
  useLayoutEffect(() => {
    latest.current = onZoom
  }, [onZoom])
  const zoom = useCallback((from: number, to: number) => latest.current?.(from, to), [])
  return onZoom && zoom
}

/** Lines over time; their place has its height before they are loaded. They are drawn when their data has changed. */
export const TimeSeries = (props: ComponentProps<typeof Lines>) => (
  <div style={{ height: props.height }}>
    <SteadyLines {...props} onZoom={useSteadyZoom(props.onZoom)} />
  </div>
)

/** Counts per span, stacked by kind; likewise. */
export const StackedBars = (props: ComponentProps<typeof Bars>) => (
  <div style={{ height: props.height }}>
    <SteadyBars {...props} onZoom={useSteadyZoom(props.onZoom)} />
  </div>
)
