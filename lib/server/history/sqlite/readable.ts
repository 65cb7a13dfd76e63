import { DamagedRow } from './row'

/** How many entries of an answer could not be read. */
export class Tally {
  unreadable = 0

  /** For an answer, which says it only where there is something to say. */
  get told(): { readonly unreadable?: number } {
    return this.unreadable > 0 ? { unreadable: this.unreadable } : {}
  }
}

/** Reads rows one by one: what is damaged in one takes no other with it, and is counted. */
export function readable<Row, T>(rows: Iterable<Row>, read: (row: Row) => T, tally: Tally): T[] {
  const values: T[] = []
  for (const row of rows) {
    try {
      values.push(read(row))
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error
      tally.unreadable++
    }
  }
  return values
}
