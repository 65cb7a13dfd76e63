import { cutEnd } from '@gearboard/gears/vocabulary/text'
import { ChevronRight } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

interface OpenNameProps {
  readonly name: string
  /** The one that is open. */
  readonly open: string | null
  readonly onOpen: (name: string | null) => void
}

/** A name that opens what each shard has under the table. */
export function OpenName({ name, open, onOpen }: OpenNameProps) {
  const shown = open === name
  return (
    <button
      type="button"
      aria-expanded={shown}
      title={visibleText(name)}
      onClick={() => onOpen(shown ? null : name)}
      className="inline-flex items-center gap-1 align-middle font-mono font-semibold text-small hover:underline"
    >
      <ChevronRight aria-hidden className={cn('transition-transform', shown && 'rotate-90')} />
      <bdi>{visibleText(cutEnd(shortenId(name), 80))}</bdi>
    </button>
  )
}
