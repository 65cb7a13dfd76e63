import { formatCount } from '@gearboard/gears/vocabulary/text'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from '@/components/ui/button'

interface PagerProps {
  /** From 0. */
  readonly page: number
  readonly pages: number
  readonly onPageChange: (page: number) => void
}

export function Pager({ page, pages, onPageChange }: PagerProps) {
  return (
    <nav
      aria-label="Pages of results"
      className="flex items-center justify-end gap-2 border-line border-t px-3 py-1 text-fg-3 text-small"
    >
      <IconButton
        size="row"
        icon={ChevronLeft}
        label="Previous page"
        disabledReason={page === 0 ? 'This is the first page.' : undefined}
        onClick={() => onPageChange(page - 1)}
      />
      Page {formatCount(page + 1)} of {formatCount(pages)}
      <IconButton
        size="row"
        icon={ChevronRight}
        label="Next page"
        disabledReason={page >= pages - 1 ? 'This is the last page.' : undefined}
        onClick={() => onPageChange(page + 1)}
      />
    </nav>
  )
}
