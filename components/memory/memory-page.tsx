'use client'

import { useMemo } from 'react'
import { cliTarget } from '@/components/shared/cli-target'
import { CopyAsCli } from '@/components/shared/copy-as-cli'
import { PageHeader } from '@/components/shared/page-header'
import { useShardMarks } from '@/components/shared/shard-name'
import { useGaps } from '@/components/shared/use-gaps'
import { Banner } from '@/components/ui/banner'
import { type Point, TimeSeries } from '@/components/ui/charts'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { useSamples, useShards } from '@/lib/api/live'
import { formatBytes, formatSpan } from '@/lib/model/format'
import { memoryNow } from '@/lib/model/sample-view'
import { memoryAnswer } from './answer'
import { ShardMemoryTable } from './shard-memory-table'

const SUM = 'sum'

/** RG.PYSTATS of every shard, now and over the kept samples. */
export function MemoryPage() {
  const samples = useSamples()
  const shards = useShards()
  const marks = useShardMarks()
  const now = useMemo(() => (samples ? memoryNow(samples) : undefined), [samples])
  const points = useMemo(
    (): readonly Point[] =>
      (samples ?? []).map(({ at, memory }) => {
        const values = Object.fromEntries(
          Object.entries(memory).map(([shard, stats]) => [shard, stats?.current ?? null]),
        )
        const known = Object.values(values).filter((value) => value !== null)
        const complete = known.length === Object.keys(memory).length && known.length > 0
        return { at, values: { ...values, [SUM]: complete ? known.reduce((a, b) => a + b, 0) : null } }
      }),
    [samples],
  )
  const gaps = useGaps(samples)
  const lines = useMemo(() => {
    const perShard = marks.map(({ key, name, color }) => ({ key, name, color }))
    return perShard.length > 1 ? [{ key: SUM, name: 'all', color: 'var(--fg-2)' }, ...perShard] : perShard
  }, [marks])

  const [first, last] = [samples?.[0], samples?.at(-1)]
  const answer = now && shards ? memoryAnswer(now, shards.length) : undefined
  return (
    <>
      <PageHeader
        headline={answer?.headline}
        second={answer?.second}
        actions={<CopyAsCli commands={marks.map(({ address }) => [...cliTarget(address), 'RG.PYSTATS'])} />}
      />
      {now?.uncounted && (
        <Banner tone="warning" title="RedisGears counts no Python memory here.">
          RG.PYSTATS answers zero for everything, because OverridePythonAllocators is off. It is set as an argument of
          the module when the server starts: <code className="font-mono text-small">OverridePythonAllocators 1</code>.
          What Redis itself uses stands in the table.
        </Banner>
      )}
      <Panel
        title="Allocated"
        note={first && last ? `RG.PYSTATS CurrAllocated over the last ${formatSpan(last.at - first.at)}` : undefined}
        bodyClassName="pr-1"
      >
        {samples ? (
          <TimeSeries
            label="Python memory over time, by shard"
            points={points}
            series={now?.uncounted ? [] : lines}
            gaps={gaps}
            formatValue={formatBytes}
            height={320}
            endLabels
            empty={now?.uncounted ? 'Nothing is counted.' : points.length === 0 ? 'No sample yet.' : undefined}
          />
        ) : (
          <Skeleton className="m-3 h-74" />
        )}
      </Panel>
      <ShardMemoryTable now={now} />
    </>
  )
}
