/** By the place of its first row: each run of rows of one group. */
export function groupRuns<Row>(
  rows: readonly Row[],
  groupOf: ((row: Row) => string) | undefined,
): ReadonlyMap<number, { readonly name: string; readonly rows: readonly Row[] }> {
  const runs = new Map<number, { readonly name: string; readonly rows: Row[] }>()
  if (!groupOf) return runs
  let open: { readonly name: string; readonly rows: Row[] } | undefined
  rows.forEach((row, at) => {
    const name = groupOf(row)
    if (open?.name !== name) {
      open = { name, rows: [] }
      runs.set(at, open)
    }
    open.rows.push(row)
  })
  return runs
}
