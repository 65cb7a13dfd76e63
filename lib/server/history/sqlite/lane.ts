import { toBatchJson } from './sqlite'

/** How the entries of one kind wait and what becomes of them. */
export interface Intake<E> {
  /** Names its rows in `temp.batch`. */
  readonly kind: string
  /** Entries that may wait, and how many characters they may hold in all. */
  readonly limit: { readonly entries: number; readonly chars: number }
  /** Waiting entries of the same identity become one; left out: each entry is kept. */
  identity?(entry: E): string
  merge?(older: E, newer: E): E
  /** Entries alike in this are not written in one batch, since the SQL must see the first before it places the second. */
  apart?(entry: E): string
  chars(entry: E): number
  /** The row, as `sql` expects it. */
  encode(entry: E): unknown
  /** Called before a batch takes its entries; encodes them in its place, in their order, where a row depends on the one before it. */
  encoding?(): (entry: E) => unknown
  /** Statements that take the rows from `temp.batch`. */
  readonly sql: string
}

/** How much one batch may still take. */
export interface Budget {
  entries: number
  chars: number
}

interface Waiting<E> {
  readonly entry: E
  readonly since: number
}

/** A bounded queue of one kind: first come, first written; what does not fit is refused. */
export class Lane<E> {
  private waiting = new Map<string, Waiting<E>>()
  private inBatch = new Map<string, Waiting<E>>()
  private chars = 0
  private count = 0

  constructor(readonly intake: Intake<E>) {}

  get length(): number {
    return this.waiting.size + this.inBatch.size
  }

  /** When the oldest entry that is not written came, ms; undefined when there is none. */
  get since(): number | undefined {
    const [inBatch] = this.inBatch.values()
    const [waiting] = this.waiting.values()
    return (inBatch ?? waiting)?.since
  }

  /** False: the lane is full, the entry is lost. */
  enqueue(entry: E, now: number): boolean {
    const { limit, merge } = this.intake
    const identity = this.intake.identity?.(entry) ?? String(this.count++)
    const older = this.waiting.get(identity)
    const merged = older && merge ? merge(older.entry, entry) : entry
    const growth = this.intake.chars(merged) - (older ? this.intake.chars(older.entry) : 0)
    if ((!older && this.waiting.size >= limit.entries) || this.chars + growth > limit.chars) return false
    // An identity that waits already keeps its place and its age.
    this.waiting.set(identity, { entry: merged, since: older?.since ?? now })
    this.chars += growth
    return true
  }

  /** Takes entries for one batch, as JSON rows. They stay the lane's until `finishBatch` or `restoreBatch`. */
  takeBatch(budget: Budget): string[] {
    const rows: string[] = []
    if (this.waiting.size === 0) return rows
    const encode = this.intake.encoding?.() ?? ((entry: E) => this.intake.encode(entry))
    const apart = new Set<string>()
    for (const [identity, waiting] of this.waiting) {
      if (budget.entries <= 0 || budget.chars <= 0) break
      const place = this.intake.apart?.(waiting.entry)
      if (place !== undefined) {
        if (apart.has(place)) break
        apart.add(place)
      }
      const row = toBatchJson(encode(waiting.entry))
      rows.push(row)
      budget.entries--
      budget.chars -= row.length
      this.inBatch.set(identity, waiting)
      this.waiting.delete(identity)
      this.chars -= this.intake.chars(waiting.entry)
    }
    return rows
  }

  /** All that is not written, as rows, the oldest first. */
  *unwritten(): Generator<unknown> {
    for (const part of [this.inBatch, this.waiting])
      for (const { entry } of part.values()) yield this.intake.encode(entry)
  }

  /** What `takeBatch` gave is written, or given up. */
  finishBatch(): void {
    this.inBatch.clear()
  }

  /** The batch from `takeBatch` could not be written: it waits again, before newer entries, which win over it. */
  restoreBatch(): void {
    const later = this.waiting
    this.waiting = this.inBatch
    this.inBatch = new Map()
    for (const { entry } of this.waiting.values()) this.chars += this.intake.chars(entry)
    for (const [identity, { entry, since }] of later) {
      const older = this.waiting.get(identity)
      const merged = older && this.intake.merge ? this.intake.merge(older.entry, entry) : entry
      this.chars += this.intake.chars(merged) - this.intake.chars(entry) - (older ? this.intake.chars(older.entry) : 0)
      this.waiting.set(identity, { entry: merged, since: older?.since ?? since })
    }
  }
}
