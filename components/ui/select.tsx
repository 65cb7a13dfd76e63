import { ChevronDown } from 'lucide-react'
import { visibleText } from '@/lib/model/text/visible-text'
import { cn } from './cn'

interface SelectOption<Value extends string> {
  readonly value: Value
  readonly label: string
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

/** The browser's own list to choose from: it hides nothing of the page while it is open, and phones show theirs. As wide as its value. */
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
    <span className={cn('relative inline-flex min-w-0 max-w-full', className)}>
      <select
        id={id}
        aria-label={label}
        value={value}
        disabled={disabled}
        onChange={({ target }) => {
          const option = options.find((candidate) => candidate.value === target.value)
          if (option) onValueChange(option.value)
        }}
        className={cn(
          'field-sizing-content h-7 w-full min-w-0 cursor-default appearance-none text-ellipsis rounded-control border border-line-strong bg-surface pr-8 pl-2.5 font-medium max-md:h-9',
          'transition-colors hover:bg-hover disabled:opacity-50',
        )}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {visibleText(option.label, CHARS)}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute inset-y-0 right-2.5 my-auto text-fg-3" />
    </span>
  )
}
