'use client'

import { executionPath } from '@/components/shared/page/paths'
import { useNow } from '@/components/shared/time/clock'
import { PageLink } from '@/components/ui/page-link'
import { useConnectionName } from '@/lib/api/live'
import type { Execution } from '@/lib/model/executions/execution'
import { isHeardInFlight } from '@/lib/model/executions/execution-view'
import { longestInWords, unheardInWords } from './executions-headline'

/** Of those in flight, oldest first: the longest in words, ticking, with a link to it, and how many are on shards that do not answer. */
export function InFlightLine({ executions }: { readonly executions: readonly Execution[] }) {
  const connection = useConnectionName()
  const now = useNow()
  if (now === 0) return null
  const longest = executions.find(isHeardInFlight)
  return (
    <>
      {longest && (
        <>
          {longestInWords(longest, now)}{' '}
          <PageLink href={executionPath(connection, longest.key)} className="text-accent underline underline-offset-2">
            Open it
          </PageLink>{' '}
        </>
      )}
      {unheardInWords(executions)}
    </>
  )
}
