'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { isUncounted, type MemoryMoment, momentsOfSamples, momentsOfSeries } from '@/components/memory/memory-view'
import { useNow } from '@/components/shared/time/clock'
import { useActivity } from '@/components/shared/time-range/use-activity'
import { useMemoryRecord } from '@/components/shared/time-range/use-memory-record'
import type { TimeRange } from '@/components/shared/time-range/use-time-range'
import { useConnectionName, useSamples } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { Deployment } from '@/lib/model/record/deployment'
import type { TimeSpan } from '@/lib/model/record/series-view'
import { markersOf } from './markers'

const POINTS = 300
/** What the live feed shows is asked of the record in steps, ms. */
const LIVE_STEP_MS = 15_000
/** Growth is costly to compute and one more run hardly changes it: the end of the range advances in steps of this length, ms. */
const GROWTH_STEP_MS = 60_000
const LIVE_SPAN_MS = 15 * 60_000
/** Deployments that lie closer than this part of the time shown share a line. */
const MARKER_SPAN = 0.01
const NONE: readonly Deployment[] = []

/** The moments of the time shown, live or in history, with what was deployed then. */
export function useMemory(time: TimeRange) {
  const samples = useSamples()
  const now = useNow(LIVE_STEP_MS)
  const connection = useConnectionName()
  const { record, error } = useMemoryRecord(time.recorded, POINTS)
  const gaps = useActivity(time).activity?.gaps
  const { span, moments } = useMemo((): {
    readonly span: number
    readonly moments: readonly MemoryMoment[] | undefined
  } => {
    if (!time.recorded) return { span: 0, moments: samples && momentsOfSamples(samples) }
    return record ? momentsOfSeries(record, time.recorded) : { span: 0, moments: undefined }
  }, [samples, record, time.recorded])
  const stretch = time.recorded ?? { from: now - LIVE_SPAN_MS, to: now }
  const deployments = useQuery({ ...endpointQuery('deployments', { connection, ...stretch }), enabled: now > 0 })
  const deployed = deployments.data?.deployments ?? NONE
  const markers = useMemo(
    () => markersOf(deployed, (stretch.to - stretch.from) * MARKER_SPAN),
    [deployed, stretch.to, stretch.from],
  )
  return {
    moments,
    span,
    gaps,
    markers,
    deployments: deployed,
    error,
    stretch,
    ofGrowth: time.range === null ? stretch : endingAtStep(stretch, GROWTH_STEP_MS),
    uncounted: moments !== undefined && isUncounted(moments),
  }
}

function endingAtStep({ from, to }: TimeSpan, stepMs: number): TimeSpan {
  const end = Math.ceil(to / stepMs) * stepMs
  return { from: end - (to - from), to: end }
}
