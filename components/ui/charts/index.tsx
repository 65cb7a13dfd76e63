'use client'

import dynamic from 'next/dynamic'
import { Skeleton } from '../skeleton'

export type { BarSeries } from './stacked-bars'
export type { ChartProps, Gap, Point, Series } from './types'

// recharts weighs more than a bare page: it comes when a chart does.
const options = { ssr: false, loading: () => <Skeleton className="h-full min-h-40 w-full" /> }

export const TimeSeries = dynamic(() => import('./time-series').then((module) => module.TimeSeries), options)
export const StackedBars = dynamic(() => import('./stacked-bars').then((module) => module.StackedBars), options)
