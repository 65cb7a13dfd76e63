'use client'

import { createParser, useQueryState } from 'nuqs'
import type { Sort } from '@/components/ui/virtual-table/types'

/** `seen` ascending, `-seen` descending. */
const parser = createParser<Sort>({
  parse: (text) => {
    const desc = text.startsWith('-')
    const id = desc ? text.slice(1) : text
    return /^\w+$/.test(id) ? { id, desc } : null
  },
  serialize: ({ id, desc }) => (desc ? `-${id}` : id),
  eq: (a, b) => a.id === b.id && a.desc === b.desc,
})

/** A table's order in the URL (`sort`); removing the order restores `byDefault`. */
export function useSortParam(byDefault: Sort): [Sort, (sort: Sort | null) => void] {
  const [sort, setSort] = useQueryState('sort', parser.withDefault(byDefault).withOptions({ clearOnDefault: true }))
  return [sort, (next) => void setSort(next)]
}
