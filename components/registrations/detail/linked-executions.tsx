'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import Link from 'next/link'
import { useMemo } from 'react'
import { executionPath, executionsOfPath } from '@/components/shared/page/paths'
import { Duration } from '@/components/shared/text/figures'
import { Id } from '@/components/shared/text/id'
import { OutcomeBadge } from '@/components/shared/text/outcome'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { TimeInFlight } from '@/components/shared/time/time-in-flight'
import { EmptyState } from '@/components/ui/empty-state'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { useConnectionName, useExecutions } from '@/lib/api/live'
import type { Execution } from '@/lib/model/executions/execution'
import { executionReason, isInFlight } from '@/lib/model/executions/execution-view'
import type { Registration } from '@/lib/model/registrations/registration'
import { visibleText } from '@/lib/model/text/visible-text'

const SHOWN = 12

/** The newest executions that carry this registration's plan: Gears itself keeps no link, so they are marked as inferred. */
export function LinkedExecutions({ registration: { id, reader, mode } }: { readonly registration: Registration }) {
  const connection = useConnectionName()
  const executions = useExecutions()
  const linked = useMemo(
    () =>
      (executions ?? [])
        .filter(({ origin }) => origin.kind === 'registration' && origin.registrationId === id)
        .toSorted((a, b) => b.firstSeen - a.firstSeen),
    [executions, id],
  )
  return (
    <Panel
      title="Executions"
      note={linked.length > 0 ? `${plural(linked.length, 'execution')}, inferred from the plan` : undefined}
      actions={
        <PageLink href={executionsOfPath(connection, id)} className="text-accent hover:underline">
          See all its executions
        </PageLink>
      }
      bodyClassName="border-line border-t"
    >
      {linked.length === 0 ? (
        <EmptyState title="No executions seen">
          {reader === 'CommandReader' || mode === 'sync'
            ? 'They end too quickly: the server removes them before the next poll.'
            : 'RedisGears does not report which registration started an execution. Gearboard links one if its plan fits only this registration.'}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {linked.slice(0, SHOWN).map((e) => (
            <Row key={e.key} execution={e} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Row({ execution: e }: { readonly execution: Execution }) {
  const connection = useConnectionName()
  const reason = executionReason(e)
  return (
    <li className="flex h-8 items-center gap-3 px-3">
      <OutcomeBadge outcome={e.outcome} className="w-20 shrink-0" />
      <Link href={executionPath(connection, e.key)} prefetch={false} className="shrink-0 hover:underline">
        <Id id={e.id} />
      </Link>
      <bdi className="min-w-0 flex-1 truncate font-mono text-fg-2 text-small">{reason && visibleText(reason)}</bdi>
      <span className="shrink-0 text-small">
        {isInFlight(e) ? <TimeInFlight execution={e} /> : <Duration ms={e.durationMs} />}
      </span>
      <TimeAgo at={e.firstSeen} className="w-20 shrink-0 text-right text-fg-3 text-small" />
    </li>
  )
}
