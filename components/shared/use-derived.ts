import { useMemo } from 'react'
import { type Derivation, Derived, type VersionedRows } from '@/lib/model/list/row-list'

/** A value of a live list that costs each delta what it changed; all rows only where the derivation is another one. */
export function useDerived<Row, Value>(derivation: Derivation<Row, Value>, list: VersionedRows<Row>): Value {
  const derived = useMemo(() => new Derived(derivation), [derivation])
  return useMemo(() => derived.of(list), [derived, list])
}
