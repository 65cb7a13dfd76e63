'use client'

import { useQuery } from '@tanstack/react-query'
import { useConnectionState, useShards } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { silenceBlocks } from '@/lib/model/cluster/silence'
import { type Access, allows } from '@/lib/model/connection/connection'

/**
 * Why this viewer cannot write to this connection now; undefined when they can. Goes into `disabledReason` of every button that acts.
 * The server enforces the same.
 */
export function useWriteBlock(needed: Access = 'operate'): string | undefined {
  const state = useConnectionState()
  const { data: me } = useQuery(endpointQuery('me'))
  if (state?.readOnlyReason) return state.readOnlyReason
  if (me && !(me.role && allows(me.role, needed)))
    return `This needs the ${needed} role; yours is ${me.role ?? 'none'}.`
  if (state?.status === 'unreachable') return 'The server does not answer.'
  if (state?.status === 'refused') return `The server refuses service: ${state.error?.message ?? 'no reason given'}`
  if (state?.status === 'module_missing') return 'RedisGears is not loaded there.'
  return undefined
}

/** As `useWriteBlock`, for commands that all shards must agree on: none works while one is silent. */
export function useManagementBlock(): string | undefined {
  const shards = useShards()
  return useWriteBlock() ?? silenceBlocks(shards ?? [])
}
