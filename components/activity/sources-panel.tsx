'use client'

import { formatBytes, plural } from '@gearboard/gears/vocabulary/text'
import { useInfiniteQuery } from '@tanstack/react-query'
import { CircleCheck, CircleQuestionMark, FileCode, OctagonX } from 'lucide-react'
import { PageHeader } from '@/components/shared/page/page-header'
import { executionPath, versionPath } from '@/components/shared/page/paths'
import { ErrorText } from '@/components/shared/text/error-text'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { Unreadable, unreadableIn } from '@/components/shared/text/unreadable'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { EmptyState } from '@/components/ui/empty-state'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { useConnectionName } from '@/lib/api/live'
import { endpointPages } from '@/lib/api/query'
import type { SourceVersion } from '@/lib/model/record/source'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { MoreRows } from '../shared/more-rows'
import { AuditLinks } from './audit-links'
import { RecordMissing } from './record-missing'

const LOOKS: Readonly<Record<SourceVersion['outcome'], StateLook>> = {
  sent: { icon: CircleQuestionMark, tone: 'unknown', word: 'no answer' },
  not_sent: { icon: OctagonX, tone: 'failed', word: 'not sent' },
  partial: { icon: OctagonX, tone: 'failed', word: 'on some shards' },
  registered: { icon: CircleCheck, tone: 'ok', word: 'registered' },
  nothing: { icon: CircleCheck, tone: 'ok', word: 'accepted, nothing ran' },
  started: { icon: CircleCheck, tone: 'ok', word: 'started' },
  finished: { icon: CircleCheck, tone: 'ok', word: 'finished' },
  rejected: { icon: OctagonX, tone: 'failed', word: 'rejected' },
}

const COLUMNS: readonly PlainColumn<SourceVersion>[] = [
  { id: 'at', header: 'When', cell: ({ at }) => <TimeAgo at={at} className="text-fg-2" /> },
  { id: 'name', header: 'Name', cell: (row) => <Source row={row} /> },
  { id: 'version', header: 'Version', align: 'right', cell: ({ version }) => version },
  { id: 'author', header: 'Who', cell: ({ author }) => (author === null ? '–' : <bdi>{visibleText(author)}</bdi>) },
  { id: 'bytes', header: 'Size', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { id: 'outcome', header: 'Reply', cell: ({ outcome }) => <StateWord look={LOOKS[outcome]} /> },
  {
    id: 'became',
    header: 'Created',
    className: 'w-full min-w-64 whitespace-normal row-space',
    cell: (row) => <Became row={row} />,
  },
]

function Source({ row: { id, name } }: { readonly row: SourceVersion }) {
  return (
    <PageLink href={versionPath(useConnectionName(), id)} className="text-accent hover:underline">
      <bdi>{visibleText(name)}</bdi>
    </PageLink>
  )
}

function Became({ row: { error, executionId, registrations } }: { readonly row: SourceVersion }) {
  const connection = useConnectionName()
  if (error !== null) {
    return <ErrorText text={error} />
  }
  if (executionId !== null) {
    return (
      <PageLink
        href={executionPath(connection, executionId)}
        className="font-mono text-accent text-small hover:underline"
      >
        {shortenId(executionId)}
      </PageLink>
    )
  }
  if (registrations.length === 0) return '–'
  return (
    <>
      {plural(registrations.length, 'registration')}
      <AuditLinks links={registrations.map((id) => ({ kind: 'registration', id }))} />
    </>
  )
}

const rowKey = ({ id }: SourceVersion): string => id

/** Every script that was sent through Gearboard, with its version. */
export function SourcesPanel() {
  const connection = useConnectionName()
  const query = useInfiniteQuery(endpointPages('sources', { connection }))
  if (query.error && !query.data) return <RecordMissing error={query.error} />
  const rows = query.data?.pages.flatMap(({ sources }) => sources)
  return (
    <>
      <PageHeader
        longSecond
        headline={
          rows &&
          (rows.length === 0
            ? 'No scripts submitted through Gearboard yet.'
            : `${query.hasNextPage ? 'The last ' : ''}${plural(rows.length, 'submission')} in history.`)
        }
        second="Resubmitting the same text under the same name keeps its version."
      />
      <Panel title="Submissions">
        {!rows ? (
          <Skeleton className="m-3 h-48" />
        ) : rows.length === 0 ? (
          <EmptyState icon={FileCode} title="No submissions yet">
            Gearboard keeps every submitted script here, so that a run can be traced to its source.
          </EmptyState>
        ) : (
          <PlainTable label="Submissions" rows={rows} columns={COLUMNS} rowKey={rowKey} />
        )}
        <Unreadable count={unreadableIn(query.data?.pages)} />
        <MoreRows
          more={query.hasNextPage}
          loading={query.isFetchingNextPage}
          onMore={() => void query.fetchNextPage()}
        />
      </Panel>
    </>
  )
}
