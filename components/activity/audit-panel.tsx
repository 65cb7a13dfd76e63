'use client'

import { cutEnd } from '@gearboard/gears/vocabulary/text'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Ban, CircleCheck, OctagonX, ScrollText, TriangleAlert } from 'lucide-react'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { auditHeadline } from '@/components/activity/audit-view'
import { PageHeader } from '@/components/shared/page/page-header'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { Unreadable, unreadableIn } from '@/components/shared/text/unreadable'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { ACTION_WORDS, actionWords } from '@/lib/api/audit-words'
import { useConnectionName } from '@/lib/api/live'
import { endpointPages } from '@/lib/api/query'
import type { AuditEntry, AuditPage } from '@/lib/model/record/audit'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { MoreRows } from './more-rows'
import { RecordMissing } from './record-missing'

type AuditRow = AuditPage['entries'][number]

const LOOKS: Readonly<Record<AuditEntry['outcome'], StateLook>> = {
  ok: { icon: CircleCheck, tone: 'ok', word: 'done' },
  partial: { icon: TriangleAlert, tone: 'waiting', word: 'some shards' },
  failed: { icon: OctagonX, tone: 'failed', word: 'failed' },
  refused: { icon: Ban, tone: 'aborted', word: 'refused' },
}

const ALL = 'all'
const ACTIONS = [ALL, ...ACTION_WORDS.keys()]
const ACTION_OPTIONS = ACTIONS.map((value) => ({ value, label: value === ALL ? 'All actions' : actionWords(value) }))

const COLUMNS: readonly PlainColumn<AuditRow>[] = [
  { id: 'at', header: 'When', cell: ({ at }) => <TimeAgo at={at} className="text-fg-2" /> },
  { id: 'who', header: 'Who', cell: ({ who }) => <bdi>{visibleText(who)}</bdi> },
  { id: 'ip', header: 'IP', cell: ({ ip }) => <span className="font-mono text-fg-2 text-small">{ip ?? '–'}</span> },
  { id: 'action', header: 'Action', cell: ({ action }) => actionWords(action) },
  {
    id: 'target',
    header: 'Target',
    cell: ({ target }) => (
      <bdi className="font-mono text-small" title={target === null ? undefined : visibleText(target)}>
        {target === null ? '–' : visibleText(cutEnd(shortenId(target), 80))}
      </bdi>
    ),
  },
  { id: 'outcome', header: 'Outcome', cell: ({ outcome }) => <StateWord look={LOOKS[outcome]} /> },
  { id: 'change', header: 'Change', className: 'w-full max-w-0', cell: (row) => <Change row={row} /> },
]

/** How many characters of a line's texts are laid out; the tooltip shows the whole. */
const SHOWN = 300

function Change({ row: { before, after, error } }: { readonly row: AuditRow }) {
  const change = [before, after].filter((text) => text !== null).join(' → ')
  const words = visibleText(error ?? change)
  return (
    <div className={error === null ? 'truncate text-fg-2' : 'truncate text-failed'} title={words}>
      <bdi>{cutEnd(words, SHOWN)}</bdi>
    </div>
  )
}

const rowKey = ({ id }: AuditRow): string => String(id)

/** The audit log: every write that went through Gearboard or was refused by it. */
export function AuditPanel() {
  const connection = useConnectionName()
  const [action, setAction] = useQueryState('action', parseAsStringLiteral(ACTIONS).withDefault(ALL))
  const query = useInfiniteQuery(endpointPages('audit', { connection, action: action === ALL ? undefined : action }))
  if (query.error && !query.data) return <RecordMissing error={query.error} />
  const rows = query.data?.pages.flatMap(({ entries }) => entries)
  return (
    <>
      <PageHeader
        headline={rows && auditHeadline(rows, query.hasNextPage)}
        second="Newest first. Only actions made through Gearboard are listed."
        actions={
          <Select
            label="Action"
            value={action}
            options={ACTION_OPTIONS}
            onValueChange={(next) => void setAction(next)}
          />
        }
      />
      <Panel title="Actions">
        {!rows ? (
          <Skeleton className="m-3 h-48" />
        ) : rows.length === 0 ? (
          <EmptyState icon={ScrollText} title="No actions yet">
            Every abort, drop, submission, trigger and setting will appear here, whether it succeeded or was refused.
          </EmptyState>
        ) : (
          <PlainTable label="Actions" rows={rows} columns={COLUMNS} rowKey={rowKey} />
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
