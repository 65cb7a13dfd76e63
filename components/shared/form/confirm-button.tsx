'use client'

import { type ReactNode, useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { Button } from '@/components/ui/button'

interface ConfirmButtonProps {
  readonly label: string
  /** A question that names what it hits. */
  readonly title: string
  readonly children: ReactNode
  readonly disabledReason?: string
  readonly onConfirm: () => Promise<unknown>
}

/** A button of a row that asks before it acts. */
export function ConfirmButton({ label, title, children, disabledReason, onConfirm }: ConfirmButtonProps) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="row" variant="ghost" disabledReason={disabledReason} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <ConfirmDialog open={open} onOpenChange={setOpen} title={title} confirmLabel={label} danger onConfirm={onConfirm}>
        {children}
      </ConfirmDialog>
    </>
  )
}
