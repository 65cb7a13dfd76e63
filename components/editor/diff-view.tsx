import { ScrollRegion } from '@/components/shared/scroll-region'
import { cn } from '@/components/ui/cn'
import { plural } from '@/lib/model/format'
import { changedLines, diffLines, hunks } from '@/lib/model/line-diff'

interface DiffViewProps {
  readonly title: string
  readonly before: string
  readonly after: string
  readonly className?: string
}

const LOOK = {
  same: { box: 'text-fg-3', sign: ' ', word: '' },
  gone: { box: 'bg-failed-tint', sign: '−', word: 'removed: ' },
  new: { box: 'bg-ok-tint', sign: '+', word: 'added: ' },
} as const

/** Changed lines with a little around them. */
export function DiffView({ title, before, after, className }: DiffViewProps) {
  const diff = diffLines(before, after)
  const changed = changedLines(diff)
  return (
    <div className={cn('overflow-hidden rounded-control border border-line', className)}>
      <div className="flex justify-between gap-2 px-2.5 py-1.5">
        <span className="min-w-0 truncate">{title}</span>
        <span className="shrink-0 text-fg-3 text-small">
          {changed === 0 ? 'no change' : `${plural(changed, 'line')} changed`}
        </span>
      </div>
      {changed > 0 && (
        <ScrollRegion label={`Changes: ${title}`} className="max-h-72 font-mono text-small">
          {hunks(diff, 1).map((line, i) =>
            line === 'gap' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
              <div key={i} className="px-2 text-fg-3">
                …
              </div>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
              <div key={i} className={cn('flex min-w-max gap-2 whitespace-pre px-2', LOOK[line.kind].box)}>
                <span aria-hidden className={line.kind === 'gone' ? 'text-failed' : 'text-ok'}>
                  {LOOK[line.kind].sign}
                </span>
                <span className="sr-only">{LOOK[line.kind].word}</span>
                {line.text}
              </div>
            ),
          )}
        </ScrollRegion>
      )}
    </div>
  )
}
