import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'

interface ScrollRegionProps {
  /** Accessible name of what scrolls. */
  readonly label: string
  readonly children: ReactNode
  readonly className?: string
}

/** Scrolls by itself, and can be reached and scrolled by keyboard. */
export function ScrollRegion({ label, children, className }: ScrollRegionProps) {
  return (
    // A group, not a region: a region in each panel would drown the landmarks.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll here
      tabIndex={0}
      className={cn('overflow-auto', className)}
    >
      {children}
    </div>
  )
}
