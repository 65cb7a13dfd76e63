'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { useRetention } from '@/components/shared/registrations/use-retention'
import { useConnectionState } from '@/lib/api/live'
import type { Registration } from '@/lib/model/registrations/registration'
import { formatDuration } from '@/lib/model/text/format'

/** How long the server keeps a finished execution at the current rate; renders nothing if unknown. */
export function RetentionLine({ registration: { key } }: { readonly registration: Registration }) {
  const retention = useRetention().get(key)
  const recorded = useConnectionState()?.history?.role === 'writer'
  if (!retention) return null
  return (
    <p className="px-1 text-fg-2 text-small">
      At the current rate, the server keeps its finished executions for at most {formatDuration(retention.ms)} (
      {retention.by} = {formatCount(retention.limit)}).{' '}
      {recorded ? 'Gearboard keeps them in its history.' : 'This Gearboard records no history, so they are lost then.'}
    </p>
  )
}
