import { X } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import { visibleText } from '@/lib/model/text/visible-text'

interface FilterChipProps {
  readonly term: string
  readonly wrong: boolean
  readonly onEdit: () => void
  readonly onRemove: () => void
}

const CHARS = 200

export function FilterChip({ term: whole, wrong, onEdit, onRemove }: FilterChipProps) {
  const term = visibleText(whole, CHARS)
  const [, key = '', value = term] = /^(-?\w+:)([\s\S]+)$/.exec(term) ?? []
  return (
    <span
      className={cn(
        'inline-flex h-5 max-w-72 items-center forced-colors:border rounded-chip font-mono text-small max-md:h-7',
        wrong ? 'bg-failed-tint text-failed' : 'bg-hover',
      )}
    >
      <button type="button" onClick={onEdit} aria-label={`Edit ${term}`} className="min-w-0 truncate py-0.5 pl-1.5">
        <span className={wrong ? undefined : 'text-fg-3'}>{key}</span>
        {value}
      </button>
      <button
        type="button"
        onClick={onRemove}
        aria-label={`Remove ${term}`}
        className="flex h-full items-center px-1 text-fg-3 hover:text-fg"
      >
        <X aria-hidden className="size-3" />
      </button>
    </span>
  )
}
