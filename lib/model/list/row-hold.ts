import { Derived, type ListStep, partitionPoint, type RowList } from './row-list'

/** The rows that are shown while they hold, in their places. */
export interface HeldRows<Row> {
  /** Each at its newest; one that left as it was last. */
  readonly rows: readonly Row[]
  /** Keys of the held rows that left the list. */
  readonly gone: ReadonlySet<string>
  /** Keys of those that are still there, but that the filter no longer finds. */
  readonly unmatched: ReadonlySet<string>
  /** How many rows of the list are not shown yet. */
  readonly waiting: number
}

/** What became of the held rows in one list. */
interface Followed<Row> {
  readonly rows: readonly Row[]
  readonly missing: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

/**
 * Holds the rows of a list in the places that they have in `base`. Each later version costs what changed. Rows that sort behind all held
 * ones join them: they move nothing.
 */
export class RowHold<Row> {
  /** By place: the row as it was when it took the place, and as it was shown last. */
  private first: readonly Row[]
  private shown: readonly Row[]
  /** Places of the rows that changed, left or joined since; `base` is searched for the others. */
  private readonly places = new Map<string, number>()
  private readonly inFound: Derived<Row, Followed<Row>>
  private readonly inAll: Derived<Row, Followed<Row>>

  /** `base`: the rows to hold. `all`: the list that a filter finds them in, in any order, at the same moment. */
  constructor(
    private readonly base: RowList<Row>,
    all: RowList<Row>,
    private readonly keyOf: (row: Row) => string,
  ) {
    this.first = base.rows
    this.shown = base.rows
    this.inFound = this.following(base)
    this.inAll = this.following(all)
  }

  /** `found` and `all`: the same lists, now. */
  of(found: RowList<Row>, all: RowList<Row>): HeldRows<Row> {
    const { rows, missing: gone } = this.inAll.of(all)
    const { missing } = this.inFound.of(found)
    this.join(found.rows)
    this.shown = this.withJoined(rows)
    return {
      rows: this.shown,
      gone,
      unmatched: missing.size === gone.size ? NONE : new Set([...missing].filter((key) => !gone.has(key))),
      waiting: found.rows.length - (this.first.length - missing.size),
    }
  }

  private following(list: RowList<Row>): Derived<Row, Followed<Row>> {
    return new Derived(
      { start: (rows) => this.startAnew(rows), step: (last, step) => this.follow(last, step) },
      { version: list.version, value: { rows: this.first, missing: NONE } },
    )
  }

  private startAnew(list: readonly Row[]): Followed<Row> {
    const newest = new Map(list.map((row) => [this.keyOf(row), row]))
    const missing = new Set<string>()
    const rows = this.shown.map((before, place) => {
      const key = this.keyOf(before)
      const row = newest.get(key)
      if (row === undefined) missing.add(key)
      if (row !== this.base.rows[place]) this.places.set(key, place)
      return row ?? before
    })
    return { rows, missing }
  }

  private follow(last: Followed<Row>, { left, came }: ListStep<Row>): Followed<Row> {
    const rows = this.withJoined(last.rows).slice()
    const missing = new Set(last.missing)
    for (const row of left) {
      const place = this.placeOf(row)
      if (place === undefined) continue
      this.places.set(this.keyOf(row), place)
      missing.add(this.keyOf(row))
    }
    for (const row of came) {
      const place = this.placeOf(row)
      if (place === undefined) continue
      rows[place] = row
      missing.delete(this.keyOf(row))
    }
    return { rows, missing }
  }

  private placeOf(row: Row): number | undefined {
    const key = this.keyOf(row)
    const known = this.places.get(key)
    if (known !== undefined) return known
    const { rows, order } = this.base
    const place = partitionPoint((other) => order(other, row) < 0, rows)
    const there = rows[place]
    return there !== undefined && this.keyOf(there) === key ? place : undefined
  }

  private join(found: readonly Row[]): void {
    const end = found.findLastIndex((row) => this.placeOf(row) !== undefined)
    const behind = found.slice(end + 1)
    if (behind.length === 0) return
    behind.forEach((row, at) => {
      this.places.set(this.keyOf(row), this.first.length + at)
    })
    this.first = this.first.concat(behind)
  }

  private withJoined(rows: readonly Row[]): readonly Row[] {
    return rows.length === this.first.length ? rows : rows.concat(this.first.slice(rows.length))
  }
}
