'use client'

import { useQuery } from '@tanstack/react-query'
import { Timer } from 'lucide-react'
import { executionPath } from '@/components/shared/page/paths'
import { useMayRead } from '@/components/shared/people/use-role-block'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Button } from '@/components/ui/button'
import { PageLink } from '@/components/ui/page-link'
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { AuditEntry } from '@/lib/model/record/audit'
import { WATCHDOG } from '@/lib/model/record/audit'
import { formatDuration, shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

/** Where long runs are aborted automatically: after what time, and which were. */
export function WatchdogButton() {
  const state = useConnectionState()
  const limitMs = state?.watchdogMs ?? null
  const mayRead = useMayRead('audit')
  // Nothing can be done here: README says how to switch it on, Activity what it has aborted.
  if (limitMs === null) return null
  return (
    <Popover>
      <PopoverTrigger asChild>
        <Button icon={Timer}>Watchdog {formatDuration(limitMs)}</Button>
      </PopoverTrigger>
      <PopoverContent align="end" aria-label="Watchdog" className="flex w-96 max-w-[calc(100vw-1rem)] flex-col gap-2">
        <p>
          Aborts executions that run longer than {formatDuration(limitMs)}, as observed by Gearboard, and records each
          abort. Executions that wait for a worker thread are not aborted.
        </p>
        {mayRead ? <Aborts /> : mayRead === false && <p className="text-fg-3">The admin role lists what it aborted.</p>}
      </PopoverContent>
    </Popover>
  )
}

function Aborts() {
  const { data, error } = useQuery(endpointQuery('audit', { connection: useConnectionName(), who: WATCHDOG, limit: 5 }))
  if (error) return <p className="text-waiting">Cannot load its aborts. {describeError(error)}</p>
  if (!data) return null
  if (data.entries.length === 0) return <p className="text-fg-3">No automatic aborts yet.</p>
  return (
    <>
      <p className="font-semibold">Last aborted</p>
      <ul className="flex flex-col gap-1.5">
        {data.entries.map((entry) => (
          <Abort key={entry.id} entry={entry} />
        ))}
      </ul>
    </>
  )
}

function Abort({ entry: { at, target, before, outcome, error } }: { readonly entry: AuditEntry }) {
  const connection = useConnectionName()
  return (
    <li className="text-small">
      {target !== null && (
        <PageLink
          href={executionPath(connection, target)}
          className="font-mono text-accent underline underline-offset-2"
        >
          {shortenId(target)}
        </PageLink>
      )}{' '}
      <TimeAgo at={at} />
      <span className="block text-fg-2">{before !== null && visibleText(before)}</span>
      {outcome !== 'ok' && (
        <span className="block text-failed [overflow-wrap:anywhere]">
          Failed{error !== null && `: ${visibleText(error)}`}
        </span>
      )}
    </li>
  )
}
