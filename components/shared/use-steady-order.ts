import { useState } from 'react'
import { inOrderOf } from '@/lib/model/list/steady-order'

/**
 * Sorted rows that keep the order in which they were shown first. `sorted`: whether that is still their order; `sortAgain` takes the new one.
 * @param rows undefined while loading
 */
export function useSteadyOrder<T>(rows: readonly T[] | undefined, keyOf: (row: T) => string) {
  const [shown, setShown] = useState<readonly string[]>()
  const keys = (rows ?? []).map(keyOf)
  if (rows && rows.length > 0 && shown === undefined) setShown(keys)
  const steady = rows && inOrderOf(rows, keyOf, shown ?? keys)
  return {
    rows: steady,
    sorted: steady === undefined || steady.every((row, at) => keyOf(row) === keys[at]),
    sortAgain: () => setShown(keys),
  }
}
