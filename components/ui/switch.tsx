'use client'

import { Switch as Radix } from 'radix-ui'
import { type ReactNode, useId } from 'react'
import { cn } from './cn'

interface SwitchProps {
  readonly label: ReactNode
  /** A second, quieter word after the label. */
  readonly hint?: ReactNode
  readonly checked: boolean
  readonly onCheckedChange: (checked: boolean) => void
  readonly disabled?: boolean
  readonly className?: string
}

/** A labelled switch, the label left and the switch right. */
export function Switch({ label, hint, checked, onCheckedChange, disabled, className }: SwitchProps) {
  const id = useId()
  return (
    <div className={cn('flex min-h-7 items-center justify-between gap-3', className)}>
      <label htmlFor={id} className="font-medium">
        {label} {hint && <span className="ml-1 font-normal text-fg-3 text-small">{hint}</span>}
      </label>
      <Radix.Root
        id={id}
        checked={checked}
        onCheckedChange={onCheckedChange}
        disabled={disabled}
        className="h-4 w-7 shrink-0 rounded-full border border-fg-3 bg-surface transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent data-disabled:opacity-50"
      >
        <Radix.Thumb className="block size-2.5 translate-x-0.5 rounded-full bg-fg-3 transition-transform data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-on-accent" />
      </Radix.Root>
    </div>
  )
}
