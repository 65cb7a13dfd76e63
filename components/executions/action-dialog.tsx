'use client'

import { type BulkAction, BulkDialog } from '@/components/shared/bulk/bulk-dialog'
import { CopyAsCli } from '@/components/shared/copy-as-cli'
import { Id } from '@/components/shared/id'
import { useWriteBlock } from '@/components/shared/write-block'
import { useShards } from '@/lib/api/live'
import { plural } from '@/lib/model/format'
import type { Actable } from './execution-actions'

interface ActionDialogProps {
  /** Undefined: closed. Fixed when it opens, so that a live list cannot change what is confirmed. */
  readonly action: BulkAction<Actable> | undefined
  /** How many were chosen; more than the action can be done to. */
  readonly chosen: number
  readonly onClose: () => void
  readonly onDone?: () => void
}

const LISTED = 6

/** Confirms an abort or a drop: how many, on how many shards, and what cannot be undone. */
export function ActionDialog({ action, chosen, onClose, onDone }: ActionDialogProps) {
  const blocked = useWriteBlock()
  const shards = useShards()?.length ?? 1
  if (!action) return null
  const { items, verb } = action
  const aborts = verb === 'Abort'
  const left = chosen - items.length
  return (
    <BulkDialog
      action={action}
      open
      onOpenChange={(open) => !open && onClose()}
      disabledReason={blocked}
      onDone={onDone}
    >
      <div className="flex flex-col gap-2">
        <p>
          {aborts
            ? `${items.length === 1 ? 'It' : 'Each'} is stopped on ${everyShard(shards)}. Results so far are kept; running Python stops at its next step.`
            : `${items.length === 1 ? 'It' : 'Each'} leaves ${everyShard(shards)} with its results and errors, for good. Gearboard keeps what it has seen.`}
        </p>
        {left > 0 && (
          <p>
            {plural(left, 'other')} of the {chosen} chosen {left === 1 ? 'is' : 'are'} left alone:{' '}
            {aborts ? 'already over.' : 'not finished, or no longer on the server.'}
          </p>
        )}
        <ul className="flex flex-wrap gap-x-3">
          {items.slice(0, LISTED).map((item) => (
            <li key={item.key}>
              <Id id={item.id} />
            </li>
          ))}
          {items.length > LISTED && <li className="text-fg-3">and {plural(items.length - LISTED, 'other')}</li>}
        </ul>
        <div>
          <CopyAsCli
            size="row"
            commands={items.map(({ id }) => [aborts ? 'RG.ABORTEXECUTION' : 'RG.DROPEXECUTION', id])}
          />
        </div>
      </div>
    </BulkDialog>
  )
}

const everyShard = (n: number): string => (n === 1 ? 'the server' : `all ${n} shards`)
