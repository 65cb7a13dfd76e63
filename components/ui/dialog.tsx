'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { bounded } from './bounded'
import { cn } from './cn'
import { FocusBefore, useReturnFocus } from './return-focus'

export const Dialog = Radix.Root
export const DialogClose = Radix.Close
export const DialogTitle = Radix.Title

/** Has no tooltip: a dialog focuses this button as it opens, which would open the tooltip too. */
export function CloseButton() {
  return (
    <Radix.Close
      aria-label="Close"
      className="flex size-7 shrink-0 items-center justify-center rounded-control text-fg-2 transition-colors hover:bg-hover hover:text-fg max-md:size-9"
    >
      <X aria-hidden />
    </Radix.Close>
  )
}

/** A surface over the page, for `Dialog`: what a dialog or a drawer shows. The focus returns to what had it before. */
export function DialogSurface({ children, ...rest }: ComponentProps<typeof Radix.Content>) {
  const { opener, onCloseAutoFocus } = useReturnFocus()
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 bg-(--scrim)" />
      <Radix.Content onCloseAutoFocus={onCloseAutoFocus} {...rest}>
        <FocusBefore opener={opener} />
        {children}
      </Radix.Content>
    </Radix.Portal>
  )
}

interface DialogContentProps {
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly children: ReactNode
  /** The row of buttons, right-aligned. */
  readonly footer?: ReactNode
  readonly className?: string
}

export function DialogContent({ title, description, children, footer, className }: DialogContentProps) {
  return (
    <DialogSurface
      {...(description === undefined ? { 'aria-describedby': undefined } : {})}
      className={cn(
        'fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] w-[min(520px,calc(100vw-32px))] -translate-x-1/2 animate-enter flex-col rounded-panel border border-line-strong bg-raised',
        className,
      )}
    >
      <div className="flex items-start justify-between gap-3 px-4 pt-3">
        <DialogTitle className="min-w-0 pt-1 font-semibold text-[15px] [overflow-wrap:anywhere]">
          {bounded(title)}
        </DialogTitle>
        <CloseButton />
      </div>
      {description !== undefined && (
        <Radix.Description className="px-4 text-fg-2">{bounded(description)}</Radix.Description>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div className="min-h-0 flex-1 overflow-auto px-4 py-3" tabIndex={0}>
        {bounded(children)}
      </div>
      {footer && <div className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">{footer}</div>}
    </DialogSurface>
  )
}
