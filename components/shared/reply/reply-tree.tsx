'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { useState } from 'react'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { inlineText, type ResultTree } from '@/lib/model/text/result-tree'
import { DRAWN_CHARS, visibleText } from '@/lib/model/text/visible-text'

/** Items drawn before the user asks for more. */
const PAGE = 100
const SUMMARY_LENGTH = 80
const LABEL_LENGTH = 80

const TONES: Readonly<Record<Exclude<ResultTree['kind'], 'list' | 'map'>, string>> = {
  text: 'text-fg',
  number: 'text-running',
  boolean: 'text-running',
  nil: 'text-fg-3',
  status: 'text-ok',
  bytes: 'text-aborted',
}

interface ReplyTreeProps {
  readonly items: readonly ResultTree[]
  readonly className?: string
}

/** Results as a tree that opens and closes by mouse and keyboard. */
export function ReplyTree({ items, className }: ReplyTreeProps) {
  return (
    <div className={cn('font-mono text-small', className)}>
      <Items entries={items.map((item, i) => [String(i + 1), item])} depth={0} />
    </div>
  )
}

type ReplyTreeEntry = readonly [label: string, tree: ResultTree]

function Items({ entries, depth }: { readonly entries: readonly ReplyTreeEntry[]; readonly depth: number }) {
  const [shown, setShown] = useState(PAGE)
  return (
    <ul className={cn(depth > 0 && 'ml-1.5 border-line border-l pl-3')}>
      {entries.slice(0, shown).map(([label, tree], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: results have no identity but their place
        <li key={i} className="min-w-0">
          <Item label={label} tree={tree} depth={depth} />
        </li>
      ))}
      {entries.length > shown && (
        <li>
          <Button size="row" variant="ghost" className="font-sans" onClick={() => setShown(shown + 10 * PAGE)}>
            {formatCount(entries.length - shown)} more
          </Button>
        </li>
      )}
    </ul>
  )
}

function Item({ label, tree, depth }: { readonly label: string; readonly tree: ResultTree; readonly depth: number }) {
  const [open, setOpen] = useState(depth < 2)
  if (tree.kind !== 'list' && tree.kind !== 'map') {
    return (
      <div className="flex gap-2 py-px">
        <span className="shrink-0 text-fg-3">{visibleText(label, LABEL_LENGTH)}</span>
        <span className={cn('min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]', TONES[tree.kind])}>
          {tree.text === '' ? (
            <span className="text-fg-3">empty string</span>
          ) : (
            <BoundedText text={tree.text} most={DRAWN_CHARS} />
          )}
        </span>
      </div>
    )
  }
  const entries: readonly ReplyTreeEntry[] =
    tree.kind === 'map' ? tree.entries : tree.items.map((item, i) => [String(i + 1), item])
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer py-px marker:text-fg-3">
        <span className="text-fg-3">{visibleText(label, LABEL_LENGTH)}</span>{' '}
        <span className="text-fg-2">
          {open ? `${tree.kind} of ${formatCount(entries.length)}` : visibleText(inlineText(tree), SUMMARY_LENGTH)}
        </span>
      </summary>
      {open && <Items entries={entries} depth={depth + 1} />}
    </details>
  )
}
