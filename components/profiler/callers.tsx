import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { ProfiledCall, ProfiledFunction } from '@/components/profiler/pstats'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

interface CallersAndCalleesProps {
  readonly of: ProfiledFunction
  readonly calls: readonly ProfiledCall[]
  readonly onChoose: (label: string) => void
}

/** Callers and callees of a function: the pairs that cProfile measured. */
export function CallersAndCallees({ of, calls, onChoose }: CallersAndCalleesProps) {
  const columns = (other: 'caller' | 'callee'): readonly PlainColumn<ProfiledCall>[] => [
    {
      id: 'name',
      header: other === 'caller' ? 'Called by' : 'Calls',
      cell: (call) => (
        <button
          type="button"
          className="max-w-80 truncate text-left font-mono text-small hover:underline"
          onClick={() => onChoose(call[other])}
        >
          {visibleText(call[other])}
        </button>
      ),
    },
    { id: 'calls', header: 'Times', align: 'right', cell: (call) => formatCount(call.calls) },
    { id: 'total', header: 'Time', align: 'right', cell: ({ totalS }) => formatDuration(totalS * 1000) },
  ]
  const keyOf = ({ caller, callee }: ProfiledCall): string => `${caller}\n${callee}`
  return (
    <section aria-label={`Calls of ${of.name}`} className="grid gap-3 border-line border-t py-2 md:grid-cols-2">
      <PlainTable
        label="Called by"
        rows={calls.filter(({ callee }) => callee === of.label)}
        columns={columns('caller')}
        rowKey={keyOf}
      />
      <PlainTable
        label="Calls"
        rows={calls.filter(({ caller }) => caller === of.label)}
        columns={columns('callee')}
        rowKey={keyOf}
      />
    </section>
  )
}
