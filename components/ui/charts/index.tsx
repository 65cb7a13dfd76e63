'use client'

import dynamic from 'next/dynamic'
import { Skeleton } from '../skeleton'

export type { BarSeries } from './stacked-bars'
export type { ChartPoint, ChartProps, ChartSeries, Gap, Marker } from './types'

const Loading = () => <Skeleton className="h-full min-h-32 w-full" />

// recharts weighs more than a bare page: it comes when a chart does. Next reads the options from the source: no variable may hold them.
export const TimeSeries = dynamic(() => import('./time-series').then((module) => module.TimeSeries), {
  ssr: false,
  loading: Loading,
})

export const StackedBars = dynamic(() => import('./stacked-bars').then((module) => module.StackedBars), {
  ssr: false,
  loading: Loading,
})
