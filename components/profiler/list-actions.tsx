import { ArrowDownWideNarrow } from 'lucide-react'
import { Button } from '@/components/ui/button'

/** Shown before one asks for more. */
export const FIRST = 10

/** The header and ten rows: what is loaded, and what comes later, moves nothing below. */
export const LIST_HEIGHT = 'min-h-87'
export const LIST_SKELETON = 'mx-3 h-84'

interface SortAgainProps {
  readonly sorted: boolean
  readonly onSort: () => void
}

/** Rows keep their places while figures change: sorting again is asked for. Its place stays while there is nothing to sort. */
export function SortAgain({ sorted, onSort }: SortAgainProps) {
  return (
    <Button
      size="row"
      icon={ArrowDownWideNarrow}
      disabledReason={sorted ? 'The rows are in order.' : undefined}
      onClick={onSort}
    >
      Sort again
    </Button>
  )
}

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
