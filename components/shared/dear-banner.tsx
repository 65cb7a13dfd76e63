'use client'

import { TimeAgo } from '@/components/shared/time-ago'
import { Banner } from '@/components/ui/banner'
import { useShards } from '@/lib/api/live'
import { type DearInWords, dearReadsInWords } from '@/lib/model/dear-answers'
import { plural } from '@/lib/model/format'
import type { ReadAge } from '@/lib/model/shard'
import { shardName } from '@/lib/model/shard-order'
import { visibleText } from '@/lib/model/visible-text'

/** What is older than the rest because a server takes long to tell it. @param answers the longest first */
export function DearBanner({ answers: [first, ...others] }: { readonly answers: readonly DearInWords[] }) {
  if (!first) return null
  return (
    <Banner tone="info" title={visibleText(first.title)}>
      {first.toldAt === null ? (
        `${first.shown}: not known yet.`
      ) : (
        <>
          {first.shown}: as of <TimeAgo at={first.toldAt} />.
        </>
      )}
      {first.cause !== null && ` ${visibleText(first.cause)}`}
      {first.problem !== null && ` The last one failed: ${visibleText(first.problem)}.`}
      {others.length > 0 &&
        ` ${plural(others.length, 'other answer')} take${others.length === 1 ? 's' : ''} long, too.`}
    </Banner>
  )
}

/** Why what a page asked for is old; nothing where it is of the moment. */
export function DearReads({ of }: { readonly of: readonly (ReadAge | undefined)[] }) {
  const shards = useShards() ?? []
  const dear = of.flatMap((age) => age?.dear ?? [])
  return <DearBanner answers={dearReadsInWords(dear, shards.length, (key) => shardName(key, shards))} />
}
