'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { Hourglass, ListTree, SearchX } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useCallback, useMemo, useState } from 'react'
import { ExecutionActionDialog } from '@/components/shared/actions/execution-action-dialog'
import type { AskedExecutionAction } from '@/components/shared/actions/execution-actions'
import { ExportMenu } from '@/components/shared/export/export-menu'
import { FilterInput } from '@/components/shared/filter/filter-input'
import { PageHeader } from '@/components/shared/page/page-header'
import { executionPath } from '@/components/shared/page/paths'
import { useSortParam } from '@/components/shared/page/sort-param'
import { useDerived } from '@/components/shared/use-derived'
import { SavedViews } from '@/components/shared/views/saved-views'
import { Button, LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Skeleton } from '@/components/ui/skeleton'
import { VirtualTable } from '@/components/ui/virtual-table/virtual-table'
import { serverExport } from '@/lib/api/exports'
import { useConnectionName, useShards } from '@/lib/api/live'
import type { Execution } from '@/lib/model/executions/execution'
import { byStart, epochOf, inFlight, rowKeyOf } from '@/lib/model/executions/execution-list'
import { outcomeCounts } from '@/lib/model/executions/outcome-counts'
import type { StartsRange } from '@/lib/model/executions/starts'
import { filtered, rowList } from '@/lib/model/list/row-list'
import { shortenId } from '@/lib/model/text/format'
import { BulkBar } from './bulk-bar'
import { executionColumns } from './columns'
import { areUntold, executionsHeadline } from './executions-headline'
import { InFlightLine } from './in-flight-line'
import { ListNote } from './list-note'
import { OutcomeChoice } from './outcome-choice'
import { StartsPanel } from './starts-panel'
import { askedTime, barsOver, withTime } from './starts-range'
import { useExecutionList } from './use-execution-list'
import { useRowShortcuts } from './use-row-shortcuts'
import { WatchdogButton } from './watchdog-button'

const NONE = rowList<Execution>([], byStart)
const selectLabel = (e: Execution): string => `Select execution ${shortenId(e.id)}`

const RANGE_NAMES = ['15m', '1h', '24h'] as const
const RANGES = {
  '15m': { spanMs: 15_000, buckets: 60 },
  '1h': { spanMs: 60_000, buckets: 60 },
  '24h': { spanMs: 1_800_000, buckets: 48 },
} as const satisfies Record<(typeof RANGE_NAMES)[number], StartsRange>
const RANGE_OPTIONS = [
  { value: '15m', label: '15 m' },
  { value: '1h', label: '1 h' },
  { value: '24h', label: '24 h' },
] as const

export function ExecutionsPage() {
  const connection = useConnectionName()
  const router = useRouter()
  const { known, executions, found, asked: askedText, filter, vocabulary, readerOf, record, now } = useExecutionList()
  const shards = useShards()
  const [sort, setSort] = useSortParam({ id: 'seen', desc: true })
  const [range, setRange] = useQueryState('range', parseAsStringLiteral(RANGE_NAMES).withDefault('15m'))
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [askedAction, setAskedAction] = useState<AskedExecutionAction>()
  const shortcuts = useRowShortcuts(setAskedAction)
  const columns = useMemo(() => executionColumns({ connection, readerOf }), [connection, readerOf])
  const counts = useDerived(outcomeCounts, known ?? NONE)
  const running = useDerived(inFlight, known ?? NONE).rows
  const asked = useMemo(() => askedTime(filter.terms), [filter.terms])
  const bars = useMemo(() => (asked ? barsOver(asked) : RANGES[range]), [asked, range])
  const { setText } = filter
  const zoom = useCallback((from: number, to: number) => setText((text) => withTime(text, { from, to })), [setText])
  const choosing = useMemo(() => filtered((e: Execution) => selected.has(rowKeyOf(e)), byStart), [selected])
  const chosen = useDerived(choosing, selected.size === 0 ? NONE : found).rows

  return (
    <div className="flex flex-[1_1_0px] flex-col gap-3">
      <PageHeader
        changing="short"
        headline={known && executionsHeadline(counts, shards)}
        second={running.length > 0 ? <InFlightLine executions={running} /> : null}
        actions={
          <>
            <SegmentedControl
              label="Time range"
              value={asked ? 'asked' : range}
              options={RANGE_OPTIONS}
              onValueChange={(next) => {
                if (next === 'asked') return
                setRange(next)
                setText(withTime(filter.text, null))
              }}
            />
            <WatchdogButton />
            <SavedViews page="executions" />
            <ExportMenu
              noun="execution"
              from={serverExport('exportExecutions', { connection, q: filter.text || undefined })}
            />
          </>
        }
      />
      <StartsPanel
        executions={executions && found}
        range={bars}
        until={asked?.to ?? now}
        onZoom={zoom}
        loadedTo={record.searchedTo}
      />
      <div className="flex flex-wrap items-start gap-2">
        <FilterInput
          label="Filter executions"
          placeholder="Filter: status:failed -shard:b57e duration:>5s &quot;KeyError&quot;"
          noun="executions"
          filter={filter}
          vocabulary={vocabulary}
          items={executions?.rows ?? NONE.rows}
          now={now}
          className="min-w-64 flex-1"
        >
          {filter.text !== '' &&
            `${formatCount(found.rows.length)} found${record.more || record.loading ? ' so far' : ''}`}
        </FilterInput>
        <OutcomeChoice filter={filter.text} onFilterChange={filter.setText} counts={known && counts} />
      </div>
      <Panel className="min-h-80 flex-[1_1_0px] overflow-hidden" bodyClassName="flex flex-col">
        {executions ? (
          <VirtualTable
            className="flex-1"
            label="Executions"
            list={found}
            all={executions}
            asked={askedText}
            goneWord="no longer listed"
            columns={columns}
            rowKey={rowKeyOf}
            rowHeight={28}
            onOpen={(e) => router.push(executionPath(connection, e.key, epochOf(e)))}
            selected={selected}
            onSelectedChange={setSelected}
            selectLabel={selectLabel}
            shortcuts={shortcuts}
            sort={sort}
            onSortChange={setSort}
            onEnd={record.more && !record.loading && record.problem === null ? record.loadMore : undefined}
            empty={
              record.loading && filter.text !== '' ? (
                <LoadingRows />
              ) : filter.text === '' && areUntold(shards) ? (
                <EmptyState icon={Hourglass} title="The server is still listing its executions" />
              ) : (
                <NoExecutions connection={connection} filtered={filter.text !== ''} clear={() => filter.setText('')} />
              )
            }
            footer={
              chosen.length > 0 ? (
                <BulkBar
                  selected={chosen}
                  matching={found.rows.length}
                  onSelectAll={() => setSelected(new Set(found.rows.map(rowKeyOf)))}
                  onAsk={(kind) => setAskedAction({ kind, chosen })}
                  onClear={() => setSelected(new Set())}
                />
              ) : (
                <ListNote shown={found.rows.length} record={record} filtered={filter.text !== ''} />
              )
            }
          />
        ) : (
          <LoadingRows />
        )}
      </Panel>
      <ExecutionActionDialog
        asked={askedAction}
        onClose={() => setAskedAction(undefined)}
        onDone={() => setSelected(new Set())}
      />
    </div>
  )
}

function NoExecutions(props: { readonly connection: string; readonly filtered: boolean; readonly clear: () => void }) {
  if (props.filtered)
    return (
      <EmptyState
        icon={SearchX}
        title="No execution matches the filter"
        action={<Button onClick={props.clear}>Clear the filter</Button>}
      >
        Filters only hide executions.
      </EmptyState>
    )
  return (
    <EmptyState
      icon={ListTree}
      title="No executions yet"
      action={<LinkButton href={`/${encodeURIComponent(props.connection)}/editor`}>Run a function</LinkButton>}
    >
      Runs appear here when they start, including those that events start. The server removes blocking runs when they
      end; Gearboard keeps the ones it saw.
    </EmptyState>
  )
}

const LoadingRows = () => (
  <div className="flex flex-col gap-2 p-3" aria-busy>
    {[80, 92, 74, 88, 66, 90, 71].map((width) => (
      <Skeleton key={width} className="h-5" style={{ width: `${width}%` }} />
    ))}
  </div>
)
