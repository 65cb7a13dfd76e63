import { alignRows, NEW } from './align-rows'
import type { Sort, TableColumn } from './types'

type Value = string | number | null

interface Sorted<Row> {
  readonly rows: readonly Row[]
  readonly read: (row: Row) => Value
  readonly desc: boolean
  /** By place in `rows`. */
  readonly values: readonly Value[]
  /** Places in `rows`, in their order. */
  readonly order: Uint32Array
}

const NOTHING = { rows: [], values: [], order: new Uint32Array() }

/** The outcome of the last sort, for the next version of a live list. */
export class SortMemory<Row> {
  last: Sorted<Row> | undefined

  constructor(readonly keyOf: (row: Row) => string) {}
}

/**
 * The rows in the order of `sort`: equal ones as they came, or the last first where it descends; unknown ones last in either direction.
 * With `memory` only the rows that changed since are sorted, and merged into the order of the others; the outcome is the same.
 */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  sort: Sort | null,
  memory?: SortMemory<Row>,
): readonly Row[] {
  const read = columns.find((column) => column.id === sort?.id)?.sortValue
  if (!sort || !read) return rows
  const { desc } = sort
  const last = memory?.last?.read === read && memory.last.desc === desc ? memory.last : NOTHING
  const places = memory && alignRows(last.rows, rows, memory.keyOf)
  const changed: number[] = []
  const values = rows.map((row, at) => {
    const before = places?.[at] ?? NEW
    if (before !== NEW) return last.values[before] ?? null
    changed.push(at)
    return read(row)
  })
  const compare = byValue(values, desc)
  changed.sort(compare)
  const order = merge(places ? moved(last.order, places) : NOTHING.order, changed, compare)
  if (memory) memory.last = { rows, read, desc, values, order }
  return pick(rows, order)
}

/** The places that are still there, in their old order, as they are now. */
function moved(order: Uint32Array, places: Int32Array): Uint32Array {
  const now = new Int32Array(order.length).fill(NEW)
  places.forEach((before, at) => {
    if (before !== NEW) now[before] = at
  })
  const kept = new Uint32Array(order.length)
  let length = 0
  for (const before of order) {
    const at = now[before] ?? NEW
    if (at !== NEW) kept[length++] = at
  }
  return kept.subarray(0, length)
}

/** Merges a few places into many: a binary search places each, and the stretches between are copied whole. */
function merge(kept: Uint32Array, few: readonly number[], compare: (a: number, b: number) => number): Uint32Array {
  const merged = new Uint32Array(kept.length + few.length)
  let length = 0
  let from = 0
  for (const one of few) {
    const to = placeOf(one, kept, from, compare)
    merged.set(kept.subarray(from, to), length)
    length += to - from
    merged[length++] = one
    from = to
  }
  merged.set(kept.subarray(from), length)
  return merged
}

/** Where `one` belongs in `sorted`, from `from` on. */
function placeOf(one: number, sorted: Uint32Array, from: number, compare: (a: number, b: number) => number): number {
  let low = from
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(sorted[middle] ?? 0, one) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function pick<Row>(rows: readonly Row[], order: Uint32Array): readonly Row[] {
  const picked: Row[] = []
  for (const at of order) {
    const row = rows[at]
    if (row !== undefined) picked.push(row)
  }
  return picked
}

/** Compares places. No two compare as equal, so the outcome does not depend on the initial order. */
function byValue(values: readonly Value[], desc: boolean): (a: number, b: number) => number {
  const direction = desc ? -1 : 1
  return (a, b) => {
    const left = values[a] ?? null
    const right = values[b] ?? null
    if (left === null) return right === null ? a - b : 1
    if (right === null) return -1
    return direction * (compareKnown(left, right) || a - b)
  }
}

function compareKnown(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
