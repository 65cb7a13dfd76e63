import type { ReactNode } from 'react'
import { cn } from './cn'

interface ChoiceRowProps {
  readonly chosen: boolean
  readonly onChoose: () => void
  readonly className?: string
  readonly children: ReactNode
}

/** A row of a list to choose one from; its lines are stacked. */
export function ChoiceRow({ chosen, onChoose, className, children }: ChoiceRowProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={cn(
        'flex w-full flex-col py-1.5 text-left outline-offset-[-2px] hover:bg-hover',
        className,
        chosen && 'bg-accent-tint hover:bg-accent-tint',
      )}
    >
      {children}
    </button>
  )
}
