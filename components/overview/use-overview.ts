'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { executionsPath, registrationsPath } from '@/components/shared/page/paths'
import { useRegistrationsAside } from '@/components/shared/registrations/use-registrations-aside'
import { useRetention } from '@/components/shared/registrations/use-retention'
import { useNow } from '@/components/shared/time/clock'
import type { RangeActivity } from '@/components/shared/time-range/use-activity'
import type { TimeRange } from '@/components/shared/time-range/use-time-range'
import {
  useConnectionName,
  useConnectionState,
  useExecutions,
  useRegistrations,
  useSamples,
  useShards,
} from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { Execution } from '@/lib/model/executions/execution'
import { isHeardInFlight, isInFlight, shownDuration } from '@/lib/model/executions/execution-view'
import { applyingNow } from '@/lib/model/findings/attention'
import { overviewFindings } from '@/lib/model/findings/findings'
import { overviewAnswer } from '@/lib/model/findings/overview-answer'
import { groupBy } from '@/lib/model/list/group-by'
import { lastMinute, memoryNow } from '@/lib/model/record/sample-view'
import type { Registration } from '@/lib/model/registrations/registration'
import { registrationCounts } from '@/lib/model/registrations/registration-view'
import { formatDuration } from '@/lib/model/text/format'
import { useAttention } from './use-attention'

const NO_REGISTRATIONS: readonly Registration[] = []

export type OverviewData = NonNullable<ReturnType<typeof useOverview>>

/**
 * Everything that the overview shows, from the live feed and, for longer ranges, from history; undefined until the first answer.
 * @param held a person reads the list of what needs attention
 */
export function useOverview(time: TimeRange, activity: RangeActivity | undefined, held: boolean) {
  const connection = useConnectionState()
  const name = useConnectionName()
  const shards = useShards()
  const executions = useExecutions()
  const registrations = useRegistrations()
  const samples = useSamples()
  const now = useNow()

  const { streams, hazards } = useRegistrationsAside(registrations ?? NO_REGISTRATIONS)
  const retention = useRetention()
  const requirements = useQuery({ ...endpointQuery('requirements', { connection: name }), refetchInterval: ASIDE_MS })
    .data?.shards
  const { growth, functions } = useRecordedDay(name)

  const findings = useMemo(
    () =>
      shards && executions && registrations
        ? overviewFindings({
            connection,
            shards,
            executions,
            registrations,
            streams,
            hazards,
            retention,
            requirements,
            growth,
            functions,
            now,
          })
        : undefined,
    [connection, shards, executions, registrations, streams, hazards, retention, requirements, growth, functions, now],
  )
  const attention = useAttention(findings, now, held)
  if (!shards || !executions || !registrations || !samples || !activity || !attention) return undefined

  const latencies = shards.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]))
  return {
    ...activity,
    attention,
    idle: executions.length === 0 && registrations.length === 0,
    shards,
    zoom: time.zoom,
    answer: overviewAnswer({
      findings: applyingNow(attention),
      ended: activity.watched ? activity.ended : undefined,
      unseen: activity.unseen,
      range: activity.words.sentence,
      shards,
    }),
    counts: countInFlight(executions, now),
    registrations: registrationCounts(registrations),
    triggers: lastMinute(samples, 'triggered'),
    memory: memoryNow(samples),
    up: shards.filter(({ state }) => state === 'up').length,
    slowestMs: latencies.length > 0 ? Math.max(...latencies) : null,
    paths: {
      executions: executionsPath(name),
      // Of what is in flight the longest first.
      running: `${executionsPath(name)}?q=outcome:running&sort=-duration`,
      waiting: `${executionsPath(name)}?q=outcome:waiting&sort=-duration`,
      failed: `${executionsPath(name)}?q=outcome:failed&${rangeSearch(time)}`,
      registrations: registrationsPath(name),
      memory: `/${encodeURIComponent(name)}/memory`,
      cluster: `/${encodeURIComponent(name)}/cluster`,
    },
  }
}

/** How often data that rarely changes is fetched again, ms. */
const ASIDE_MS = 60_000
const DAY_MS = 24 * 3_600_000
const DAY_STEP_MS = 5 * 60_000

/** How memory changed with the runs of functions in the last day, and how long those took. */
function useRecordedDay(connection: string) {
  const now = useNow(DAY_STEP_MS)
  const to = Math.floor(now / DAY_STEP_MS) * DAY_STEP_MS
  const range = { from: to - DAY_MS, to }
  const enabled = useConnectionState()?.history?.role !== 'off' && to > 0
  const growth = useQuery({ ...endpointQuery('memoryGrowth', { connection, ...range }), enabled }).data
  const functions = useQuery({ ...endpointQuery('historyFunctions', { connection, ...range, points: 1 }), enabled })
    .data?.functions
  return { growth, functions }
}

/** The range shown, as it is in the address of the executions too. */
const rangeSearch = ({ range, recorded }: TimeRange): string =>
  range === null && recorded ? `from=${recorded.from}&to=${recorded.to}` : `range=${range}`

/** Below a second the time since the poll that saw it first says little. */
const longestNote = (ms: number): string => (ms < 1000 ? 'just started' : `longest ${formatDuration(ms)}`)

/** How many executions run and wait, with a note each: the longest run and the states of the waiting ones, or how many are not up to date. */
function countInFlight(executions: readonly Execution[], now: number) {
  const inFlight = executions.filter(isInFlight)
  const running = inFlight.filter(({ outcome }) => outcome === 'running')
  const waiting = inFlight.filter(({ outcome }) => outcome === 'waiting')
  const longestMs = running.reduce((most, execution) => Math.max(most, shownDuration(execution, now)?.ms ?? 0), 0)
  const waitingIn = groupBy(waiting, ({ status }) => status)
  return {
    running: running.length,
    runningNote: unheardNote(running) ?? (running.length === 0 ? 'none running' : longestNote(longestMs)),
    waiting: waiting.length,
    waitingNote:
      unheardNote(waiting) ??
      (waiting.length === 0
        ? 'none waiting'
        : [...waitingIn].map(([status, { length }]) => `${formatCount(length)} ${status}`).join(', ')),
  }
}

function unheardNote(inFlight: readonly Execution[]): string | undefined {
  const unheard = inFlight.filter((execution) => !isHeardInFlight(execution)).length
  return unheard === 0 ? undefined : `${formatCount(unheard)} not up to date`
}
