'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { Ban, CircleCheck, OctagonX, ScrollText, TriangleAlert } from 'lucide-react'
import { auditHeadline } from '@/components/activity/audit-view'
import { ExportMenu } from '@/components/shared/export/export-menu'
import { PageHeader } from '@/components/shared/page/page-header'
import { RegisterAgain } from '@/components/shared/sources/register-again'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { ErrorText } from '@/components/shared/text/error-text'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { Unreadable, unreadableIn } from '@/components/shared/text/unreadable'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { usePageKeys } from '@/components/ui/use-page-keys'
import { undoneBy } from '@/lib/api/audit-targets'
import { actionWords } from '@/lib/api/audit-words'
import { serverExport } from '@/lib/api/exports'
import { useConnectionName } from '@/lib/api/live'
import type { AuditEntry, AuditPage } from '@/lib/model/record/audit'
import { visibleText } from '@/lib/model/text/visible-text'
import { MoreRows } from '../shared/more-rows'
import { ActionsUnderWay } from './actions-under-way'
import { AuditChain } from './audit-chain'
import { AuditFilters } from './audit-filters'
import { AuditLinks, AuditTarget } from './audit-links'
import { RecordMissing } from './record-missing'
import { useAuditFilter } from './use-audit-filter'
import { useAuditRows } from './use-audit-rows'

type AuditRow = AuditPage['entries'][number]

const LOOKS: Readonly<Record<AuditEntry['outcome'], StateLook>> = {
  ok: { icon: CircleCheck, tone: 'ok', word: 'done' },
  partial: { icon: TriangleAlert, tone: 'waiting', word: 'some shards' },
  failed: { icon: OctagonX, tone: 'failed', word: 'failed' },
  refused: { icon: Ban, tone: 'aborted', word: 'refused' },
}

const COLUMNS: readonly PlainColumn<AuditRow>[] = [
  { id: 'at', header: 'When', cell: ({ at }) => <TimeAgo at={at} className="text-fg-2" /> },
  { id: 'who', header: 'Who', cell: ({ who }) => <bdi>{visibleText(who)}</bdi> },
  { id: 'ip', header: 'IP', cell: ({ ip }) => <span className="font-mono text-fg-2 text-small">{ip ?? '–'}</span> },
  { id: 'action', header: 'Action', cell: ({ action }) => actionWords(action) },
  {
    id: 'target',
    header: 'Target',
    className: 'min-w-40 max-w-80 whitespace-normal',
    cell: (row) => (
      <span className="font-mono text-small">
        <AuditTarget row={row} />
      </span>
    ),
  },
  { id: 'outcome', header: 'Outcome', cell: ({ outcome }) => <StateWord look={LOOKS[outcome]} /> },
  {
    id: 'change',
    header: 'Change',
    className: 'w-full min-w-64 whitespace-normal row-space',
    cell: (row) => <Change row={row} />,
  },
]

function Change({ row }: { readonly row: AuditRow }) {
  const { before, after, error, links } = row
  const undo = undoneBy(row)
  const change = [before, after].filter((text) => text !== null).join(' → ')
  return (
    <>
      {change !== '' && (
        <span className="text-fg-2">
          <BoundedText text={change} />
        </span>
      )}
      <AuditLinks {...(links && { links })} />
      {undo.length > 0 && (
        <span className="ml-2">
          <RegisterAgain sources={undo} size="row" />
        </span>
      )}
      {error !== null && <ErrorText text={error} />}
    </>
  )
}

const rowKey = ({ id }: AuditRow): string => String(id)

/** The audit log: every write that went through Gearboard or was refused by it. */
export function AuditPanel() {
  const connection = useConnectionName()
  const filter = useAuditFilter()
  const { pages, rows, waiting, showNew } = useAuditRows(filter.query)
  usePageKeys({ '.': waiting > 0 ? showNew : undefined })
  if (pages.error && !pages.data) return <RecordMissing error={pages.error} />
  return (
    <>
      <PageHeader
        headline={rows && auditHeadline(rows, pages.hasNextPage, filter.filtered)}
        second="Newest first. Only actions made through Gearboard are listed."
        actionsLast
        // Once the list is there: on a phone it is below the list, and would move with it.
        actions={
          rows && <ExportMenu noun="action" from={serverExport('exportActions', { connection, ...filter.query })} />
        }
      />
      <AuditFilters filter={filter} seen={rows?.map(({ who }) => who) ?? []} />
      <Panel
        title="Actions"
        actions={
          <Button size="row" className={waiting > 0 ? undefined : 'invisible'} onClick={showNew} aria-keyshortcuts=".">
            {formatCount(waiting)} new
          </Button>
        }
      >
        <ActionsUnderWay />
        {!rows ? (
          <Skeleton className="m-3 h-48" />
        ) : rows.length === 0 ? (
          filter.filtered ? (
            <EmptyState icon={ScrollText} title="No action matches these filters" />
          ) : (
            <EmptyState icon={ScrollText} title="No actions yet">
              Every abort, drop, submission, trigger and setting will appear here, whether it succeeded or was refused.
            </EmptyState>
          )
        ) : (
          <PlainTable label="Actions" rows={rows} columns={COLUMNS} rowKey={rowKey} />
        )}
        <Unreadable count={unreadableIn(pages.data?.pages)} />
        <MoreRows
          more={pages.hasNextPage}
          loading={pages.isFetchingNextPage}
          onMore={() => void pages.fetchNextPage()}
        />
        <AuditChain />
      </Panel>
      <p role="status" className="sr-only">
        {waiting > 0 ? `${plural(waiting, 'new action')}` : ''}
      </p>
    </>
  )
}
