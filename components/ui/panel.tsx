import { type ReactNode, useId } from 'react'
import { bounded } from './bounded'
import { cn } from './cn'

/** A title has a line. */
const TITLE_CHARS = 200

interface PanelProps {
  readonly title?: ReactNode
  /** Quiet words after the title: unit, scale, how many. */
  readonly note?: ReactNode
  /** Right end of the header. */
  readonly actions?: ReactNode
  readonly children: ReactNode
  readonly className?: string
  readonly bodyClassName?: string
}

/** A surface with a 36 px header. Panels do not nest. */
export function Panel({ title, note, actions, children, className, bodyClassName }: PanelProps) {
  const id = useId()
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={cn('flex min-w-0 flex-col rounded-panel border border-line bg-surface', className)}
    >
      {title && (
        <div className="flex min-h-9 shrink-0 flex-wrap items-center justify-between gap-x-3 px-3 py-1">
          <div className="flex min-w-0 items-baseline gap-2">
            <h2 id={id} className="shrink-0 font-semibold">
              {bounded(title, TITLE_CHARS)}
            </h2>
            {note && <span className="min-w-0 truncate text-fg-3 text-small">{bounded(note, TITLE_CHARS)}</span>}
          </div>
          {actions && <div className="flex items-center gap-2 text-small">{actions}</div>}
        </div>
      )}
      <div className={cn('min-h-0 flex-1', bodyClassName)}>{children}</div>
    </section>
  )
}
