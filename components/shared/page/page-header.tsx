import type { ReactNode } from 'react'
import { bounded } from '@/components/ui/bounded'
import { Skeleton } from '@/components/ui/skeleton'

interface PageHeaderProps {
  /** The page's answer in words; undefined while nothing is known. */
  readonly headline: ReactNode
  /** Cause or scale. */
  readonly second?: ReactNode
  readonly actions?: ReactNode
  /** Above the headline: where this page lies. */
  readonly breadcrumb?: ReactNode
}

export function PageHeader({ headline, second, actions, breadcrumb }: PageHeaderProps) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-80">
        {breadcrumb && <div className="flex items-center gap-1.5 text-fg-3 text-small">{breadcrumb}</div>}
        {headline === undefined ? (
          <>
            <h1 className="sr-only">Loading</h1>
            <Skeleton className="my-0.5 h-5 w-80 max-w-full" />
            <Skeleton className="mt-2 h-3.5 w-56 max-w-full" />
          </>
        ) : (
          <>
            <h1 className="text-balance font-semibold text-headline [overflow-wrap:anywhere]">{bounded(headline)}</h1>
            {second && <p className="text-fg-2 text-small leading-5 [overflow-wrap:anywhere]">{bounded(second)}</p>}
          </>
        )}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  )
}
