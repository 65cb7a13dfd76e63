/** A value a tenth above the median is noticed; each further step is another tenth. */
const STEP = 1.1

/**
 * Rows without a value first, then those well above the median, highest first; the rest keep their order. Values that differ by little keep
 * it too, so that live figures do not reorder what a person reads.
 */
export function worstFirst<T>(rows: readonly T[], measure: (row: T) => number | null): readonly T[] {
  const known = rows.flatMap((row) => measure(row) ?? []).toSorted((a, b) => a - b)
  const median = known[Math.floor((known.length - 1) / 2)] ?? 0
  const rank = (row: T): number => {
    const value = measure(row)
    if (value === null) return Number.MAX_VALUE
    if (value <= median) return 0
    return median > 0 ? Math.floor(Math.log(value / median) / Math.log(STEP)) : value
  }
  return rows.toSorted((a, b) => rank(b) - rank(a))
}
