'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { serverClock } from '@/lib/api/server-clock'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import type { FunctionTimes } from '@/lib/model/record/function-history'

const WEEK_MS = 7 * 24 * 3_600_000

/** How the recorded runs of this one's function did in the last week: by its name, else by its plan; undefined where neither is known. */
export function useFunctionTimes({ origin, planFingerprint: plan }: ExecutionDetail) {
  const connection = useConnectionName()
  const recorded = useConnectionState()?.history?.role !== 'off'
  const [to] = useState(() => Math.ceil(serverClock.now() / 60_000) * 60_000)
  const subject = origin.kind === 'unknown' ? plan !== null && { plan } : { name: origin.name }
  const { data } = useQuery({
    ...endpointQuery('historyFunctions', {
      connection,
      from: to - WEEK_MS,
      to,
      points: 1,
      ...(subject || { name: '' }),
    }),
    enabled: recorded && subject !== false,
  })
  const kind: FunctionTimes['subject']['kind'] = origin.kind === 'unknown' ? 'plan' : origin.kind
  const times = subject === false ? undefined : data?.functions.find((each) => each.subject.kind === kind)
  return times && data && { times, executions: data.executions, all: data.searchedTo === null }
}
