'use client'

import type { LucideIcon } from 'lucide-react'
import { createContext, type ReactNode, useContext, useState } from 'react'
import { describeError } from '@/lib/api/call'
import { Banner } from './banner'
import { Button } from './button'
import { Dialog, DialogClose, DialogContent } from './dialog'
import { Field, Input } from './input'

export interface Progress {
  readonly done: number
  readonly of: number
}

/** What must be typed before anything is confirmed; undefined where nothing must. */
export const ConfirmationWord = createContext<string | undefined>(undefined)

interface ConfirmDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** A question naming the act and how many it hits: `Abort 3 executions?` */
  readonly title: string
  /** What it hits, on how many shards, and what cannot be undone. */
  readonly children: ReactNode
  /** Names the effect: `Abort 3 executions`. */
  readonly confirmLabel: string
  readonly confirmIcon?: LucideIcon
  readonly danger?: boolean
  /** Nothing is changed: no word is asked for. */
  readonly harmless?: boolean
  readonly disabledReason?: string
  /** Throws to keep the dialog open with the error; reports how far it is where it takes long. */
  readonly onConfirm: (progress: (now: Progress) => void) => Promise<unknown>
}

/** Asks before an act, carries it out, and stays open with the reason when it fails. */
export function ConfirmDialog({ open, onOpenChange, ...rest }: ConfirmDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      {/* Mounted anew for each opening: the last error and progress are gone. */}
      {open && <ConfirmContent {...rest} close={() => onOpenChange(false)} />}
    </Dialog>
  )
}

function ConfirmContent({
  title,
  children,
  confirmLabel,
  confirmIcon,
  danger = false,
  harmless = false,
  disabledReason,
  onConfirm,
  close,
}: Omit<ConfirmDialogProps, 'open' | 'onOpenChange'> & { readonly close: () => void }) {
  const [state, setState] = useState<'asking' | 'working' | { readonly failed: string }>('asking')
  const [progress, setProgress] = useState<Progress>()
  const [typed, setTyped] = useState('')
  const demanded = useContext(ConfirmationWord)
  const word = harmless ? undefined : demanded
  const untyped = word !== undefined && typed !== word ? `Type ${word} first: this is production.` : undefined
  const confirm = async () => {
    setState('working')
    try {
      await onConfirm(setProgress)
      close()
    } catch (error) {
      setState({ failed: describeError(error) })
    }
  }
  return (
    <DialogContent
      title={title}
      footer={
        <>
          <DialogClose asChild>
            <Button>{typeof state === 'object' ? 'Close' : 'Cancel'}</Button>
          </DialogClose>
          <Button
            variant={danger ? 'danger' : 'primary'}
            icon={confirmIcon}
            pending={state === 'working'}
            disabledReason={disabledReason ?? untyped}
            onClick={confirm}
          >
            {state === 'working' ? 'Working…' : typeof state === 'object' ? 'Try again' : confirmLabel}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <div className="text-fg-2">{children}</div>
        {word !== undefined && (
          <Field label={`This is production. Type ${word} to go on`}>
            {(control) => (
              <Input
                {...control}
                mono
                autoComplete="off"
                placeholder={word}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        )}
        {progress && <ProgressBar progress={progress} />}
        {typeof state === 'object' && (
          <Banner tone="failed" title="That did not work">
            <span className="whitespace-pre-wrap break-words">{state.failed}</span>
          </Banner>
        )}
      </div>
    </DialogContent>
  )
}

function ProgressBar({ progress: { done, of } }: { readonly progress: Progress }) {
  return (
    <div className="flex items-center gap-3 text-small">
      <div
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={of}
        aria-valuenow={done}
        className="h-1 flex-1 overflow-hidden rounded-full bg-hover"
      >
        <div className="h-full bg-accent" style={{ width: `${of === 0 ? 0 : (100 * done) / of}%` }} />
      </div>
      <span className="text-fg-2">
        {done} of {of}
      </span>
    </div>
  )
}
