import { alignRows, NEW } from './align-rows'

/** The rows that a table shows, in order, and how many new ones wait until they are let in. */
export interface Held<Row> {
  readonly rows: readonly Row[]
  readonly waiting: number
}

interface Placed<Row> {
  readonly order: readonly string[]
  readonly places: ReadonlyMap<string, number>
  readonly rows: readonly Row[]
  /** By place in `rows`: the place in `order`, or NEW for a newcomer. */
  readonly slots: Int32Array
}

/** The outcome of the last call, so that the next delta looks up the keys of changed rows only. */
export class HoldMemory<Row> {
  last: Placed<Row> | undefined
}

/**
 * The rows in the order that the reader is looking at: known rows at their newest, in their old places; new rows are only counted;
 * rows that left are dropped. Without `order` nothing is held.
 */
export function holdOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  order: readonly string[] | undefined,
  memory?: HoldMemory<Row>,
): Held<Row> {
  if (!order) return { rows, waiting: 0 }
  const last = memory?.last?.order === order ? memory.last : undefined
  const places = last?.places ?? new Map(order.map((key, place) => [key, place]))
  const before = last && alignRows(last.rows, rows, keyOf)
  // By place in `order`: the place in `rows`.
  const now = new Int32Array(order.length).fill(NEW)
  const slots = new Int32Array(rows.length)
  let waiting = 0
  rows.forEach((row, at) => {
    const known = before?.[at] ?? NEW
    const slot = (known === NEW ? places.get(keyOf(row)) : last?.slots[known]) ?? NEW
    slots[at] = slot
    if (slot === NEW) waiting++
    else now[slot] = at
  })
  if (memory) memory.last = { order, places, rows, slots }
  const held: Row[] = []
  now.forEach((at) => {
    const row = at === NEW ? undefined : rows[at]
    if (row !== undefined) held.push(row)
  })
  return { rows: held, waiting }
}

/** Keys of the rows that sort behind all that are held. */
export function rowsBehind<Row>(
  order: readonly string[],
  sorted: readonly Row[],
  keyOf: (row: Row) => string,
): readonly string[] {
  // The common case: the last row is a held one, so nothing came behind it and no set is needed.
  const last = sorted.at(-1)
  if (last === undefined || keyOf(last) === order.at(-1)) return []
  const held = new Set(order)
  const end = sorted.findLastIndex((row) => held.has(keyOf(row)))
  return sorted.slice(end + 1).map(keyOf)
}
