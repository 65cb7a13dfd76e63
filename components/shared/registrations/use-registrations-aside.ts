'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useConnectionName, useShards } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { Vocabulary } from '@/lib/model/filter/filter'
import { registrationVocabulary } from '@/lib/model/filter/filter-fields'
import { groupBy } from '@/lib/model/list/group-by'
import { type Hazard, hazardsOf } from '@/lib/model/registrations/hazards'
import { unraisedEvents } from '@/lib/model/registrations/never-fires'
import type { Registration } from '@/lib/model/registrations/registration'
import { type RegistrationStreams, totalWaiting } from '@/lib/model/registrations/stream-state'

const STREAMS_MS = 5000
const SOURCES_MS = 30_000

export interface RegistrationsAside {
  readonly hazards: readonly Hazard[]
  readonly hazardsFor: (r: Registration) => readonly Hazard[]
  readonly streams: readonly RegistrationStreams[]
  readonly streamsFor: (r: Registration) => RegistrationStreams | undefined
  readonly vocabulary: Vocabulary<Registration>
}

/** What is known of registrations beside their rows: what threatens them, and what waits in their streams. Asked only while it is shown. */
export function useRegistrationsAside(registrations: readonly Registration[]): RegistrationsAside {
  const connection = useConnectionName()
  const reads = registrations.some(({ reader }) => reader === 'StreamReader')
  const { data: streamsReply } = useQuery({
    ...endpointQuery('streams', { connection }),
    refetchInterval: STREAMS_MS,
    enabled: reads,
  })
  const { data: findingsReply } = useQuery({
    ...endpointQuery('sourceFindings', { connection }),
    refetchInterval: SOURCES_MS,
    enabled: registrations.length > 0,
  })
  const shards = useShards()
  const unraised = unraisedEvents(shards ?? [])
    .map(({ event }) => event)
    .join()
  const streams = streamsReply?.registrations ?? NO_STREAMS
  const findings = findingsReply?.findings
  // Rows change with every poll, what threatens them with what is registered.
  const registered = registrations.map((r) => `${r.key} ${r.missingOn.length}`).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const hazards = useMemo(() => hazardsOf(registrations, findings, shards), [registered, findings, unraised])
  return useMemo(() => {
    const byKey = groupBy(hazards, ({ registration }) => registration)
    const streamsByKey = new Map(streams.map((each) => [each.registration, each]))
    const hazardsFor = ({ key }: Registration) => byKey.get(key) ?? []
    const streamsFor = ({ key }: Registration) => streamsByKey.get(key)
    const vocabulary = registrationVocabulary({
      hazardKindsOf: (r) => hazardsFor(r).map(({ kind }) => kind),
      waitingIn: (r) => totalWaiting(streamsFor(r))?.count ?? null,
    })
    return { hazards, hazardsFor, streams, streamsFor, vocabulary }
  }, [hazards, streams])
}

const NO_STREAMS: readonly RegistrationStreams[] = []
