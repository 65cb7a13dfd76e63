import type { ReactNode } from 'react'
import { bounded } from '@/components/ui/bounded'
import { cn } from '@/components/ui/cn'
import { Skeleton } from '@/components/ui/skeleton'

interface PageHeaderProps {
  /** The page's answer in words; undefined while nothing is known. */
  readonly headline: ReactNode
  /** Cause or scale; null or empty: nothing to say now, but its line stays, so that nothing below moves when there is. */
  readonly second?: ReactNode
  /** Its second line has up to two lines on small screens: they get room before they load. */
  readonly longSecond?: boolean
  /** What chooses the data. */
  readonly choices?: ReactNode
  readonly actions?: ReactNode
  /** On small screens the actions follow the page's data, which comes first. */
  readonly actionsLast?: boolean
  /** The headline changes while one reads: it gets room for its lines on small screens, from there on it has one. `long`: two up to 1440 px. */
  readonly changing?: 'short' | 'long'
  /** Above the headline: where this page lies. */
  readonly breadcrumb?: ReactNode
}

const ROOM = {
  short: 'line-clamp-2 max-md:min-h-12 md:line-clamp-1',
  long: 'line-clamp-2 max-[1439px]:min-h-12 min-[1440px]:line-clamp-1',
} as const

export function PageHeader({
  headline,
  second,
  choices,
  actions,
  breadcrumb,
  changing,
  actionsLast,
  longSecond,
}: PageHeaderProps) {
  return (
    <div className={cn('flex flex-wrap items-start justify-between gap-x-4 gap-y-2', actionsLast && 'max-md:contents')}>
      <div className={cn('min-w-0 flex-1 basis-80', actionsLast && 'max-md:flex-none')}>
        {breadcrumb && <div className="flex items-center gap-1.5 text-fg-3 text-small">{breadcrumb}</div>}
        {headline === undefined ? (
          <>
            {/* The key: it does not turn into the headline, which would count as one that moved. */}
            <h1 key="loading" className="sr-only">
              Loading
            </h1>
            <div className={cn('flex min-h-6 items-center', changing && ROOM[changing])}>
              <Skeleton className="h-5 w-80 max-w-full" />
            </div>
            <div className={cn('flex min-h-5 items-center', (changing || longSecond) && 'max-md:min-h-10')}>
              <Skeleton className="h-3.5 w-56 max-w-full" />
            </div>
          </>
        ) : (
          <>
            <h1
              title={changing && typeof headline === 'string' ? headline : undefined}
              className={cn(
                'text-balance font-semibold text-headline [overflow-wrap:anywhere]',
                changing && ROOM[changing],
              )}
            >
              {bounded(headline)}
            </h1>
            {second !== undefined && (
              <p
                className={cn(
                  'min-h-5 text-fg-2 text-small leading-5 [overflow-wrap:anywhere]',
                  longSecond && 'max-md:min-h-10',
                  changing && 'max-md:line-clamp-2 max-md:min-h-10 md:truncate',
                )}
              >
                {bounded(second)}
              </p>
            )}
          </>
        )}
      </div>
      {choices && <div className="flex flex-wrap items-center gap-2">{choices}</div>}
      {actions && (
        <div
          className={cn(
            'flex flex-wrap items-center gap-2',
            actionsLast && 'max-md:order-last',
            // What comes with the data would push them down.
            actionsLast && headline === undefined && 'max-md:invisible',
          )}
        >
          {actions}
        </div>
      )}
    </div>
  )
}
