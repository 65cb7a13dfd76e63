'use client'

import { ToggleGroup } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'

interface Segment<Value extends string> {
  readonly value: Value
  readonly label: ReactNode
}

interface SegmentedControlProps<Value extends string> {
  /** Accessible name of the group. */
  readonly label: string
  readonly value: Value
  readonly options: readonly Segment<Value>[]
  readonly onValueChange: (value: Value) => void
  readonly className?: string
}

/** One of a few; exactly one is always chosen. */
export function SegmentedControl<Value extends string>({
  label,
  value,
  options,
  onValueChange,
  className,
}: SegmentedControlProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        // Radix reports '' when the chosen option is pressed again; ignore that, so it stays chosen.
        const option = options.find((candidate) => candidate.value === next)
        if (option) onValueChange(option.value)
      }}
      className={cn(
        'inline-flex h-7 items-stretch divide-x divide-line-strong overflow-hidden rounded-control border border-line-strong max-md:h-9',
        className,
      )}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="flex-1 whitespace-nowrap px-2.5 text-fg-2 outline-offset-[-2px] transition-colors hover:bg-hover data-[state=on]:bg-hover data-[state=on]:font-semibold data-[state=on]:text-fg"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
