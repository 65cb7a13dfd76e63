'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useConnectionName, useRegistrations } from '@/lib/api/live'
import { endpointPages, endpointQuery } from '@/lib/api/query'
import { hasMade, liveRegistrations, type SourceVersion } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'

/** The recorded source that made a registration; undefined while unknown, and where it was not submitted through Gearboard. */
export function useRegistrationSource(registration: Pick<Registration, 'id' | 'privateData'> | undefined) {
  const connection = useConnectionName()
  const id = registration?.id ?? ''
  const { data, error, isLoading } = useInfiniteQuery({
    ...endpointPages('sources', { connection, registration: id }),
    enabled: id !== '',
  })
  const source = data?.pages
    .flatMap(({ sources }) => sources)
    .find((one) => registration !== undefined && hasMade(one, registration))
  return { source, pending: isLoading, error }
}

/** The newest source of a session of which something is on the server now; undefined while unknown, and where there is none. */
export function useLiveSource(session: string | null): SourceVersion | undefined {
  const connection = useConnectionName()
  const registrations = useRegistrations()
  const { data } = useInfiniteQuery({
    ...endpointPages('sources', { connection, session: session ?? '' }),
    enabled: session !== null,
  })
  return useMemo(
    () =>
      data?.pages
        .flatMap(({ sources }) => sources)
        .find((source) => liveRegistrations(source, registrations ?? []).length > 0),
    [data, registrations],
  )
}

/** A recorded source with its script; undefined where there is none. */
export function useSourceText(id: string | undefined) {
  const { data, isLoading } = useQuery({
    ...endpointQuery('source', { connection: useConnectionName(), id: id ?? '' }),
    enabled: id !== undefined,
  })
  return { text: data?.id === id ? data : undefined, pending: isLoading }
}
