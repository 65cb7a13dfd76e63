'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { useRetention } from '@/components/shared/registrations/use-retention'
import { useConnectionState } from '@/lib/api/live'
import type { Registration } from '@/lib/model/registrations/registration'
import { formatDuration } from '@/lib/model/text/format'

/** For how long a finished execution of it stays on the server, at the present rate; nothing where that is not known. */
export function RetentionLine({ registration: { key } }: { readonly registration: Registration }) {
  const retention = useRetention().get(key)
  const recorded = useConnectionState()?.history?.role === 'writer'
  if (!retention) return null
  return (
    <p className="px-1 text-fg-2 text-small">
      A finished execution of it stays on the server for at most {formatDuration(retention.ms)} at the present rate:{' '}
      {retention.by} is {formatCount(retention.limit)}.{' '}
      {recorded ? 'Gearboard keeps what it has seen of it.' : 'This Gearboard does not record: it is gone then.'}
    </p>
  )
}
