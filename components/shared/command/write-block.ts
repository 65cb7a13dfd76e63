'use client'

import { useRoleBlock } from '@/components/shared/people/use-role-block'
import { useConnectionState, useShards } from '@/lib/api/live'
import { silenceBlocks } from '@/lib/model/cluster/silence'
import type { Access } from '@/lib/model/people/role'

/**
 * Why this viewer cannot write to this connection now; undefined when they can. Goes into `disabledReason` of every button that acts.
 * The server enforces the same.
 */
export function useWriteBlock(needed: Access = 'operate'): string | undefined {
  const readOnly = useConnectionState()?.readOnlyReason
  const blocked = useServerBlock(needed)
  return readOnly || blocked
}

/** Why this viewer can get nothing from the server that needs this role, as an export of its requirements does; a read-only connection is no reason. */
export function useServerBlock(needed: Access): string | undefined {
  const state = useConnectionState()
  const role = useRoleBlock(needed)
  if (role !== undefined) return role
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
