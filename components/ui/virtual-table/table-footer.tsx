import { ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../button'
import { Kbd } from '../kbd'

interface TableFooterProps {
  readonly waiting: number
  readonly onTakeIn: () => void
  readonly children: ReactNode
}

/** The page's own words, and the rows that wait: their button has a place of its own, where it covers no row and moves nothing. */
export function TableFooter({ waiting, onTakeIn, children }: TableFooterProps) {
  return (
    <div className="flex min-h-9 shrink-0 items-center gap-2 border-line border-t px-3 py-1 text-fg-3 text-small">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">{children}</div>
      <div className="flex h-6 min-w-26 shrink-0 items-center justify-end max-md:h-9">
        {waiting > 0 && (
          <Button size="row" icon={ArrowUp} className="bg-accent-tint text-accent" onClick={onTakeIn}>
            {waiting.toLocaleString('en')} new
            <span aria-hidden className="inline-flex max-md:hidden">
              <Kbd>.</Kbd>
            </span>
          </Button>
        )}
      </div>
    </div>
  )
}
