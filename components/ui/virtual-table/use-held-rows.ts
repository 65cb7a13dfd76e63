import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type Held, HoldMemory, holdOrder, rowsBehind } from './held-order'

/** Freezes the order of `sorted`, which holds the same rows as `rows`, from the moment `holding` begins; `release` lets new rows in. */
export function useHeldRows<Row>(
  rows: readonly Row[],
  sorted: readonly Row[],
  keyOf: (row: Row) => string,
  holding: boolean,
): Held<Row> & { readonly release: () => void } {
  const [order, setOrder] = useState<readonly string[]>()
  const [memory] = useState(() => new HoldMemory<Row>())
  const latest = useRef(sorted)
  latest.current = sorted
  const release = useCallback(() => setOrder(latest.current.map(keyOf)), [keyOf])
  useEffect(() => {
    if (holding) release()
    else setOrder(undefined)
  }, [holding, release])
  const frozen = holding ? order : undefined
  // Reads `rows`, not `sorted`: a changed row keeps its place there, so one walk finds what a delta did.
  const held = useMemo(
    () => holdOrder(frozen ? rows : sorted, keyOf, frozen, memory),
    [rows, sorted, keyOf, frozen, memory],
  )
  // Rows that sort behind the last held row can join: they move nothing in view.
  const behind = useMemo(() => (frozen ? rowsBehind(frozen, sorted, keyOf) : []), [frozen, sorted, keyOf])
  useEffect(() => {
    if (behind.length > 0) setOrder((order) => order && [...order, ...behind])
  }, [behind])
  return { ...held, release }
}
