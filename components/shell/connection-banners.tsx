'use client'

import { refusalInWords, refusalOf } from '@gearboard/gears/vocabulary/server-refusal'
import { plural } from '@gearboard/gears/vocabulary/text'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Banner } from '@/components/ui/banner'
import { useConnectionState, useShards } from '@/lib/api/live'
import { answersOtherwise, type ShardState } from '@/lib/model/cluster/shard'
import { shardName } from '@/lib/model/cluster/shard-order'
import { unreachedTitle } from '@/lib/model/cluster/unreached'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { listInWords } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { useLiveFeed } from './live-context'

/**
 * Banners of every page: stale data, silent shards. They may move the page, since what they interrupt is not true any more; what is not urgent
 * is in the top bar (`LiveNotes`). Stale data stays visible below.
 */
export function ConnectionBanners() {
  const { mode, error, receivedAt } = useLiveFeed()
  const state = useConnectionState()
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
  return null
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
