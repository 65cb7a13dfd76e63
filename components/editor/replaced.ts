'use client'

import { inFlight } from '@gearboard/gears/vocabulary/registration'
import { useMemo } from 'react'
import { useRegistrations } from '@/lib/api/live'
import { type Submission, sessionReplaced } from '@/lib/functions/submission'
import type { Registration } from '@/lib/model/registrations/registration'

/** What remains of the session that a submission replaces. */
export interface Replaced {
  readonly session: string
  /** Undefined while nothing is known of the server's registrations. */
  readonly registrations: readonly Registration[] | undefined
  /** Executions of them that were triggered and have not ended, as their counters say (protocol 3.6). */
  readonly inFlight: number
  /** Shards that did not tell their counters: there may be more. */
  readonly untold: number
}

export function useReplaced(draft: Pick<Submission, 'mode' | 'id' | 'replaceWith'>): Replaced {
  const registrations = useRegistrations()
  const session = sessionReplaced(draft)
  return useMemo(() => {
    const going = session === '' ? [] : registrations?.filter(({ privateData }) => privateData?.session === session)
    return {
      session,
      registrations: going,
      inFlight: (going ?? []).reduce((sum, { counters }) => sum + inFlight(counters), 0),
      untold: Math.max(0, ...(going ?? []).map(({ coverage }) => coverage.of - coverage.answered)),
    }
  }, [registrations, session])
}
