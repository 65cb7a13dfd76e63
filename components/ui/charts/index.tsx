'use client'

import dynamic from 'next/dynamic'
import type { ComponentProps } from 'react'
import { Skeleton } from '../skeleton'
import type { StackedBars as Bars } from './stacked-bars'
import type { TimeSeries as Lines } from './time-series'

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

/** Lines over time; their place has its height before they are loaded. */
export const TimeSeries = (props: ComponentProps<typeof Lines>) => (
  <div style={{ height: props.height }}>
    <LazyLines {...props} />
  </div>
)

/** Counts per span, stacked by kind; likewise. */
export const StackedBars = (props: ComponentProps<typeof Bars>) => (
  <div style={{ height: props.height }}>
    <LazyBars {...props} />
  </div>
)
