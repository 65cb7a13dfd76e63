/** The list after a delta, the same for the same `seed`: some rows changed in place, some gone, some in between and at the end. For tests. */
export function edited<Row>(
  rows: readonly Row[],
  seed: number,
  make: (n: number) => Row,
  change: (row: Row) => Row,
): readonly Row[] {
  let state = seed + 1
  const chance = (share: number): boolean => {
    state = (state * 48_271) % 2_147_483_647
    return state % 100 < share
  }
  const next: Row[] = []
  let made = seed * 1000
  for (const row of rows) {
    if (chance(10)) continue
    if (chance(5)) next.push(make(made++))
    next.push(chance(10) ? change(row) : row)
  }
  while (next.length < 40) next.push(make(made++))
  return next
}
