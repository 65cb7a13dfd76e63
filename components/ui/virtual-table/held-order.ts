/** What a table shows: rows in order, and how many newcomers wait above the fold. */
export interface Held<Row> {
  readonly rows: readonly Row[]
  readonly waiting: number
}

/**
 * The rows in the order that the reader is looking at: known ones at their newest, in their old places; newcomers are only counted;
 * those that went are left out. Without `order` nothing is held.
 */
export function holdOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  order: readonly string[] | undefined,
): Held<Row> {
  if (!order) return { rows, waiting: 0 }
  const newest = new Map(rows.map((row) => [keyOf(row), row]))
  const held: Row[] = []
  for (const key of order) {
    const row = newest.get(key)
    if (row !== undefined) held.push(row)
  }
  return { rows: held, waiting: newest.size - held.length }
}
