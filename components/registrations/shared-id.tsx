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

/** Says of a registration which others the cluster cannot tell from it; undefined where it can. */
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

/** What it means that the id is shared, and what helps. */
export function SharedId({ registration }: { readonly registration: Registration }) {
  const shared = useSharedId()(registration)
  if (shared === undefined) return null
  return (
    <Banner tone="warning" title={visibleText(shared)}>
      The shards gave the same id before RG.REFRESHCLUSTER was sent, and the cluster knows it once: unregister, pause
      and resume hit all of them. Registered again, each gets an id of its own.
    </Banner>
  )
}
