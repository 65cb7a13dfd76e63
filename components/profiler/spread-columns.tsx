import { formatCount } from '@gearboard/gears/vocabulary/text'
import { Duration } from '@/components/shared/text/figures'
import type { PlainColumn } from '@/components/ui/plain-table'
import type { Percentiles } from '@/lib/model/record/statistics'

/** Runs, percentiles, longest and sum: what both lists share. */
export const spreadColumns = <Row extends Percentiles>(): readonly PlainColumn<Row>[] => [
  { id: 'count', header: 'Runs', align: 'right', cell: ({ count }) => formatCount(count) },
  { id: 'p50', header: 'p50', align: 'right', cell: ({ p50 }) => <Duration ms={p50} /> },
  { id: 'p95', header: 'p95', align: 'right', cell: ({ p95 }) => <Duration ms={p95} className="font-semibold" /> },
  { id: 'p99', header: 'p99', align: 'right', cell: ({ p99 }) => <Duration ms={p99} /> },
  { id: 'max', header: 'Longest', align: 'right', cell: ({ max }) => <Duration ms={max} /> },
  { id: 'total', header: 'Total', align: 'right', cell: ({ total }) => <Duration ms={total} /> },
]

/** Name of a function, or that it is not known. */
export function FunctionName({ name }: { readonly name: string | null }) {
  if (name === null) return <span className="text-unknown">unknown function</span>
  return <bdi className="font-semibold">{name}</bdi>
}
