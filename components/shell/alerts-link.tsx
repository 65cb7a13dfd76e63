'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { Bell } from 'lucide-react'
import { LinkButton } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Tooltip } from '@/components/ui/tooltip'
import { endpointQuery } from '@/lib/api/query'
import { firingCount } from '@/lib/model/alerts/alert-counts'

const POLL_MS = 10_000

/** How many alerts fire, of those that this viewer may see. Without a figure, none fires or it is not known. */
export function AlertsLink() {
  const { data: me } = useQuery(endpointQuery('me'))
  const { data, isError } = useQuery({
    // Those that have ended would be read from the history each time.
    ...endpointQuery('alerts', { state: 'firing', limit: 1 }),
    // Without a grant there is no alert that this viewer may see.
    enabled: me !== undefined && me.role !== null,
    refetchInterval: POLL_MS,
    refetchIntervalInBackground: false,
  })
  const firing = data && !isError ? firingCount(data.counts) : undefined
  const label = firing === undefined ? 'Alerts' : `Alerts: ${plural(firing, 'firing', 'firing')}`
  return (
    <Tooltip content={label}>
      <LinkButton
        href="/alerts"
        aria-label={label}
        variant="ghost"
        icon={Bell}
        className={cn('px-1.5 max-md:px-1.5', firing ? 'text-failed' : 'max-md:hidden')}
      >
        {firing ? <span aria-hidden>{formatCount(firing)}</span> : null}
      </LinkButton>
    </Tooltip>
  )
}
