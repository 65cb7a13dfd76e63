import { useCallback, useMemo } from 'react'
import * as z from 'zod/mini'
import { useStored } from '@/components/shared/use-stored'
import type { TableColumn } from '@/components/ui/virtual-table/types'
import { chosenColumns } from './chosen-columns'

const schema = z.readonly(z.array(z.string().check(z.maxLength(40))).check(z.maxLength(40)))
const NONE: readonly string[] = []

export interface ColumnChoice<Row> {
  /** Those that the user has not hidden. */
  readonly shown: readonly TableColumn<Row>[]
  readonly all: readonly TableColumn<Row>[]
  readonly toggle: (id: string) => void
}

/** Which columns of a list are shown, kept in this browser. A column that a later version adds is shown. */
export function useColumns<Row>(list: string, all: readonly TableColumn<Row>[]): ColumnChoice<Row> {
  const [hidden, change] = useStored(`gearboard.hidden-columns.${list}`, schema, NONE)
  const toggle = useCallback(
    (id: string) => change((now) => (now.includes(id) ? now.filter((known) => known !== id) : [...now, id])),
    [change],
  )
  return useMemo(() => ({ shown: chosenColumns(all, hidden), all, toggle }), [all, hidden, toggle])
}
