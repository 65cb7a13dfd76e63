'use client'

import { Ban, Trash2 } from 'lucide-react'
import type { BulkAction } from '@/components/shared/bulk/bulk-dialog'
import { useAbort, useDrop } from '@/lib/api/mutations'
import { executionBlocked } from '@/lib/model/actions'
import type { Execution } from '@/lib/model/execution'
import { shortenId } from '@/lib/model/format'

/** What actions need to know of an execution: a row of the list, or its detail. */
export type Actable = Pick<Execution, 'key' | 'id' | 'status' | 'outcome' | 'live'>

const nameOf = (e: Actable): string => shortenId(e.id)

/** Abort and drop, for one execution or many; each takes those of `chosen` that it makes sense for. */
export function useExecutionActions() {
  const { mutateAsync: abort } = useAbort()
  const { mutateAsync: drop } = useDrop()
  const make = (
    kind: 'abort' | 'drop',
    chosen: readonly Actable[],
    rest: Pick<BulkAction<Actable>, 'verb' | 'past' | 'icon' | 'act'>,
  ): BulkAction<Actable> => ({
    noun: 'execution',
    danger: true,
    nameOf,
    items: chosen.filter((e) => executionBlocked[kind](e) === undefined),
    ...rest,
  })
  return {
    abort: (chosen: readonly Actable[]) =>
      make('abort', chosen, { verb: 'Abort', past: 'Aborted', icon: Ban, act: ({ key }) => abort({ id: key }) }),
    drop: (chosen: readonly Actable[]) =>
      make('drop', chosen, { verb: 'Drop', past: 'Dropped', icon: Trash2, act: ({ key }) => drop({ id: key }) }),
  }
}

/** Why nothing of `chosen` can be done: the one reason, or that none fits. */
export function noneReason(kind: 'abort' | 'drop', chosen: readonly Actable[]): string | undefined {
  const reasons = new Set<string>()
  for (const e of chosen) {
    const reason = executionBlocked[kind](e)
    if (reason === undefined) return undefined
    reasons.add(reason)
  }
  const [only] = reasons
  return reasons.size === 1
    ? only
    : `None of these ${chosen.length} can be ${kind === 'abort' ? 'aborted' : 'dropped'}.`
}
