'use client'

import type { Execution } from '@/lib/model/executions/execution'
import { Duration, Elapsed } from '../text/figures'

/** How long an execution in flight is known to have run. It ticks while an answering shard holds the execution. */
export function TimeInFlight({
  execution: { firstSeen, precisionMs, unheardSince },
}: {
  readonly execution: Pick<Execution, 'firstSeen' | 'precisionMs' | 'unheardSince'>
}) {
  return (
    <span>
      {precisionMs === null && 'over '}
      {unheardSince === undefined ? (
        <Elapsed from={firstSeen} />
      ) : (
        <Duration ms={Math.max(0, unheardSince - firstSeen)} className="text-fg-3" />
      )}
    </span>
  )
}
