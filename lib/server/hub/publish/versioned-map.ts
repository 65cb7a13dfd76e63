import { Published } from './published'

export interface Upserts<T> {
  readonly upserts: readonly T[]
  readonly removed: readonly string[]
}

/** Removals remembered, so that a viewer that was away learns of them; one that was away for longer gets everything. */
const KEPT_REMOVALS = 5000

/** Rows by key, each with the version that last changed it. */
export class VersionedMap<T> {
  private readonly rows = new Map<string, Published<T>>()
  private readonly removals = new Map<string, number>()
  /** Differences to versions before this one are no longer known. */
  oldest = 0

  constructor(
    private readonly keyOf: (row: T) => string,
    /** What viewers get of a row. */
    private readonly shown: (row: T) => T = (row) => row,
  ) {}

  get size(): number {
    return this.rows.size
  }

  get(key: string): T | undefined {
    return this.rows.get(key)?.value
  }

  *values(): IterableIterator<T> {
    for (const { value } of this.rows.values()) yield value
  }

  /** Removals first: a row may come back under the key that another one left. */
  apply({ upserts, removed }: Upserts<T>, version: number): void {
    for (const key of removed) {
      if (this.rows.delete(key)) this.bury(key, version)
    }
    for (const row of upserts) {
      const key = this.keyOf(row)
      this.rows.set(key, new Published(row, version, this.shown))
      this.removals.delete(key)
    }
  }

  since(version: number | undefined): Upserts<T> {
    return {
      upserts: this.changedSince(version).map(({ value }) => this.shown(value)),
      removed: this.removedSince(version),
    }
  }

  /** `since` as JSON. */
  jsonSince(version: number | undefined): string {
    const upserts = this.changedSince(version).map(({ text }) => text)
    return `{"upserts":[${upserts.join(',')}],"removed":${JSON.stringify(this.removedSince(version))}}`
  }

  private changedSince(version: number | undefined): Published<T>[] {
    const changed: Published<T>[] = []
    for (const row of this.rows.values()) if (version === undefined || row.version > version) changed.push(row)
    return changed
  }

  private removedSince(version: number | undefined): string[] {
    if (version === undefined) return []
    const removed: string[] = []
    for (const [key, at] of this.removals) if (at > version) removed.push(key)
    return removed
  }

  private bury(key: string, version: number): void {
    this.removals.set(key, version)
    if (this.removals.size <= KEPT_REMOVALS) return
    const [first] = this.removals
    if (!first) return
    this.removals.delete(first[0])
    this.oldest = first[1]
  }
}
