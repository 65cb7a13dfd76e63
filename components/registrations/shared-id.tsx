'use client'

import { useCallback } from 'react'
import { Banner } from '@/components/ui/banner'
import { useRegistrations, useShards } from '@/lib/api/live'
import type { ShardState } from '@/lib/model/cluster/shard'
import { reachOf } from '@/lib/model/registrations/reach'
import type { Registration } from '@/lib/model/registrations/registration'
import { listInWords } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

const NONE: readonly Registration[] = []
const NO_SHARDS: readonly ShardState[] = []
const NAMED = 5

/** Names the registrations with the same id, which the cluster cannot distinguish; undefined if the id is unique. */
export function useSharedId(): (r: Registration) => string | undefined {
  const registrations = useRegistrations() ?? NONE
  const shards = useShards() ?? NO_SHARDS
  return useCallback(
    (r) => {
      const [, ...others] = reachOf(r, registrations, shards)
      if (others.length === 0) return undefined
      const names = others.map(({ name }) => name)
      return `Shares its id with ${listInWords(names, NAMED)}.`
    },
    [registrations, shards],
  )
}

/** What a shared id means, and what helps. */
export function SharedId({ registration }: { readonly registration: Registration }) {
  const shared = useSharedId()(registration)
  if (shared === undefined) return null
  return (
    <Banner tone="warning" title={visibleText(shared)}>
      The shards assigned the same id before RG.REFRESHCLUSTER was sent, so unregister, pause and resume affect all of
      them. Register them again to give each its own id.
    </Banner>
  )
}
