import { X } from 'lucide-react'
import { cn } from '@/components/ui/cn'

interface FilterChipProps {
  readonly term: string
  readonly wrong: boolean
  readonly onEdit: () => void
  readonly onRemove: () => void
}

export function FilterChip({ term, wrong, onEdit, onRemove }: FilterChipProps) {
  const [, key = '', value = term] = /^(-?\w+:)([\s\S]+)$/.exec(term) ?? []
  return (
    <span
      className={cn(
        'inline-flex h-5 max-w-72 items-center rounded-chip font-mono text-small max-md:h-7',
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
