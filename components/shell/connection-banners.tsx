'use client'

import { TimeAgo } from '@/components/shared/time-ago'
import { Banner } from '@/components/ui/banner'
import { useConnectionState, useShards } from '@/lib/api/live'
import { listInWords, plural } from '@/lib/model/format'
import { refusalInWords, refusalOf } from '@/lib/model/server-refusal'
import { answersOtherwise, type ShardState } from '@/lib/model/shard'
import { shardName } from '@/lib/model/shard-order'
import { useLiveFeed } from './live-context'

/** What holds for every page: data that is old, shards that are silent, writes that are refused. Old data stays below. */
export function ConnectionBanners() {
  const { mode, error, receivedAt } = useLiveFeed()
  const state = useConnectionState()
  if (mode === 'retrying' && state) {
    return (
      <Banner tone="silent" title={error ?? 'Disconnected from Gearboard.'}>
        What you see is from <TimeAgo at={receivedAt} />. Reconnecting.
      </Banner>
    )
  }
  if (state?.status === 'unreachable' && state.answeredAt !== null) {
    return (
      <Banner tone="failed" title={`${state.address} does not answer.`}>
        What you see is from <TimeAgo at={state.answeredAt} />. Trying again{state.error && ` (${state.error.message})`}
        .
      </Banner>
    )
  }
  if (state?.status === 'refused' && state.error && state.answeredAt !== null) {
    const { error, address, answeredAt } = state
    const refusal = refusalOf(error) ?? 'other'
    return (
      <Banner tone="failed" title={`${error.address ?? address} ${refusalInWords(refusal)}.`}>
        What you see is from <TimeAgo at={answeredAt} />. It answers: {error.message.replace(/\.$/, '')}. Trying again.
      </Banner>
    )
  }
  if (state?.status === 'partial') return <SilentShards />
  if (state?.history?.reason)
    return (
      <Banner tone="warning" title="Not everything is remembered.">
        {state.history.reason}
      </Banner>
    )
  return null
}

function quietWords(shards: readonly ShardState[]): string {
  const one = shards.length === 1
  const refusals = new Set(shards.map(({ error }) => error && refusalOf(error)))
  const [refusal, ...others] = refusals
  if (one && refusal && refusal !== 'other') return refusalInWords(refusal)
  if (refusals.has(undefined) && !shards.every(answersOtherwise)) return one ? 'is silent' : 'are silent'
  if (refusal && refusal !== 'other' && others.length === 0) return `give no service: each ${refusalInWords(refusal)}`
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
            <span className="font-mono text-small">{shard.address}</span>:{' '}
            {shard.answeredAt === null ? (
              'never answered'
            ) : (
              <>
                last answered <TimeAgo at={shard.answeredAt} />
              </>
            )}
            {shard.error && ` (${shard.error.message})`}. What is shown of it is from then.
          </li>
        ))}
      </ul>
    </Banner>
  )
}
