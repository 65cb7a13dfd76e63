'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import type { LucideIcon } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { ConfirmDialog, type ConfirmedAction } from '@/components/shared/command/confirm-dialog'
import { toast } from '@/components/ui/toaster'
import { ApiError, type Confirmed } from '@/lib/api/call'
import { outcomeInWords, runBulk } from './run-bulk'

/** An action on items: what is asked, and what is done to each. */
interface BulkAction<T> {
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
  /** Whether the question names the one that it is about. */
  readonly names?: boolean
  /** How many of `noun` an item is; 1. */
  readonly sizeOf?: (item: T) => number
  readonly act: (item: T, confirmed: Confirmed) => Promise<unknown>
  /** What the toast afterwards offers. */
  readonly undo?: { readonly label: string; readonly act: () => void }
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

/**
 * Asks with a count, shows progress, and stays open with what failed and why; trying again takes up only that. If stopped, it shows the progress, and continuing retries what failed and does the rest.
 */
export function BulkDialog<T>({ action, open, onOpenChange, disabledReason, children, onDone }: BulkDialogProps<T>) {
  // The items that were confirmed, and those still to do. The live list behind the dialog must not change them.
  const begun = useRef<{ readonly all: readonly T[]; failed: readonly T[]; untouched: readonly T[] }>(undefined)
  const [confirmed, setConfirmed] = useState<readonly T[]>()
  const { noun, verb, act, nameOf, sizeOf = () => 1 } = action
  const items = confirmed ?? action.items
  const size = (of: readonly T[]) => of.reduce((sum, item) => sum + sizeOf(item), 0)
  const run = async ({ progress, stopped, ...confirmed }: ConfirmedAction) => {
    begun.current ??= { all: items, failed: [], untouched: items }
    setConfirmed(items)
    const before = begun.current
    const { all, failed, untouched } = before
    const todo = [...failed, ...untouched]
    const again = (item: T) => (failed.includes(item) ? orGone(act(item, confirmed)) : act(item, confirmed))
    const outcome = await runBulk(todo, again, progress, stopped)
    // The dialog was closed meanwhile: the next question is about something else.
    if (begun.current === before)
      begun.current = { all, failed: outcome.failures.map(({ item }) => item), untouched: outcome.untouched }
    if (outcome.failures.length + outcome.untouched.length > 0)
      throw new Error(outcomeInWords(outcome, todo.length, nameOf))
    const [only] = all
    const what = action.names && size(all) === 1 && only !== undefined ? nameOf(only) : plural(size(all), noun)
    toast.success(`${action.past} ${what}`, { ...(action.undo && { action: action.undo }) })
    onDone?.()
  }
  const effect = `${verb} ${plural(size(items), noun)}`
  const [first] = items
  const title = action.names && size(items) === 1 && first !== undefined ? `${verb} ${nameOf(first)}?` : `${effect}?`
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        begun.current = undefined
        setConfirmed(undefined)
        onOpenChange(next)
      }}
      title={title}
      confirmLabel={effect}
      confirmIcon={action.icon}
      danger={action.danger}
      disabledReason={disabledReason ?? (items.length === 0 ? `Nothing left to ${verb.toLowerCase()}.` : undefined)}
      stoppable={items.length > 1}
      onConfirm={run}
    >
      {children}
    </ConfirmDialog>
  )
}

/** An item that failed before and is gone now counts as done: the silent shard has carried it out since. */
async function orGone(acted: Promise<unknown>): Promise<void> {
  try {
    await acted
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'not_found')) throw error
  }
}
