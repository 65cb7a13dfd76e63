'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { PageHeader } from '@/components/shared/page/page-header'
import { registrationPath } from '@/components/shared/page/paths'
import { SortAgain } from '@/components/shared/sort-again'
import { ErrorText } from '@/components/shared/text/error-text'
import { Unreadable } from '@/components/shared/text/unreadable'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { useSteadyOrder } from '@/components/shared/use-steady-order'
import { EmptyState } from '@/components/ui/empty-state'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { RecordedErrorGroup } from '@/lib/model/record/history'
import { visibleText } from '@/lib/model/text/visible-text'
import { RecordMissing } from './record-missing'

const REFRESH_MS = 10_000

const groupKey = ({ id }: RecordedErrorGroup): string => String(id)

/** Errors by cause, including those that the server no longer reports. */
export function ErrorGroupsPanel() {
  const connection = useConnectionName()
  const { data, error } = useQuery({ ...endpointQuery('historyErrors', { connection }), refetchInterval: REFRESH_MS })
  // An error that occurs again would take its row to the top from under the reader.
  const { rows: groups, sorted, sortAgain } = useSteadyOrder(data?.groups, groupKey)
  if (error && !data) return <RecordMissing error={error} />
  const scale = data && `${data.more ? 'More than ' : ''}${plural(data.groups.length, 'distinct error')}`
  return (
    <>
      <PageHeader
        longSecond
        headline={
          data &&
          (data.groups.length === 0 ? 'No errors recorded.' : data.more ? `${scale}; showing the latest.` : `${scale}.`)
        }
        second="Errors of the same type from the same place in a function are grouped."
      />
      <Panel title="Errors" note="last seen first" actions={<SortAgain sorted={sorted} onSort={sortAgain} />}>
        {!groups ? (
          <Skeleton className="m-3 h-48" />
        ) : groups.length === 0 ? (
          <EmptyState icon={CircleCheck} title="No failures recorded" />
        ) : (
          <ul>
            {groups.map((group) => (
              <li key={group.id} className="border-line border-t px-3 py-2 first:border-t-0">
                <ErrorText text={group.example} />
                <p className="mt-0.5 pl-5 text-fg-2 text-small">
                  <Subject group={group} /> · {howOften(group)} · last <TimeAgo at={group.lastSeen} />, first{' '}
                  <TimeAgo at={group.firstSeen} />
                </p>
              </li>
            ))}
          </ul>
        )}
        <Unreadable count={data?.unreadable ?? 0} />
      </Panel>
    </>
  )
}

/** Reported runs were not seen one by one: the two numbers do not add up. */
const howOften = ({ executions, reported }: RecordedErrorGroup): string =>
  [
    executions > 0 && plural(executions, 'execution'),
    reported > 0 && `seen ${plural(reported, 'time')} as a registration’s last error`,
  ]
    .filter((words) => words !== false)
    .join(', ')

function Subject({ group: { subject } }: { readonly group: RecordedErrorGroup }) {
  const connection = useConnectionName()
  switch (subject.kind) {
    case 'registration':
      return (
        <PageLink href={registrationPath(connection, subject.id)} className="text-accent hover:underline">
          <bdi>{visibleText(subject.name)}</bdi>
        </PageLink>
      )
    case 'submission':
      return <bdi>{visibleText(subject.name)}</bdi>
    case 'plan':
      return (
        <>
          unknown function: <bdi className="font-mono">{visibleText(subject.name)}</bdi>
        </>
      )
    case 'unknown':
      return <>unknown function</>
  }
}
