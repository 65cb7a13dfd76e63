'use client'

import { formatBytes, formatCount } from '@gearboard/gears/vocabulary/text'
import type { ResultValue as Value } from '@gearboard/gears/vocabulary/value'
import { useMutation } from '@tanstack/react-query'
import { Download, ListPlus, Search } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { useDeferredValue, useMemo, useState } from 'react'
import { type FoundResult, findResults } from '@/components/execution/result-search'
import { download } from '@/components/shared/page/download'
import { LongText } from '@/components/shared/text/bounded-text'
import { ResultValue } from '@/components/shared/text/result-value'
import { ScrollRegion } from '@/components/shared/text/scroll-region'
import { LOADING } from '@/components/shared/text/words'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { Panel } from '@/components/ui/panel'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { toast } from '@/components/ui/toaster'
import { call, describeError } from '@/lib/api/call'
import { MOST_RESULT_BYTES, MOST_RESULTS } from '@/lib/api/limits'
import { useConnectionName } from '@/lib/api/live'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { isInFlight } from '@/lib/model/executions/execution-view'
import { RESULTS_AT_END } from '@/lib/model/executions/withheld'
import { type ResultTable, resultTable } from '@/lib/model/text/result-table'
import { visibleText } from '@/lib/model/text/visible-text'
import { Pager } from './pager'
import { WithheldResults } from './withheld-results'

const PAGE = 50
/** Up to this many need no search field. */
const FEW = 5
/** Longest text of a cell, characters. */
const CELL = 400

type ResultsView = 'table' | 'json'

/** What the execution returned: as a table where the results are dicts, page by page, searched as one types, never as markup. */
export function ResultsPanel({ execution }: { readonly execution: ExecutionDetail }) {
  const [view, setView] = useState<ResultsView>('table')
  const [page, setPage] = useState(0)
  const [search, setSearch] = useQueryState('find', parseAsString.withDefault('').withOptions({ history: 'replace' }))
  const sought = useDeferredValue(search)
  const all = useAllResults(execution)
  const { resultCount } = execution
  const results = all.results ?? execution.results
  const found = useMemo(() => results && findResults(results, sought), [results, sought])
  const shown = useMemo(() => found?.slice(page * PAGE, (page + 1) * PAGE) ?? [], [found, page])
  if (!results || !found || results.length === 0)
    return (
      <Panel title="Results" bodyClassName="border-line border-t">
        <NoResults execution={execution} onRead={all.show} />
      </Panel>
    )
  const json = () =>
    JSON.stringify(
      found.map(({ value }) => value),
      null,
      2,
    )
  const cut = resultCount !== null && resultCount > results.length
  return (
    <Panel
      title="Results"
      note={rangeInWords(page, shown.length, found.length, sought === '' ? (resultCount ?? results.length) : undefined)}
      actions={
        <>
          <SegmentedControl<ResultsView>
            label="View"
            value={view}
            options={[
              { value: 'table', label: 'Table' },
              { value: 'json', label: 'JSON' },
            ]}
            onValueChange={setView}
            className="h-6"
          />
          <CopyButton label="Copy results" size="row" text={json} />
          <Button size="row" icon={Download} onClick={() => download('results', 'json', json())}>
            Download
          </Button>
        </>
      }
      bodyClassName="flex flex-col border-line border-t"
    >
      {(results.length > FEW || search !== '') && (
        <Input
          icon={Search}
          type="search"
          aria-label="Search results"
          placeholder={cut ? `Search the first ${formatCount(results.length)}` : 'Search results'}
          className="m-2"
          value={search}
          onChange={(event) => {
            setPage(0)
            void setSearch(event.target.value === '' ? null : event.target.value)
          }}
        />
      )}
      <ScrollRegion label="Results" className="max-h-96 min-h-0 flex-1">
        {found.length === 0 ? (
          <EmptyState title="No result contains this text">
            {cut
              ? `Searched the first ${formatCount(results.length)} of ${formatCount(resultCount)}. Load all to search the rest.`
              : 'The search ignores case.'}
          </EmptyState>
        ) : view === 'table' ? (
          <Rows found={shown} />
        ) : (
          <Json values={shown.map(({ value }) => value)} />
        )}
      </ScrollRegion>
      {found.length > PAGE && <Pager page={page} pages={Math.ceil(found.length / PAGE)} onPageChange={setPage} />}
      {cut && (
        <div className="flex flex-wrap items-center gap-2 border-line border-t px-3 py-1.5 text-fg-3 text-small">
          Only the first {formatCount(results.length)} of {formatCount(resultCount)} are shown, searched, copied and
          downloaded.
          <Button size="row" icon={ListPlus} disabledReason={all.blocked} onClick={() => all.load('show')}>
            Load all
          </Button>
          <Button size="row" icon={Download} disabledReason={all.blocked} onClick={() => all.load('download')}>
            Download all
          </Button>
        </div>
      )}
    </Panel>
  )
}

/** `of` is left out where the results were searched. */
function rangeInWords(page: number, shown: number, found: number, of: number | undefined): string {
  if (shown === 0) return 'none found'
  const range = `${formatCount(page * PAGE + 1)}–${formatCount(page * PAGE + shown)}`
  return of === undefined ? `${range} of ${formatCount(found)} found` : `${range} of ${formatCount(of)}`
}

/** The server's full list, loaded on demand: it is too long to come with the page. */
function useAllResults({ id, key, live, resultCount }: ExecutionDetail) {
  const connection = useConnectionName()
  const [results, setResults] = useState<readonly Value[]>()
  const elsewhere = `read all with RG.GETRESULTS ${id} in redis-cli`
  const { mutate, isPending } = useMutation({
    mutationFn: (_: 'show' | 'download') => call('executionResults', { params: { connection, id: key } }),
    onSuccess: (reply, use) => {
      if (use === 'show') setResults(reply.results)
      else download('results-all', 'json', JSON.stringify(reply.results))
      if (reply.results.length < reply.total)
        toast.warning(`Loaded ${formatCount(reply.results.length)} of ${formatCount(reply.total)} results`, {
          description: `Gearboard loads at most ${formatBytes(MOST_RESULT_BYTES)} of results; ${elsewhere}`,
        })
    },
    onError: (error) => toast.error('Cannot read the results', { description: describeError(error) }),
  })
  const tooMany = (resultCount ?? 0) > MOST_RESULTS
  const unable = !live
    ? 'No longer on the server.'
    : tooMany
      ? `Gearboard loads at most ${formatCount(MOST_RESULTS)} results; ${elsewhere}`
      : undefined
  return { results, show: setResults, load: mutate, blocked: isPending ? LOADING : unable }
}

function Rows({ found }: { readonly found: readonly FoundResult[] }) {
  const table = useMemo(() => resultTable(found.map(({ value }) => value)), [found])
  if (table) return <Records table={table} />
  return (
    <ol className="divide-y divide-line">
      {found.map(({ at, value }) => (
        <li key={at} className="flex gap-3 px-3 py-1">
          <span className="min-w-8 shrink-0 select-none text-right text-fg-3 text-small leading-5">
            {formatCount(at + 1)}
          </span>
          <ResultValue value={value} className="leading-5" />
        </li>
      ))}
    </ol>
  )
}

function Records({ table }: { readonly table: ResultTable }) {
  return (
    <table className="w-full">
      <thead className="sticky top-0 bg-surface text-fg-3 text-small">
        <tr>
          {table.columns.map(({ name, numeric }) => (
            <th
              key={name}
              scope="col"
              className={cn('h-7 border-line border-b px-3 font-normal', numeric ? 'text-right' : 'text-left')}
            >
              {visibleText(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: results have no identity but their place
          <tr key={at} className="border-line border-b">
            {row.map((cell, column) => (
              <td
                key={table.columns[column]?.name}
                className={cn(
                  'h-7 px-3 font-mono text-small [overflow-wrap:anywhere]',
                  table.columns[column]?.numeric && 'text-right',
                )}
              >
                {cell === null ? <span className="text-fg-3">–</span> : <bdi>{cutText(cell)}</bdi>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const cutText = (text: string): string => visibleText(text, CELL)

function Json({ values }: { readonly values: readonly Value[] }) {
  const text = JSON.stringify(values, null, 2)
  return (
    <pre className="whitespace-pre-wrap px-3 py-2 font-mono text-small [overflow-wrap:anywhere]">
      <LongText text={text} />
    </pre>
  )
}

interface NoResultsProps {
  readonly execution: ExecutionDetail
  readonly onRead: (results: readonly Value[]) => void
}

function NoResults({ execution, onRead }: NoResultsProps) {
  const { withheld, resultCount } = execution
  if (isInFlight(execution)) return <EmptyState title="No results yet">{RESULTS_AT_END}</EmptyState>
  if (resultCount === 0 && execution.errors.length > 0)
    return <EmptyState title="No results">It failed before the first result.</EmptyState>
  if (resultCount === 0)
    return <EmptyState title="No results">Every record was filtered out, or there were none.</EmptyState>
  if (withheld === null || (resultCount === null && withheld.why === 'gone'))
    return <EmptyState title="Unknown">Results were not read in time.</EmptyState>
  return <WithheldResults execution={execution} withheld={withheld} onRead={onRead} />
}
