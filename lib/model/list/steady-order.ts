/**
 * Rows in the order in which their keys were shown last; rows that are new come after them, in their own order. What a person reads stays where
 * it is while live figures change their rank.
 */
export function inOrderOf<T>(rows: readonly T[], keyOf: (row: T) => string, shown: readonly string[]): readonly T[] {
  const rank = new Map(shown.map((key, at) => [key, at]))
  const rankOf = (row: T): number => rank.get(keyOf(row)) ?? shown.length
  return rows.toSorted((a, b) => rankOf(a) - rankOf(b))
}
