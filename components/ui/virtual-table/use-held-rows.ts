import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type Held, holdOrder } from './held-order'

/** Freezes the order of rows from the moment `holding` begins; `release` lets the newcomers in. */
export function useHeldRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  holding: boolean,
): Held<Row> & { readonly release: () => void } {
  const [order, setOrder] = useState<readonly string[]>()
  const latest = useRef(rows)
  latest.current = rows
  const release = useCallback(() => setOrder(latest.current.map(keyOf)), [keyOf])
  useEffect(() => {
    if (holding) release()
    else setOrder(undefined)
  }, [holding, release])
  const held = useMemo(() => holdOrder(rows, keyOf, holding ? order : undefined), [rows, keyOf, holding, order])
  return { ...held, release }
}
