/** What one step did to a list. A changed row is in both parts: as it was, and as it is. */
export interface ListStep<Row> {
  readonly left: readonly Row[]
  readonly came: readonly Row[]
}

/**
 * A version of rows that records how it differs from the one before, so that derived values cost as much as the change and not as much as
 * the list. A row that did not change keeps its object.
 */
export interface VersionedRows<Row> {
  readonly rows: readonly Row[]
  /** Unique among all versions of all lists. */
  readonly version: number
  /** The last steps, oldest first, each with the version that it started from. */
  readonly steps: readonly (ListStep<Row> & { readonly from: number })[]
}

/** A version of an immutable list: its rows are in the order of `order`. */
export interface RowList<Row> extends VersionedRows<Row> {
  readonly order: Compare<Row>
}

/** A reader may skip this many versions and still get the changes. */
const STEPS_KEPT = 16

let versions = 0

/** A list of its own: nothing is known of what was before. `rows` are in the order of `order`. */
export const rowList = <Row>(rows: readonly Row[], order: Compare<Row>): RowList<Row> => ({
  rows,
  order,
  version: ++versions,
  steps: [],
})

/** A list of rows that have no order but the one they are given in. */
export function listAsGiven<Row>(rows: readonly Row[]): RowList<Row> {
  const places = new Map(rows.map((row, at) => [row, at]))
  return rowList(rows, (a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
}

/** The version after `step`, whose rows are `rows`. */
export const stepped = <Row>(list: RowList<Row>, step: ListStep<Row>, rows: readonly Row[]): RowList<Row> => ({
  rows,
  order: list.order,
  version: ++versions,
  steps: [...list.steps.slice(1 - STEPS_KEPT), { ...step, from: list.version }],
})

/** What led from `version` to `list`, oldest first; undefined where that is not known any longer. */
export function stepsSince<Row>(list: VersionedRows<Row>, version: number): readonly ListStep<Row>[] | undefined {
  if (version === list.version) return []
  const first = list.steps.findIndex(({ from }) => from === version)
  return first < 0 ? undefined : list.steps.slice(first)
}

/** A value computed of a list: `start` from all rows, `step` from the value before and what changed. Both must agree. */
export interface Derivation<Row, Value> {
  readonly start: (rows: readonly Row[]) => Value
  readonly step: (value: Value, step: ListStep<Row>) => Value
}

/** Remembers the last version and its value: the next costs its steps. The outcome is that of `start`. */
export class Derived<Row, Value> {
  /** `last`: a version whose value is known already. */
  constructor(
    private readonly derivation: Derivation<Row, Value>,
    private last?: { readonly version: number; readonly value: Value },
  ) {}

  of(list: VersionedRows<Row>): Value {
    const { start, step } = this.derivation
    const { last } = this
    const steps = last && stepsSince(list, last.version)
    const value = last && steps && isSmall(steps, list) ? steps.reduce(step, last.value) : start(list.rows)
    this.last = { version: list.version, value }
    return value
  }
}

/** Where most changed, starting again is faster. */
const isSmall = <Row>(steps: readonly ListStep<Row>[], { rows }: VersionedRows<Row>): boolean =>
  steps.reduce((size, { left, came }) => size + left.length + came.length, 0) * 2 <= rows.length + 64

/** A total order: 0 only for a row and itself, or an earlier state of it in the same position. */
export type Compare<Row> = (a: Row, b: Row) => number

/** The rows that `holds`, in the order of `compare`. */
export const filtered = <Row>(holds: (row: Row) => boolean, compare: Compare<Row>): Derivation<Row, RowList<Row>> => ({
  start: (rows) => rowList(rows.filter(holds).sort(compare), compare),
  step: (found, { left, came }) => {
    const step = { left: left.filter(holds), came: came.filter(holds) }
    if (step.left.length + step.came.length === 0) return found
    return stepped(found, step, patched(found.rows, step, compare))
  },
})

/** Sorted rows after a step. A binary search finds the place of each; the rows between are copied as they are. */
export function patched<Row>(
  rows: readonly Row[],
  { left, came }: ListStep<Row>,
  compare: Compare<Row>,
): readonly Row[] {
  const place = (row: Row, sorted: readonly Row[], from?: number) =>
    partitionPoint((other) => compare(other, row) < 0, sorted, from)
  const gone = left.map((row) => place(row, rows)).sort((a, b) => a - b)
  const kept = without(rows, gone)
  const pieces: (readonly Row[])[] = []
  let from = 0
  for (const row of came.toSorted(compare)) {
    const to = place(row, kept, from)
    pieces.push(kept.slice(from, to), [row])
    from = to
  }
  return joined([...pieces, kept.slice(from)])
}

/** The rows but those in `places`, which rise. */
export function without<Row>(rows: readonly Row[], places: readonly number[]): readonly Row[] {
  if (places.length === 0) return rows
  const ends = [...places, rows.length]
  return joined(ends.map((end, at) => rows.slice(at === 0 ? 0 : (places[at - 1] ?? 0) + 1, end)))
}

/** Pieces are passed as arguments, and the stack holds a limited number of those. */
const JOINED_AT_ONCE = 10_000

function joined<Row>(pieces: readonly (readonly Row[])[]): readonly Row[] {
  let all: readonly Row[] = []
  for (let at = 0; at < pieces.length; at += JOINED_AT_ONCE) {
    all = all.concat(...pieces.slice(at, at + JOINED_AT_ONCE))
  }
  return all
}

/** The first place, from `from` on, whose row `isBefore` does not hold; it holds for those up to there. */
export function partitionPoint<Row>(isBefore: (row: Row) => boolean, sorted: readonly Row[], from = 0): number {
  let low = from
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = sorted[middle]
    if (row !== undefined && isBefore(row)) low = middle + 1
    else high = middle
  }
  return low
}
