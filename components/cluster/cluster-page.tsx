'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { RefreshCluster } from '@/components/shared/actions/refresh-cluster'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { IgnoredDatabase } from '@/components/shared/page/ignored-database'
import { PageHeader } from '@/components/shared/page/page-header'
import { useReportSlowReads } from '@/components/shared/page/slow-reads'
import { Banner } from '@/components/ui/banner'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState, useShards } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { clusterHeadline, coverageInWords } from '@/lib/model/cluster/cluster-findings'
import { bySlots } from '@/lib/model/cluster/shard-order'
import { FindingsPanel } from './findings-panel'
import { RefreshedBanner } from './refreshed-banner'
import { RestartBanner } from './restart-banner'
import { ShardTable } from './shard-table'
import { SlotMap } from './slot-map'
import { TopologyTable } from './topology-table'
import { useFindings } from './use-findings'

/** INFOCLUSTER is asked of every shard: not as often as the live feed. */
const VIEWS_EVERY_MS = 5000

export function ClusterPage() {
  const connection = useConnectionName()
  const { data, error } = useQuery({ ...endpointQuery('cluster', { connection }), refetchInterval: VIEWS_EVERY_MS })
  useReportSlowReads(data)
  const live = useShards()
  const shards = useMemo(() => bySlots(live ?? data?.shards ?? []), [live, data])
  const found = useFindings(data, shards)
  const state = useConnectionState()
  const oldSlotMap = state?.oldSlotMap
  const [refreshed, setRefreshed] = useState<readonly string[]>()
  if (!data) {
    return (
      <>
        <PageHeader headline={error ? 'Cannot load the cluster.' : undefined} second={error && describeError(error)} />
        {!error && <Skeleton className="h-screen" />}
      </>
    )
  }
  const { cluster, views } = data
  const mended = found.some(({ refresh }) => refresh)
  return (
    <>
      <PageHeader
        headline={clusterHeadline({ cluster, shards }, found)}
        second={coverageInWords({ cluster, shards, oldSlotMap, sentinel: state?.sentinel, claims: data.claims })}
        actionsLast
        actions={
          <>
            <CopyAsCli commands={[{ words: ['RG.INFOCLUSTER'], on: 'every' }]} />
            {!mended && <RefreshCluster cluster={cluster} shards={shards} onRefreshed={setRefreshed} />}
          </>
        }
      />
      <IgnoredDatabase />
      {error && (
        <Banner tone="silent" title="Showing older shard views.">
          {describeError(error)}
        </Banner>
      )}
      <RestartBanner shards={shards} />
      {refreshed && <RefreshedBanner shards={refreshed} onClose={() => setRefreshed(undefined)} />}
      {found.length > 0 && (
        <FindingsPanel
          findings={found}
          refresh={<RefreshCluster cluster={cluster} shards={shards} primary onRefreshed={setRefreshed} />}
        />
      )}
      {cluster && (
        <SlotMap shards={shards} old={oldSlotMap !== undefined || found.some(({ kind }) => kind === 'disowned')} />
      )}
      <div className="grid grid-cols-1 items-start gap-3 min-[1920px]:grid-cols-[5fr_3fr]">
        <ShardTable shards={shards} views={views} cluster={cluster} />
        {cluster && shards.length > 1 && <TopologyTable shards={shards} views={views} seenAt={data.readAt} />}
      </div>
    </>
  )
}
