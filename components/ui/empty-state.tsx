import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { bounded } from './bounded'
import { cn } from './cn'

interface EmptyStateProps {
  readonly icon?: LucideIcon
  /** Why the list is empty. */
  readonly title: ReactNode
  /** What to do next. */
  readonly children?: ReactNode
  readonly action?: ReactNode
  readonly className?: string
}

export function EmptyState({ icon: Icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cn('flex flex-col items-center justify-center gap-1 px-4 py-12 text-center', className)}>
      {Icon && <Icon aria-hidden className="mb-1 size-5 text-fg-3" />}
      <div className="font-semibold">{bounded(title)}</div>
      {children && <div className="max-w-prose text-fg-2">{bounded(children)}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}
