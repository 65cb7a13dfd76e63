'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { useMemo, useState } from 'react'
import { callTree } from '@/components/profiler/call-tree'
import type { ProfiledFunction, ProfileStats } from '@/components/profiler/pstats'
import { useRowHeight } from '@/components/shared/preferences'
import type { Sort, TableColumn } from '@/components/ui/virtual-table/types'
import { VirtualTable } from '@/components/ui/virtual-table/virtual-table'
import { listAsGiven } from '@/lib/model/list/row-list'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { CallersAndCallees } from './callers'
import { FlameGraph } from './flame-graph'
import { Bar } from './slowest-functions'

const labelOf = ({ label }: ProfiledFunction): string => label
const seconds = (s: number) => (
  <span className={s === 0 ? 'text-fg-3' : undefined}>{s === 0 ? '< 1 ms' : formatDuration(s * 1000)}</span>
)

const columnsOf = (mostOwnS: number): readonly TableColumn<ProfiledFunction>[] => [
  {
    id: 'name',
    header: 'Function',
    width: 'minmax(180px, 1fr)',
    sortValue: ({ name }) => name,
    cell: ({ name, file, line }) => (
      <span className="min-w-0 truncate" title={file === null ? undefined : visibleText(`${file}:${line}`)}>
        <span className="font-mono font-semibold text-small">{visibleText(name)}</span>
        {file !== null && (
          <span className="ml-2 font-mono text-fg-3 text-small">
            {visibleText(file)}:{line}
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'calls',
    header: 'Calls',
    width: 88,
    align: 'right',
    sortValue: ({ calls }) => calls,
    cell: ({ calls, primitiveCalls }) => (
      <span title={calls === primitiveCalls ? undefined : `${formatCount(primitiveCalls)} not recursive`}>
        {formatCount(calls)}
        {calls !== primitiveCalls && <span className="text-fg-3"> / {formatCount(primitiveCalls)}</span>}
      </span>
    ),
  },
  {
    id: 'own',
    header: 'Own time',
    width: 88,
    align: 'right',
    sortValue: ({ ownS }) => ownS,
    cell: ({ ownS }) => seconds(ownS),
  },
  {
    id: 'total',
    header: 'With callees',
    width: 104,
    align: 'right',
    sortValue: ({ totalS }) => totalS,
    cell: ({ totalS }) => seconds(totalS),
  },
  { id: 'bar', header: 'Own', width: 176, hideBelow: 700, cell: ({ ownS }) => <Bar share={ownS / mostOwnS} /> },
]

/** cProfile's table, the callers, and the flame graph if callers are listed. */
export function PythonProfile({ stats, cut }: { readonly stats: ProfileStats; readonly cut: boolean }) {
  const [sort, setSort] = useState<Sort | null>({ id: 'own', desc: true })
  const [chosen, setChosen] = useState<string>()
  const rowHeight = useRowHeight(32)
  const columns = useMemo(() => columnsOf(Math.max(1e-9, ...stats.functions.map(({ ownS }) => ownS))), [stats])
  const list = useMemo(() => listAsGiven(stats.functions), [stats])
  const boxes = useMemo(() => callTree(stats), [stats])
  const selected = stats.functions.find(({ label }) => label === chosen)
  return (
    <div>
      <p className="px-3 pb-2 text-fg-2 text-small">
        {plural(stats.calls, 'call')} of {plural(stats.functions.length, 'function')}, own time{' '}
        {stats.seconds === 0 ? 'less than 1 ms' : formatDuration(stats.seconds * 1000)} in total.
        {cut && ' Only part of the text is shown; the download has all of it.'}
      </p>
      <FlameGraph boxes={boxes} callersKnown={stats.callers !== null} chosen={chosen} onChoose={setChosen} />
      <VirtualTable
        className="h-80 border-line border-t"
        label="Python functions"
        list={list}
        columns={columns}
        rowKey={labelOf}
        rowHeight={rowHeight}
        sort={sort}
        onSortChange={setSort}
        openKey={chosen}
        onOpen={({ label }) => setChosen(label === chosen ? undefined : label)}
      />
      {selected && stats.callers && <CallersAndCallees of={selected} calls={stats.callers} onChoose={setChosen} />}
    </div>
  )
}
