'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { Hourglass, ListTree, SearchX } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useMemo, useState } from 'react'
import { ExecutionActionDialog } from '@/components/shared/actions/execution-action-dialog'
import type { AskedExecutionAction } from '@/components/shared/actions/execution-actions'
import { ColumnChooser } from '@/components/shared/columns/column-chooser'
import { useColumns } from '@/components/shared/columns/use-columns'
import { ExportMenu } from '@/components/shared/export/export-menu'
import { FilterInput } from '@/components/shared/filter/filter-input'
import { PageHeader } from '@/components/shared/page/page-header'
import { executionPath } from '@/components/shared/page/paths'
import { useSortParam } from '@/components/shared/page/sort-param'
import { useRowHeight } from '@/components/shared/preferences'
import { HISTORY_UNAVAILABLE } from '@/components/shared/text/words'
import { TimeRangeControl } from '@/components/shared/time-range/time-range-control'
import type { RangeActivity } from '@/components/shared/time-range/use-activity'
import type { TimeRange } from '@/components/shared/time-range/use-time-range'
import { useDerived } from '@/components/shared/use-derived'
import { SavedViews } from '@/components/shared/views/saved-views'
import { Banner } from '@/components/ui/banner'
import { Button, LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { VirtualTable } from '@/components/ui/virtual-table/virtual-table'
import { describeError } from '@/lib/api/call'
import { serverExport } from '@/lib/api/exports'
import { useConnectionName, useShards } from '@/lib/api/live'
import { wasIn } from '@/lib/model/executions/ends'
import type { Execution } from '@/lib/model/executions/execution'
import { byStart, epochOf, inFlight, rowKeyOf } from '@/lib/model/executions/execution-list'
import { addedUp, type OutcomeCounts } from '@/lib/model/executions/outcome-counts'
import { filtered, rowList } from '@/lib/model/list/row-list'
import { shortenId } from '@/lib/model/text/format'
import { BulkBar } from './bulk-bar'
import { executionColumns } from './columns'
import { EndsPanel } from './ends-panel'
import { areExecutionsUnlisted, executionsHeadline } from './executions-headline'
import { InFlightLine } from './in-flight-line'
import { ExecutionsNote } from './list-note'
import { OutcomeChoice } from './outcome-choice'
import { chosenOutcome, withOutcome } from './outcome-term'
import { withoutTime } from './time-term'
import { useExecutionList } from './use-execution-list'
import { useExecutionShortcuts } from './use-row-shortcuts'
import { WatchdogButton } from './watchdog-button'

const NONE = rowList<Execution>([], byStart)
const selectLabel = (e: Execution): string => `Select execution ${shortenId(e.id)}`

/** The longest range; by default history keeps less. */
const WIDEST = '30d'
const RANGES = ['15m', '1h', '24h', '7d', '30d'] as const

export function ExecutionsPage() {
  const connection = useConnectionName()
  const router = useRouter()
  const list = useExecutionList()
  const { held, executions, found, asked, filter, vocabulary, readerOf, record, time, activity, now } = list
  const shards = useShards()
  const [sort, setSort] = useSortParam({ id: 'seen', desc: true })
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [askedAction, setAskedAction] = useState<AskedExecutionAction>()
  const shortcuts = useExecutionShortcuts(setAskedAction)
  const rowHeight = useRowHeight(28)
  const columns = useColumns(
    'executions',
    useMemo(() => executionColumns({ connection, readerOf }), [connection, readerOf]),
  )
  const running = useDerived(inFlight, held ?? NONE).rows
  const counts = useMemo(
    () => (activity && (activity.live || activity.watched) ? countsOf(activity, running) : undefined),
    [activity, running],
  )
  const outcome = chosenOutcome(filter.applied)
  const beyond = outcome === undefined || withOutcome(withoutTime(filter.applied), 'all') !== ''
  const more = record.more || record.loading
  const counted = useMemo(() => (beyond ? { rows: found, all: !more } : undefined), [beyond, found, more])
  // A chosen range takes the place of the one that the filter names.
  const { setText } = filter
  const withoutNamed = useMemo((): TimeRange => {
    const first =
      <Args extends readonly unknown[]>(act: (...args: Args) => void) =>
      (...args: Args) => {
        setText(withoutTime)
        act(...args)
      }
    return { ...time, setRange: first(time.setRange), zoom: first(time.zoom), backToLive: first(time.backToLive) }
  }, [time, setText])
  const choosing = useMemo(() => filtered((e: Execution) => selected.has(rowKeyOf(e)), byStart), [selected])
  const chosen = useDerived(choosing, selected.size === 0 ? NONE : found).rows

  return (
    <div className="flex flex-[1_1_0px] flex-col gap-3">
      <PageHeader
        changing="short"
        headline={
          executions &&
          activity &&
          executionsHeadline({
            ended: activity.watched ? activity.ended : undefined,
            unseen: activity.unseen,
            sentence: activity.words.sentence,
            live: activity.live,
            none: executions.rows.length === 0 && filter.text === '',
            shards,
          })
        }
        second={activity && <InFlightLine executions={running} live={activity.live} />}
        choices={<TimeRangeControl time={withoutNamed} ranges={RANGES} />}
        actionsLast
        actions={
          <>
            <WatchdogButton />
            <SavedViews page="executions" />
            <ExportMenu
              noun="execution"
              from={serverExport('exportExecutions', { connection, ...list.bounds, q: filter.text || undefined })}
            />
          </>
        }
      />
      {list.activityError && (
        <Banner tone="failed" title={HISTORY_UNAVAILABLE}>
          {describeError(list.activityError)}
        </Banner>
      )}
      <EndsPanel
        activity={activity}
        found={counted}
        outcome={outcome === 'all' ? undefined : outcome}
        onZoom={withoutNamed.zoom}
      />
      <div className="flex flex-wrap items-start gap-2">
        <FilterInput
          label="Filter executions"
          placeholder="Filter: status:failed -shard:b57e duration:>5s &quot;KeyError&quot;"
          noun="loaded"
          filter={filter}
          vocabulary={vocabulary}
          items={executions?.rows ?? NONE.rows}
          now={now}
          className="min-w-44 flex-1 md:min-w-64"
        >
          {filter.text !== '' &&
            `${formatCount(found.rows.length)} found${record.more || record.loading ? ' so far' : ''}`}
        </FilterInput>
        <OutcomeChoice filter={filter.text} onFilterChange={filter.setText} counts={counts} />
        <ColumnChooser columns={columns} />
      </div>
      <Panel className="min-h-80 flex-[1_1_0px] overflow-hidden" bodyClassName="flex flex-col">
        {executions ? (
          <VirtualTable
            className="flex-1"
            label="Executions"
            list={found}
            all={executions}
            // What the first answer of history brings belongs to the list, wherever the pointer lay as the page loaded.
            asked={JSON.stringify([asked, time.range, record.begun])}
            goneWord="no longer listed"
            columns={columns.shown}
            rowKey={rowKeyOf}
            rowHeight={rowHeight}
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
              ) : filter.text === '' && areExecutionsUnlisted(shards) ? (
                <EmptyState icon={Hourglass} title="The server is still listing its executions" />
              ) : (
                <NoExecutions
                  connection={connection}
                  filtered={filter.text !== ''}
                  clear={() => filter.setText('')}
                  words={activity?.words.sentence}
                  widen={time.range === WIDEST ? undefined : () => withoutNamed.setRange(WIDEST)}
                />
              )
            }
            footer={
              chosen.length > 0 ? (
                <BulkBar
                  selected={chosen}
                  matching={found.rows.length}
                  more={record.more}
                  onSelectAll={() => setSelected(new Set(found.rows.map(rowKeyOf)))}
                  onAsk={(kind) => setAskedAction({ kind, chosen })}
                  onClear={() => setSelected(new Set())}
                />
              ) : (
                <ExecutionsNote shown={found.rows.length} record={record} filtered={filter.text !== ''} />
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

interface NoExecutionsProps {
  readonly connection: string
  readonly filtered: boolean
  readonly clear: () => void
  /** The range: `in the last 15 min`. */
  readonly words: string | undefined
  /** Shows the longest range; undefined: it is shown. */
  readonly widen: (() => void) | undefined
}

function NoExecutions({ connection, filtered, clear, words = '', widen }: NoExecutionsProps) {
  const longer = widen && <Button onClick={widen}>Show 30 days</Button>
  if (filtered)
    return (
      <EmptyState
        icon={SearchX}
        title="No execution matches the filter"
        action={
          <>
            <Button onClick={clear}>Clear the filter</Button>
            {longer}
          </>
        }
      >
        {widen && `Only executions ${words} are searched.`}
      </EmptyState>
    )
  return (
    <EmptyState
      icon={ListTree}
      title={widen ? `No executions ${words}` : 'No executions yet'}
      action={
        <>
          {longer}
          <LinkButton href={`/${encodeURIComponent(connection)}/editor`}>Run a function</LinkButton>
        </>
      }
    >
      Runs appear here when they start, including those that events start. The server removes blocking runs when they
      end; Gearboard keeps the ones it saw.
    </EmptyState>
  )
}

/** In flight as listed; what finished as the range counts it, with what had before Gearboard was watching: the list has both. */
function countsOf({ ended, unseen, live, range }: RangeActivity, running: readonly Execution[]): OutcomeCounts {
  const there = live ? running : running.filter(wasIn(range))
  const of = (outcome: Execution['outcome']) => there.filter((e) => e.outcome === outcome).length
  const { ok, failed, aborted, unknown } = addedUp([ended, unseen])
  return { running: of('running'), waiting: of('waiting'), ok, failed, aborted, unknown }
}

const LoadingRows = () => (
  <div className="flex flex-col gap-2 p-3" aria-busy>
    {[80, 92, 74, 88, 66, 90, 71].map((width) => (
      <Skeleton key={width} className="h-5" style={{ width: `${width}%` }} />
    ))}
  </div>
)
