'use client'

import { type FormEvent, type ReactNode, useId } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogClose, DialogContent } from '@/components/ui/dialog'
import { describeError, fieldError } from '@/lib/api/call'

interface FormDialogProps {
  readonly title: string
  readonly submitLabel: string
  readonly pending: boolean
  readonly error: unknown
  /** Those that show their own error. */
  readonly fields: readonly string[]
  /** A button beside the one that sends. */
  readonly extra?: ReactNode
  readonly children: ReactNode
  readonly onSubmit: () => void
  readonly onClose: () => void
}

/** Fields and a button that sends them. What is wrong with a field is shown there, all else below. */
export function FormDialog({
  title,
  submitLabel,
  pending,
  error,
  fields,
  extra,
  children,
  onSubmit,
  onClose,
}: FormDialogProps) {
  const id = useId()
  const isAtField = fields.some((field) => fieldError(error, field) !== undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!pending) onSubmit()
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={title}
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            {extra}
            <Button type="submit" form={id} variant="primary" pending={pending}>
              {submitLabel}
            </Button>
          </>
        }
      >
        <form id={id} onSubmit={submit} className="flex flex-col gap-3">
          {children}
          {error !== null && !isAtField && (
            <p role="alert" className="text-failed [overflow-wrap:anywhere]">
              {describeError(error)}
            </p>
          )}
        </form>
      </DialogContent>
    </Dialog>
  )
}
