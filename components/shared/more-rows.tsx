'use client'

import { LOADING } from '@/components/shared/text/words'
import { Button } from '@/components/ui/button'

interface MoreRowsProps {
  readonly more: boolean
  readonly loading: boolean
  readonly onMore: () => void
}

/** Under a list that is loaded in pages. */
export function MoreRows({ more, loading, onMore }: MoreRowsProps) {
  if (!more) return null
  return (
    <div className="flex justify-center border-line border-t p-2">
      <Button onClick={onMore} disabledReason={loading ? LOADING : undefined}>
        Show older
      </Button>
    </div>
  )
}
