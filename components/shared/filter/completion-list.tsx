import { useEffect } from 'react'
import { cn } from '@/components/ui/cn'
import type { Completion } from '@/lib/model/filter/filter-complete'
import { visibleText } from '@/lib/model/text/visible-text'

interface CompletionListProps {
  readonly id: string
  readonly completions: readonly Completion[]
  readonly active: number
  readonly noun: string
  readonly onPick: (completion: Completion) => void
}

const CHARS = 200

export const optionId = (listId: string, index: number): string => `${listId}-${index}`

export function CompletionList({ id, completions, active, noun, onPick }: CompletionListProps) {
  useEffect(() => {
    document.getElementById(optionId(id, active))?.scrollIntoView({ block: 'nearest' })
  }, [id, active])
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Completions"
      // A region that scrolls takes the focus with Tab otherwise, and closes itself under it.
      tabIndex={-1}
      className="absolute top-full left-0 z-30 mt-1 max-h-80 w-96 max-w-full animate-enter overflow-auto rounded-control border border-line-strong bg-raised p-1"
    >
      {completions.map((completion, index) => (
        <div
          key={completion.insert}
          id={optionId(id, index)}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          // Keep the focus in the input: a press must not blur it before the completion is picked.
          onPointerDown={(event) => {
            event.preventDefault()
            onPick(completion)
          }}
          className={cn(
            'flex min-h-7 cursor-pointer items-center justify-between gap-4 rounded-chip px-2 max-md:min-h-9',
            index === active ? 'bg-accent-tint' : 'hover:bg-hover',
          )}
        >
          <span className="shrink-0 truncate font-mono text-small">{visibleText(completion.label, CHARS)}</span>
          <span className="min-w-0 truncate text-fg-3 text-small">
            {[completion.detail, completion.count !== null && `${completion.count.toLocaleString('en')} ${noun}`]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </div>
      ))}
    </div>
  )
}
