'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { Plus, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { IconButton } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { type Draft, draftName } from '@/lib/functions/drafts'
import { visibleText } from '@/lib/model/text/visible-text'

interface DraftTabsProps {
  readonly drafts: readonly Draft[]
  /** Key of the one that is shown. */
  readonly shown: string
  readonly onShow: (key: string) => void
  readonly onClose: (draft: Draft) => void
  readonly onNew: () => void
}

/** The drafts that are open, each with its name; those with text that is kept nowhere else are marked. */
export function DraftTabs({ drafts, shown, onShow, onClose, onNew }: DraftTabsProps) {
  const current = useRef<HTMLLIElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is brought into view when it is shown
  useEffect(() => {
    // Not returned: some browsers answer with a promise, which React would call.
    void current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [shown])
  return (
    <nav aria-label={plural(drafts.length, 'open draft')} className="flex min-w-0 items-center gap-1 print:hidden">
      <ul className="flex min-w-0 gap-1 overflow-x-auto">
        {drafts.map((draft) => (
          <li
            key={draft.key}
            ref={draft.key === shown ? current : undefined}
            className={cn(
              'flex h-8 shrink-0 items-center rounded-control border pr-1 max-md:h-10',
              draft.key === shown ? 'border-line-strong bg-surface' : 'border-transparent text-fg-2 hover:bg-hover',
            )}
          >
            <button
              type="button"
              aria-current={draft.key === shown ? 'page' : undefined}
              title={visibleText(draftName(draft))}
              onClick={() => onShow(draft.key)}
              onAuxClick={(event) => event.button === 1 && onClose(draft)}
              onKeyDown={(event) => event.key === 'Delete' && onClose(draft)}
              className={cn(
                'flex h-full max-w-56 items-center gap-1.5 rounded-control pr-1 pl-2.5',
                draft.key === shown && 'font-semibold',
              )}
            >
              <bdi className="min-w-0 truncate">{visibleText(draftName(draft))}</bdi>
              {draft.edited && (
                <>
                  <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-fg-3" />
                  <span className="sr-only">edited</span>
                </>
              )}
            </button>
            <IconButton
              size="row"
              icon={X}
              label={`Close ${visibleText(draftName(draft))}`}
              onClick={() => onClose(draft)}
            />
          </li>
        ))}
      </ul>
      <IconButton size="row" icon={Plus} label="New draft" onClick={onNew} />
    </nav>
  )
}
