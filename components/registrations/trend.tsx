'use client'

import type { Counters } from '@gearboard/gears/vocabulary/registration'
import { useQuery } from '@tanstack/react-query'
import { memo, useCallback } from 'react'
import { Sparkline, unknownShares } from '@/components/ui/sparkline'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { type RegistrationTrend, trendInWords } from '@/lib/model/registrations/registration-trend'

/** Half a step: a completed step shows soon. */
const REFRESH_MS = 15_000

/** A step whose counters cannot be compared with those before it. */
const UNOBSERVED = 'not observed'

type Steps = RegistrationTrend['steps']

/** The recent trend of a registration; undefined while unknown. One request serves all rows. */
function useTrend(key: string): Steps | undefined {
  const pick = useCallback(
    ({ trends }: { readonly trends: readonly RegistrationTrend[] }) =>
      trends.find(({ registration }) => registration === key)?.steps,
    [key],
  )
  const connection = useConnectionName()
  return useQuery({ ...endpointQuery('registrationTrends', { connection }), refetchInterval: REFRESH_MS, select: pick })
    .data
}

/** Its triggers of the last quarter of an hour as a line, what failed of them as bars. */
export const TriggerTrend = memo(({ registration }: { readonly registration: string }) => {
  const steps = useTrend(registration)
  if (!steps?.some((step) => step !== null)) return null
  const triggered = steps.map((step) => step?.triggered ?? null)
  const most = Math.max(...triggered.map((value) => value ?? 0))
  return (
    <span className="relative block h-5 w-full" title={trendInWords(steps)}>
      <Sparkline
        kind="bars"
        most={most}
        values={steps.map((step) => step?.failures ?? null)}
        className="absolute text-failed"
      />
      <Sparkline
        most={most}
        values={triggered}
        gaps={unknownShares(triggered, UNOBSERVED)}
        className="absolute text-fg-2"
      />
    </span>
  )
})
TriggerTrend.displayName = 'TriggerTrend'

/** One counter of it, by itself. */
export function CounterTrend({
  registration,
  counter,
}: {
  readonly registration: string
  readonly counter: keyof Counters
}) {
  const steps = useTrend(registration)
  if (!steps?.some((step) => step !== null)) return null
  const values = steps.map((step) => step?.[counter] ?? null)
  return (
    <Sparkline
      values={values}
      gaps={unknownShares(values, UNOBSERVED)}
      className={counter === 'failures' ? 'text-failed' : 'text-fg-2'}
    />
  )
}
