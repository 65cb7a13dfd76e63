'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useConnectionName, useRegistrations } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import {
  type ExecutionRetention,
  limitsOf,
  retentionOf,
  UNKNOWN_LIMITS,
} from '@/lib/model/registrations/retention-pressure'

const REFRESH_MS = 60_000

/** For how long finished executions stay on the server, by key of their registration; empty while the limits are not known. */
export function useRetention(): ReadonlyMap<string, ExecutionRetention> {
  const connection = useConnectionName()
  const registrations = useRegistrations()
  const { data } = useQuery({ ...endpointQuery('config', { connection }), refetchInterval: REFRESH_MS })
  return useMemo(
    () => retentionOf(registrations ?? [], data ? limitsOf(data.shards) : UNKNOWN_LIMITS),
    [registrations, data],
  )
}
