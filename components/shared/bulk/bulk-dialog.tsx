'use client'

import type { LucideIcon } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { ConfirmDialog, type Progress } from '@/components/ui/confirm-dialog'
import { toast } from '@/components/ui/toaster'
import { plural } from '@/lib/model/format'
import { failuresInWords, runBulk } from './run-bulk'

/** An action on items: what is asked, and what is done to each. */
export interface BulkAction<T> {
  /** `Abort`. */
  readonly verb: string
  /** `Aborted`. */
  readonly past: string
  readonly noun: string
  readonly icon: LucideIcon
  readonly danger: boolean
  /** Those that the action makes sense for. */
  readonly items: readonly T[]
  readonly nameOf: (item: T) => string
  readonly act: (item: T) => Promise<unknown>
}

interface BulkDialogProps<T> {
  readonly action: BulkAction<T>
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly disabledReason?: string
  /** What it hits and what cannot be undone. */
  readonly children: ReactNode
  readonly onDone?: () => void
}

/** Asks with a count, shows progress, and stays open with what failed and why; trying again takes up only that. */
export function BulkDialog<T>({ action, open, onOpenChange, disabledReason, children, onDone }: BulkDialogProps<T>) {
  // What is still to be done: a live list behind the dialog must not change what was confirmed.
  const left = useRef<readonly T[]>(undefined)
  const { items, noun, verb } = action
  const run = async (progress: (now: Progress) => void) => {
    const todo = left.current ?? items
    const failures = await runBulk(todo, action.act, progress)
    left.current = failures.map((failure) => failure.item)
    if (failures.length > 0) throw new Error(failuresInWords(failures, todo.length, action.nameOf))
    toast.success(`${action.past} ${plural(items.length, noun)}`)
    onDone?.()
  }
  const effect = `${verb} ${plural(items.length, noun)}`
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        left.current = undefined
        onOpenChange(next)
      }}
      title={`${effect}?`}
      confirmLabel={effect}
      confirmIcon={action.icon}
      danger={action.danger}
      disabledReason={disabledReason}
      onConfirm={run}
    >
      {children}
    </ConfirmDialog>
  )
}
