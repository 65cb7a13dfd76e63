import { formatCount } from '@gearboard/gears/vocabulary/text'
import { Ban, type LucideIcon, Trash2 } from 'lucide-react'
import type { Execution } from '@/lib/model/executions/execution'
import { executionBlocked } from '@/lib/model/executions/execution-blocked'
import { noneReason } from './none-reason'

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

/** Why none of these executions can be aborted or dropped; undefined if some can. */
export const noExecutionFits = (kind: ExecutionAction, chosen: readonly Actable[]): string | undefined =>
  noneReason(
    chosen,
    executionBlocked[kind],
    `None of these ${formatCount(chosen.length)} can be ${EXECUTION_ACTION_LOOK[kind].past.toLowerCase()}.`,
  )
