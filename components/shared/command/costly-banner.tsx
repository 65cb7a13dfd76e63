'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Banner } from '@/components/ui/banner'
import { useShards } from '@/lib/api/live'
import { type CostlyInWords, costlyReadsInWords } from '@/lib/model/cluster/costly-answers'
import type { ReadAge } from '@/lib/model/cluster/shard'
import { shardName } from '@/lib/model/cluster/shard-order'
import { visibleText } from '@/lib/model/text/visible-text'

/** What is older than the rest because a server takes long to tell it. @param answers the longest first */
export function CostlyBanner({ answers: [first, ...others] }: { readonly answers: readonly CostlyInWords[] }) {
  if (!first) return null
  return (
    <Banner tone="info" title={visibleText(first.title)}>
      {first.toldAt === null ? (
        `${first.shown}: loading…`
      ) : (
        <>
          {first.shown}: as of <TimeAgo at={first.toldAt} />.
        </>
      )}
      {first.cause !== null && ` ${visibleText(first.cause)}`}
      {first.problem !== null && ` The last one failed: ${visibleText(first.problem)}.`}
      {others.length > 0 &&
        ` ${plural(others.length, 'other answer')} ${others.length === 1 ? 'is' : 'are'} also slow.`}
    </Banner>
  )
}

/** Why what a page asked for is old; nothing where it is of the moment. */
export function CostlyReads({ of }: { readonly of: readonly (ReadAge | undefined)[] }) {
  const shards = useShards() ?? []
  const costly = of.flatMap((age) => age?.costly ?? [])
  return <CostlyBanner answers={costlyReadsInWords(costly, shards.length, (key) => shardName(key, shards))} />
}
