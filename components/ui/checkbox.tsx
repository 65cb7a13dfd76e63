'use client'

import { Check, Minus } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn'

type CheckboxProps = Omit<ComponentProps<typeof Radix.Root>, 'children'>

/** `checked="indeterminate"` when only some of the items that it represents are checked. */
export function Checkbox({ className, ...rest }: CheckboxProps) {
  return (
    <Radix.Root
      {...rest}
      className={cn(
        'group flex size-3.5 shrink-0 items-center justify-center rounded-[3px] border border-fg-3 bg-surface transition-colors',
        'data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent',
        'text-on-accent data-disabled:opacity-50',
        className,
      )}
    >
      <Radix.Indicator>
        <Check aria-hidden className="hidden size-3 stroke-[3] group-data-[state=checked]:block" />
        <Minus aria-hidden className="hidden size-3 stroke-[3] group-data-[state=indeterminate]:block" />
      </Radix.Indicator>
    </Radix.Root>
  )
}
