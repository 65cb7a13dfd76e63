'use client'

import { executionPath } from '@/components/shared/page/paths'
import { useNow } from '@/components/shared/time/clock'
import { PageLink } from '@/components/ui/page-link'
import { useConnectionName } from '@/lib/api/live'
import type { Execution } from '@/lib/model/executions/execution'
import { isHeardInFlight } from '@/lib/model/executions/execution-view'
import { inFlightInWords, longestInWords, unheardInWords } from './executions-headline'

interface InFlightLineProps {
  /** Those in flight, oldest first. */
  readonly executions: readonly Execution[]
  /** False beside figures of a range in the past. */
  readonly live: boolean
}

/** How many are in flight now, the longest in words, ticking, with a link to it, and how many are on shards that do not answer. */
export function InFlightLine({ executions, live }: InFlightLineProps) {
  const connection = useConnectionName()
  const now = useNow()
  if (now === 0) return null
  const longest = executions.find(isHeardInFlight)
  const words = longest && longestInWords(longest, now)
  const of = (outcome: Execution['outcome']) => executions.filter((e) => e.outcome === outcome).length
  return (
    <>
      {!live && 'Now: '}
      {inFlightInWords({ running: of('running'), waiting: of('waiting') })}{' '}
      {longest && words && (
        <>
          {words}{' '}
          <PageLink href={executionPath(connection, longest.key)} className="text-accent underline underline-offset-2">
            Open it
          </PageLink>{' '}
        </>
      )}
      {unheardInWords(executions)}
    </>
  )
}
