'use client'

import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { bounded } from './bounded'
import { cn } from './cn'

interface SelectOption<Value extends string> {
  readonly value: Value
  readonly label: ReactNode
}

const CHARS = 200

interface SelectProps<Value extends string> {
  /** Accessible name. */
  readonly label: string
  readonly value: Value
  readonly options: readonly SelectOption<Value>[]
  readonly onValueChange: (value: Value) => void
  readonly id?: string
  readonly disabled?: boolean
  readonly className?: string
}

export function Select<Value extends string>({
  label,
  value,
  options,
  onValueChange,
  id,
  disabled,
  className,
}: SelectProps<Value>) {
  return (
    <Radix.Root
      value={value}
      disabled={disabled}
      onValueChange={(next) => {
        const option = options.find((candidate) => candidate.value === next)
        if (option) onValueChange(option.value)
      }}
    >
      <Radix.Trigger
        id={id}
        aria-label={label}
        className={cn(
          'inline-flex h-7 items-center justify-between gap-2 rounded-control border border-line-strong bg-surface px-2.5 font-medium max-md:h-9',
          'transition-colors hover:bg-hover data-disabled:opacity-50',
          className,
        )}
      >
        {/* Its own words, which Radix would fill in only after the first render: the trigger would grow, and what follows it wrap. */}
        <Radix.Value>{bounded(options.find((option) => option.value === value)?.label, CHARS)}</Radix.Value>
        <Radix.Icon>
          <ChevronDown className="text-fg-3" aria-hidden />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) animate-enter overflow-hidden rounded-control border border-line-strong bg-raised p-1"
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                className="flex h-7 select-none items-center justify-between gap-4 rounded-chip px-2 outline-none data-highlighted:bg-accent-tint max-md:h-9"
              >
                <Radix.ItemText>{bounded(option.label, CHARS)}</Radix.ItemText>
                <Radix.ItemIndicator>
                  <Check aria-hidden />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
