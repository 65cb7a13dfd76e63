import { groupBy } from '@/lib/model/list/group-by'

/** The rows with those of one group together, groups by name, each in the order that they came in. */
export function groupedRows<Row>(rows: readonly Row[], nameOf: ((row: Row) => string) | undefined): readonly Row[] {
  if (!nameOf) return rows
  return [...groupBy(rows, nameOf)].toSorted(([a], [b]) => a.localeCompare(b)).flatMap(([, group]) => group)
}

/** By the place of its first row: each run of rows of one group. */
export function groupRuns<Row>(
  rows: readonly Row[],
  nameOf: ((row: Row) => string) | undefined,
): ReadonlyMap<number, { readonly name: string; readonly rows: readonly Row[] }> {
  const runs = new Map<number, { readonly name: string; readonly rows: Row[] }>()
  if (!nameOf) return runs
  let open: { readonly name: string; readonly rows: Row[] } | undefined
  rows.forEach((row, at) => {
    const name = nameOf(row)
    if (open?.name !== name) {
      open = { name, rows: [] }
      runs.set(at, open)
    }
    open.rows.push(row)
  })
  return runs
}
