import { SortAgain } from '@/components/shared/sort-again'
import { Button } from '@/components/ui/button'

/** Shown before one asks for more. */
export const FIRST = 10

/** The header and ten rows: what is loaded, and what comes later, moves nothing below. */
export const LIST_HEIGHT = 'min-h-87'
export const LIST_SKELETON = 'mx-3 h-84'

interface ListActionsProps {
  readonly order: { readonly sorted: boolean; readonly sortAgain: () => void }
  readonly count: number
  readonly all: boolean
  readonly onAll: (all: boolean) => void
}

export function ListActions({ order, count, all, onAll }: ListActionsProps) {
  return (
    <>
      <SortAgain sorted={order.sorted} onSort={order.sortAgain} />
      {count > FIRST && (
        <Button size="row" aria-expanded={all} onClick={() => onAll(!all)}>
          {all ? `Only the first ${FIRST}` : `All ${count}`}
        </Button>
      )}
    </>
  )
}
