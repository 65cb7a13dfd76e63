import { ArrowDownWideNarrow } from 'lucide-react'
import { Button } from '@/components/ui/button'

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
