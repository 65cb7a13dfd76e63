'use client'

import type { LucideIcon } from 'lucide-react'
import { createContext, type ReactNode, type RefObject, useContext, useEffect, useRef, useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { bounded } from '@/components/ui/bounded'
import { Button } from '@/components/ui/button'
import { Dialog, DialogClose, DialogContent } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import { toast } from '@/components/ui/toaster'
import { type Confirmed, describeError } from '@/lib/api/call'

interface Progress {
  readonly done: number
  readonly of: number
}

/** The word to type before confirming; undefined where none is required. */
export const ConfirmationWord = createContext<string | undefined>(undefined)

/** What an action gets from the dialog that asked for it. */
export interface ConfirmedAction extends Confirmed {
  readonly progress: (now: Progress) => void
  /** Aborted when a stoppable action is to stop. */
  readonly stopped: AbortSignal
}

/** Why an action that asks for `word` waits; undefined where it is typed, or none is asked for. */
export const untypedReason = (word: string | undefined, typed: string): string | undefined =>
  word !== undefined && typed !== word ? `Production: type ${word} first.` : undefined

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
  /** The action changes nothing, so it asks for no word. */
  readonly harmless?: boolean
  readonly disabledReason?: string
  /** The action has many steps: stopping takes effect before the next one. Other actions run to their end, even with the dialog closed. */
  readonly stoppable?: boolean
  /**
   * Throws to keep the dialog open with the error; reports progress where it takes long. If `stoppable` and `stopped` is aborted, it
   * throws an error that says what it has done and left.
   */
  readonly onConfirm: (action: ConfirmedAction) => Promise<unknown>
}

type State = 'asking' | 'working' | 'stopping' | { readonly failed: string; readonly stopped: boolean }

/** Asks before an action, carries it out, and stays open with the reason if that fails. Closing the dialog stops a stoppable action. */
export function ConfirmDialog({ open, onOpenChange, ...rest }: ConfirmDialogProps) {
  const stop = useRef<() => void>(undefined)
  const change = (next: boolean) => {
    if (!next && stop.current) stop.current()
    else onOpenChange(next)
  }
  return (
    <Dialog open={open} onOpenChange={change}>
      {/* Mounted again each time it opens, without the last error and progress. */}
      {open && <ConfirmContent {...rest} close={() => onOpenChange(false)} stop={stop} />}
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
  stoppable = false,
  onConfirm,
  close,
  stop,
}: Omit<ConfirmDialogProps, 'open' | 'onOpenChange'> & {
  readonly close: () => void
  /** Set while a stoppable action runs. */
  readonly stop: RefObject<(() => void) | undefined>
}) {
  // Keep the value from when the dialog opened: the targets may leave the list while the action runs.
  const [mayStop] = useState(stoppable)
  const [state, setState] = useState<State>('asking')
  const [progress, setProgress] = useState<Progress>()
  const [typed, setTyped] = useState('')
  const demanded = useContext(ConfirmationWord)
  const word = harmless ? undefined : demanded
  const untyped = untypedReason(word, typed)
  const shown = useRef(true)
  useEffect(() => {
    shown.current = true
    return () => {
      shown.current = false
    }
  }, [])
  const confirm = async () => {
    const stopping = new AbortController()
    setState('working')
    if (mayStop) {
      stop.current = () => {
        stopping.abort()
        setState('stopping')
      }
    }
    try {
      await onConfirm({ confirm: word, progress: setProgress, stopped: stopping.signal })
      if (shown.current) close()
    } catch (error) {
      const failed = describeError(error)
      if (shown.current) setState({ failed, stopped: stopping.signal.aborted })
      else toast.error(`${confirmLabel}: failed`, { description: failed })
    } finally {
      stop.current = undefined
    }
  }
  const over = typeof state === 'object' ? state : undefined
  const working = state === 'working' || state === 'stopping'
  return (
    <DialogContent
      title={title}
      footer={
        <>
          <DialogClose asChild>
            <Button pending={state === 'stopping'}>
              {state === 'asking' ? 'Cancel' : working && mayStop ? 'Stop' : 'Close'}
            </Button>
          </DialogClose>
          <Button
            variant={danger ? 'danger' : 'primary'}
            icon={confirmIcon}
            pending={working}
            disabledReason={disabledReason ?? untyped}
            onClick={confirm}
          >
            {state === 'asking' ? confirmLabel : labelOf(state)}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <div className="text-fg-2">{bounded(children)}</div>
        {word !== undefined && <ConfirmationField word={word} typed={typed} onTyped={setTyped} />}
        {progress && <ProgressBar progress={progress} />}
        {over && (
          <Banner tone={over.stopped ? 'warning' : 'failed'} title={over.stopped ? 'Partly done' : 'Failed'}>
            <span className="whitespace-pre-wrap break-words">{over.failed}</span>
          </Banner>
        )}
      </div>
    </DialogContent>
  )
}

interface ConfirmationFieldProps {
  readonly word: string
  readonly typed: string
  readonly onTyped: (typed: string) => void
}

/** Where the name of a production connection is typed. */
export const ConfirmationField = ({ word, typed, onTyped }: ConfirmationFieldProps) => (
  <Field label={`Production: type ${word} to confirm`}>
    {(control) => (
      <Input
        {...control}
        mono
        autoComplete="off"
        placeholder={word}
        value={typed}
        onChange={(event) => onTyped(event.target.value)}
      />
    )}
  </Field>
)

function labelOf(state: Exclude<State, 'asking'>): string {
  if (state === 'working') return 'Working…'
  if (state === 'stopping') return 'Stopping…'
  return state.stopped ? 'Continue' : 'Try again'
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
        className="h-1 flex-1 overflow-hidden rounded-full bg-hover forced-colors:h-2 forced-colors:border"
      >
        <div className="h-full bg-accent" style={{ width: `${of === 0 ? 0 : (100 * done) / of}%` }} />
      </div>
      <span className="text-fg-2">
        {done} of {of}
      </span>
    </div>
  )
}
