import { useCallback } from 'react'
import { useManagementBlock, useWriteBlock } from '@/components/shared/command/write-block'
import type { ExecutionAction } from './execution-actions'
import type { RegistrationAction } from './registration-actions'

type RowAction = ExecutionAction | RegistrationAction

/** What all shards must agree on: none of it works while one is silent. */
const NEEDS_EVERY_SHARD: Readonly<Record<RowAction, boolean>> = {
  abort: true,
  drop: false,
  pause: true,
  resume: true,
  unregister: false,
}

/** Why this viewer cannot carry out an action on this connection now, whatever it would hit; undefined when they can. */
export function useActionBlock(): (action: RowAction) => string | undefined {
  const write = useWriteBlock()
  const management = useManagementBlock()
  return useCallback((action) => (NEEDS_EVERY_SHARD[action] ? management : write), [management, write])
}
