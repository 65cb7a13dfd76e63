'use client'

import { refusalInWords, refusalOf } from '@gearboard/gears/vocabulary/server-refusal'
import { plural } from '@gearboard/gears/vocabulary/text'
import { CostlyBanner } from '@/components/shared/command/costly-banner'
import { useNow } from '@/components/shared/time/clock'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Banner } from '@/components/ui/banner'
import { useConnectionState, useRegistrations, useShards } from '@/lib/api/live'
import { costlyInWords } from '@/lib/model/cluster/costly-answers'
import { answersOtherwise, type ShardState } from '@/lib/model/cluster/shard'
import { shardName } from '@/lib/model/cluster/shard-order'
import { quoted, unreachedTitle } from '@/lib/model/cluster/unreached'
import type { SentinelView } from '@/lib/model/connection/connection'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { listInWords } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { useLiveFeed } from './live-context'

/** Every page reports a failover for this long, ms. */
const MOVED_LATELY_MS = 10 * 60_000

/** Banners of every page: stale data, silent shards, refused writes. Stale data stays visible below. */
export function ConnectionBanners() {
  const { mode, error, receivedAt } = useLiveFeed()
  const state = useConnectionState()
  const now = useNow()
  if (mode === 'retrying' && state) {
    return (
      <Banner tone="silent" title={error ?? 'Disconnected from Gearboard.'}>
        Showing data from <TimeAgo at={receivedAt} />. Reconnecting.
      </Banner>
    )
  }
  if (state?.status === 'starting' && state.answeredAt !== null) {
    return (
      <Banner tone="silent" title="The embedded RedisGears is starting again.">
        Showing data from <TimeAgo at={state.answeredAt} />.
      </Banner>
    )
  }
  if (state?.status === 'unreachable' && state.answeredAt !== null) {
    return (
      <Banner tone="failed" title={`${unreachedTitle(state)}.`}>
        Showing data from <TimeAgo at={state.answeredAt} />. Trying again
        {state.error && ` (${visibleText(state.error.message)})`}.
      </Banner>
    )
  }
  if (state?.status === 'refused' && state.error && state.answeredAt !== null) {
    const { error, address, answeredAt } = state
    const refusal = refusalOf(error) ?? 'other'
    return (
      <Banner tone="failed" title={`${error.address ?? address} ${refusalInWords(refusal)}.`}>
        Showing data from <TimeAgo at={answeredAt} />. It answers: {visibleText(error.message.replace(/\.$/, ''))}.
        Trying again.
      </Banner>
    )
  }
  if (state?.status === 'partial') return <SilentShards />
  if (state?.sentinel?.moved && state.sentinel.moved.at > now - MOVED_LATELY_MS)
    return <Moved sentinel={state.sentinel} />
  return <CostlyAnswers />
}

/** Data that is older than the rest because the server answers slowly. */
function CostlyAnswers() {
  const shards = useShards()
  const registrations = useRegistrations()
  if (!shards?.some(({ costly }) => costly)) return null
  return <CostlyBanner answers={costlyInWords(shards, registrations ?? [], (key) => shardName(key, shards))} />
}

function Moved({ sentinel: { master, address, by, moved } }: { readonly sentinel: SentinelView }) {
  return (
    <Banner
      tone="info"
      title={`Sentinel moved the master ${quoted(master)} to ${address && visibleText(address, NAME_CHARS)}.`}
    >
      It was at {moved && visibleText(moved.from, NAME_CHARS)} until <TimeAgo at={moved?.at ?? null} />
      {by !== null && `, as reported by the sentinel ${by}`}.
    </Banner>
  )
}

function quietWords(shards: readonly ShardState[]): string {
  const one = shards.length === 1
  const refusals = new Set(shards.map(({ error }) => error && refusalOf(error)))
  const [refusal, ...others] = refusals
  if (one && refusal && refusal !== 'other') return refusalInWords(refusal)
  if (refusals.has(undefined) && !shards.every(answersOtherwise)) return one ? 'is silent' : 'are silent'
  if (refusal && refusal !== 'other' && others.length === 0) return `refuse service: each ${refusalInWords(refusal)}`
  return one ? 'answers, but RedisGears does not' : 'answer, but RedisGears does not'
}

function SilentShards() {
  const shards = useShards() ?? []
  const silent = shards.filter((shard) => shard.state === 'silent')
  const names = silent.map((shard) => shardName(shard.key, shards))
  return (
    <Banner
      tone="silent"
      title={`${listInWords(names)} ${quietWords(silent)}; ${shards.length - silent.length} of ${plural(shards.length, 'shard')} answer.`}
    >
      <ul>
        {silent.map((shard) => (
          <li key={shard.key} className="[overflow-wrap:anywhere]">
            <span className="font-mono text-small">{visibleText(shard.address, NAME_CHARS)}</span>:{' '}
            {shard.answeredAt === null ? (
              'never answered'
            ) : (
              <>
                last answered <TimeAgo at={shard.answeredAt} />
              </>
            )}
            {shard.error && ` (${visibleText(shard.error.message)})`}. Its data is from then.
          </li>
        ))}
      </ul>
    </Banner>
  )
}
