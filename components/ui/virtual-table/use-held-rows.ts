import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type Held, HoldMemory, holdOrder, rowsBehind } from './held-order'

/** Freezes the order of `sorted`, which holds the same rows as `rows`, from the moment `holding` begins; `release` lets the newcomers in. */
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
  // From `rows`, not `sorted`: there a changed row keeps its place, so that what a delta did is found in one walk.
  const held = useMemo(
    () => holdOrder(frozen ? rows : sorted, keyOf, frozen, memory),
    [rows, sorted, keyOf, frozen, memory],
  )
  // What sorts behind the last held row moves nothing that one is looking at.
  const behind = useMemo(() => (frozen ? rowsBehind(frozen, sorted, keyOf) : []), [frozen, sorted, keyOf])
  useEffect(() => {
    if (behind.length > 0) setOrder((order) => order && [...order, ...behind])
  }, [behind])
  return { ...held, release }
}
