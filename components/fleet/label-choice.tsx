'use client'

import { Tags } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { visibleText } from '@/lib/model/text/visible-text'

interface LabelChoiceProps {
  readonly labels: readonly string[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

const CHIP =
  'shrink-0 truncate rounded-control border border-line-strong px-2 text-fg-2 text-small transition-colors hover:bg-hover'
const CHOSEN = 'border-accent bg-accent-tint text-accent hover:bg-accent-tint'

/** Which labels a connection must have. In one line, however many there are: it appears with the data, and moves nothing. */
export function LabelChoice({ labels, chosen, onChange }: LabelChoiceProps) {
  if (labels.length === 0) return null
  const toggled = (label: string) =>
    chosen.includes(label) ? chosen.filter((other) => other !== label) : [...chosen, label]
  return (
    <>
      <fieldset
        aria-label="Labels"
        className="flex min-w-0 flex-1 gap-1.5 -my-0.5 overflow-x-auto py-0.5 max-md:hidden"
      >
        {labels.map((label) => (
          <button
            key={label}
            type="button"
            title={visibleText(label)}
            aria-pressed={chosen.includes(label)}
            onClick={() => onChange(toggled(label))}
            className={cn(CHIP, 'h-7 max-w-60', chosen.includes(label) && CHOSEN)}
          >
            {visibleText(label)}
          </button>
        ))}
      </fieldset>
      <DropdownMenu>
        <DropdownMenuTrigger
          className={cn(CHIP, 'flex h-9 items-center gap-1.5 md:hidden', chosen.length > 0 && CHOSEN)}
        >
          <Tags aria-hidden />
          {chosen.length === 0 ? 'Labels' : `${chosen.length} of ${labels.length}`}
          {chosen.length > 0 && <span className="sr-only">labels</span>}
        </DropdownMenuTrigger>
        <DropdownMenuContent className="max-h-(--radix-dropdown-menu-content-available-height) overflow-y-auto">
          {labels.map((label) => (
            <DropdownMenuItem
              key={label}
              keepsOpen
              checked={chosen.includes(label)}
              onSelect={() => onChange(toggled(label))}
            >
              {visibleText(label)}
            </DropdownMenuItem>
          ))}
        </DropdownMenuContent>
      </DropdownMenu>
    </>
  )
}
