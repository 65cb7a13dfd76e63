import { formatCount } from '@gearboard/gears/vocabulary/text'
import { Ban, type LucideIcon, Trash2 } from 'lucide-react'
import type { Execution } from '@/lib/model/executions/execution'
import { executionBlocked } from '@/lib/model/executions/execution-blocked'

/** What actions need to know of an execution: a row of the list, or its detail. */
export type Actable = Pick<Execution, 'key' | 'id' | 'identity' | 'shard' | 'status' | 'outcome' | 'live' | 'origin'>

export type ExecutionAction = keyof typeof executionBlocked

export const EXECUTION_ACTION_LOOK: Readonly<
  Record<ExecutionAction, { readonly verb: string; readonly past: string; readonly icon: LucideIcon }>
> = {
  abort: { verb: 'Abort', past: 'Aborted', icon: Ban },
  drop: { verb: 'Drop', past: 'Dropped', icon: Trash2 },
}

/** What is asked, of which: fixed when a dialog opens, so that a live list cannot change what is confirmed. */
export interface AskedExecutionAction {
  readonly kind: ExecutionAction
  readonly chosen: readonly Actable[]
}

/** Why nothing of `chosen` can be done: the one reason, or that none fits. */
export function noneReason(kind: ExecutionAction, chosen: readonly Actable[]): string | undefined {
  const reasons = new Set<string>()
  for (const e of chosen) {
    const reason = executionBlocked[kind](e)
    if (reason === undefined) return undefined
    reasons.add(reason)
  }
  const [only] = reasons
  return reasons.size === 1
    ? only
    : `None of these ${formatCount(chosen.length)} can be ${kind === 'abort' ? 'aborted' : 'dropped'}.`
}
