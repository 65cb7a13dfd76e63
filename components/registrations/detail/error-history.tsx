'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { executionPath } from '@/components/shared/page/paths'
import { ErrorText } from '@/components/shared/text/error-text'
import { Unreadable } from '@/components/shared/text/unreadable'
import { HISTORY_UNAVAILABLE } from '@/components/shared/text/words'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { RecordedErrorGroup } from '@/lib/model/record/history'

const REFRESH_MS = 10_000
/** Each with a question of its own for an example. */
const SHOWN = 10

/** The errors of a registration by cause, as far as they are in history: RedisGears itself keeps the last one, until a success. */
export function ErrorHistory({ id }: { readonly id: string }) {
  const connection = useConnectionName()
  const { data, error } = useQuery({
    ...endpointQuery('historyErrors', { connection, registration: id, limit: SHOWN }),
    refetchInterval: REFRESH_MS,
  })
  const groups = data?.groups
  return (
    <Panel
      title="Error history"
      note={groups && groups.length > 0 ? 'by type and place; last seen first' : undefined}
      bodyClassName="border-line border-t"
    >
      {groups ? (
        <>
          <Groups groups={groups} more={data.more} />
          <Unreadable count={data.unreadable ?? 0} />
        </>
      ) : error ? (
        <EmptyState title={HISTORY_UNAVAILABLE}>{describeError(error)}</EmptyState>
      ) : (
        <Skeleton className="m-3 h-8" />
      )}
    </Panel>
  )
}

function Groups({ groups, more }: { readonly groups: readonly RecordedErrorGroup[]; readonly more: boolean }) {
  if (groups.length === 0) {
    return <EmptyState title="No errors recorded">It has not failed while Gearboard was recording.</EmptyState>
  }
  return (
    <ul className="divide-y divide-line">
      {groups.map((group) => (
        <li key={group.id} className="px-3 py-2">
          <ErrorText text={group.example} />
          <p className="mt-0.5 pl-5 text-fg-2 text-small">
            {howOften(group)} · last <TimeAgo at={group.lastSeen} />, first <TimeAgo at={group.firstSeen} />
            {group.executions > 0 && <Example group={group.id} />}
          </p>
        </li>
      ))}
      {more && <li className="px-3 py-2 text-fg-3 text-small">Older errors are not listed.</li>}
    </ul>
  )
}

/** Reported runs were not seen one by one: the two numbers do not add up. */
const howOften = ({ executions, reported }: RecordedErrorGroup): string =>
  [
    executions > 0 && plural(executions, 'execution'),
    reported > 0 && `seen ${plural(reported, 'time')} as its last error`,
  ]
    .filter((words) => words !== false)
    .join(', ')

function Example({ group }: { readonly group: number }) {
  const connection = useConnectionName()
  const { data } = useQuery(endpointQuery('historyExecutions', { connection, errorGroup: group, limit: 1 }))
  const [example] = data?.executions ?? []
  if (!example) return null
  return (
    <>
      {' · '}
      <Link
        href={executionPath(connection, example.key, example.epoch)}
        prefetch={false}
        className="text-accent underline"
      >
        Open an execution with this error
      </Link>
    </>
  )
}
