'use client'

import { Tooltip } from '@/components/ui/tooltip'
import { formatAgo, formatExact } from '@/lib/model/text/format'
import { useNow } from './clock'

interface TimeAgoProps {
  /** ms since the epoch; null for what is not known. */
  readonly at: number | null
  readonly className?: string
}

/** `8 s ago`, the exact time on hover. */
export function TimeAgo({ at, className }: TimeAgoProps) {
  const now = useNow()
  if (at === null) return <span className={className}>–</span>
  if (now === 0) return <span className={className} />
  return (
    <Tooltip content={formatExact(at)}>
      <time dateTime={new Date(at).toISOString()} className={className}>
        {formatAgo(now - at)}
      </time>
    </Tooltip>
  )
}
