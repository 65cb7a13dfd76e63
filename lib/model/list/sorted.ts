import { type Compare, type Derivation, patched, type RowList, rowList, stepped } from './row-list'

export type SortValue = string | number | null

export interface SortedBy<Row> {
  /** Must answer the same for a row for as long as this order is used. Undefined: the list's own order. */
  readonly read: ((row: Row) => SortValue) | undefined
  readonly desc: boolean
  /** Rows of one name stand together, in the order of the names. */
  readonly groupOf: ((row: Row) => string) | undefined
}

/**
 * The rows of a list by group, then by value: equal ones in the order of the list, or the other way round where it descends; unknown ones last in
 * either direction. `order` is that of the list.
 */
export function sorted<Row>(by: SortedBy<Row>, order: Compare<Row>): Derivation<Row, RowList<Row>> {
  const { read = () => null, desc, groupOf } = by
  const inGroup = comparing(read, by.read ? desc : false, order)
  const compare: Compare<Row> = groupOf ? (a, b) => compareNames(groupOf(a), groupOf(b)) || inGroup(a, b) : inGroup
  return {
    start: (rows) => rowList(sortedRows(rows, by), compare),
    step: (list, step) => stepped(list, step, patched(list.rows, step, compare)),
  }
}

/** Reads each value once and compares places, which is faster than `compare` of rows. `rows` are in the order of their list. */
function sortedRows<Row>(rows: readonly Row[], { read, desc, groupOf }: SortedBy<Row>): readonly Row[] {
  const values = read ? rows.map(read) : []
  const names = groupOf && rows.map(groupOf)
  const inGroup = comparing(
    (at: number) => values[at] ?? null,
    desc,
    (a, b) => a - b,
  )
  const places = rows.map((_, at) => at)
  places.sort(names ? (a, b) => compareNames(names[a] ?? '', names[b] ?? '') || inGroup(a, b) : inGroup)
  return picked(rows, places)
}

function picked<Row>(rows: readonly Row[], places: readonly number[]): readonly Row[] {
  const found: Row[] = []
  for (const at of places) {
    const row = rows[at]
    if (row !== undefined) found.push(row)
  }
  return found
}

/** Compares by value. No two compare as equal unless `order` says so. */
function comparing<Item>(read: (item: Item) => SortValue, desc: boolean, order: Compare<Item>): Compare<Item> {
  const direction = desc ? -1 : 1
  return (a, b) => {
    const left = read(a)
    const right = read(b)
    if (left === null) return right === null ? order(a, b) : 1
    if (right === null) return -1
    return direction * (compareKnown(left, right) || order(a, b))
  }
}

function compareKnown(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return compareText(String(a), String(b))
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Names that differ never compare as equal, or two groups would mix. */
const compareNames = (a: string, b: string): number => a.localeCompare(b) || compareText(a, b)
