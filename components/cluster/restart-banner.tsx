import { useNow } from '@/components/shared/time/clock'
import { Banner } from '@/components/ui/banner'
import { restartsInWords } from '@/lib/model/cluster/cluster-findings'
import type { ShardState } from '@/lib/model/cluster/shard'

/** Which shards of the embedded RedisGears started again within the last hour, and why. */
export function RestartBanner({ shards }: { readonly shards: readonly ShardState[] }) {
  const words = restartsInWords(shards, useNow())
  if (!words) return null
  return (
    <Banner tone="warning" title={words.title}>
      {words.text}
    </Banner>
  )
}
