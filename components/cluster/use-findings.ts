import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useNow } from '@/components/shared/time/clock'
import type { ClusterReply } from '@/lib/api/contract/cluster'
import { useConnectionName, useConnectionState, useExecutions, useRegistrations } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { type ClusterFinding, clusterFindings } from '@/lib/model/cluster/cluster-findings'
import type { ShardState } from '@/lib/model/cluster/shard'
import { usesTls } from '@/lib/model/connection/connection'
import { configRows } from '@/lib/model/environment/config-view'

/** The configuration drifts only when it is set: poll it less often than the rest, ms. */
const CONFIG_EVERY_MS = 10_000

/** The cluster's problems, as far as the known data shows them; none before it answered. */
export function useFindings(data: ClusterReply | undefined, shards: readonly ShardState[]): readonly ClusterFinding[] {
  const config = useQuery({
    ...endpointQuery('config', { connection: useConnectionName() }),
    refetchInterval: CONFIG_EVERY_MS,
  }).data
  const connection = useConnectionState()
  const tls = connection !== undefined && usesTls(connection.address)
  const place = connection?.origin ?? 'environment'
  const acl = connection?.acl
  const endpoint = connection?.endpoint
  const oldSlotMap = connection?.oldSlotMap
  const sentinel = connection?.sentinel
  const registrations = useRegistrations()
  const executions = useExecutions()
  const now = useNow()
  return useMemo(() => {
    if (!data) return []
    const { cluster, views, claims } = data
    return clusterFindings({
      cluster,
      tls,
      place,
      shards,
      acl,
      endpoint,
      oldSlotMap,
      sentinel,
      views,
      claims,
      registrations,
      executions,
      config: config && configRows(config.shards),
      now,
    })
  }, [data, tls, place, acl, endpoint, oldSlotMap, sentinel, shards, registrations, executions, config, now])
}
