'use client'

import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { bounded } from './bounded'
import { cn } from './cn'

export const TooltipProvider = Radix.Provider

interface TooltipProps {
  /** Undefined renders the child without a tooltip. */
  readonly content: ReactNode
  readonly children: ReactNode
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly className?: string
}

/** `children` must be one element that takes a ref and can be focused. */
export function Tooltip({ content, children, side = 'top', className }: TooltipProps) {
  if (content === undefined || content === null || content === '') return children
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className={cn(
            'z-50 max-w-80 animate-enter rounded-control border border-line-strong bg-raised px-2 py-1 text-fg text-small',
            'break-words',
            className,
          )}
        >
          {bounded(content)}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
