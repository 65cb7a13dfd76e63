'use client'

import { Popover as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn'

export const Popover = Radix.Root
export const PopoverTrigger = Radix.Trigger

interface PopoverContentProps extends ComponentProps<typeof Radix.Content> {
  /** Its accessible name: it is a dialog. */
  readonly 'aria-label': string
}

export function PopoverContent({ className, sideOffset = 4, ...rest }: PopoverContentProps) {
  return (
    <Radix.Portal>
      <Radix.Content
        collisionPadding={8}
        sideOffset={sideOffset}
        {...rest}
        className={cn(
          'z-50 max-h-(--radix-popover-content-available-height) animate-enter overflow-auto rounded-control border border-line-strong bg-raised p-3',
          className,
        )}
      />
    </Radix.Portal>
  )
}
