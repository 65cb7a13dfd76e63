import { cn } from '@/components/ui/cn'
import { visibleText } from '@/lib/model/text/visible-text'
import { ScrollRegion } from './scroll-region'

interface CodeLinesProps {
  /** Accessible name. */
  readonly label: string
  readonly code: string
  /** Lines that failed, from 1. */
  readonly failing?: readonly number[]
  /** Only these lines, from 1, both included. */
  readonly from?: number
  readonly to?: number
  readonly className?: string
}

/** Lines drawn at most: a script may have a megabyte. */
const MOST = 5000

/** Source with line numbers, the failing lines marked by colour and by an arrow. */
export function CodeLines({ label, code, failing = [], from = 1, to = MOST, className }: CodeLinesProps) {
  const lines = code.split('\n')
  const last = Math.min(lines.length, to, from + MOST - 1)
  const shown = lines.slice(from - 1, last)
  return (
    <ScrollRegion label={label} className={className}>
      <pre className="py-1 font-mono text-small">
        <code className="block w-fit min-w-full">
          {shown.map((text, index) => {
            const line = from + index
            const failed = failing.includes(line)
            return (
              <span key={line} className={cn('flex leading-5', failed && 'bg-failed-tint')}>
                <span className="w-10 shrink-0 select-none text-right text-fg-3">{line}</span>
                <span className="w-6 shrink-0 select-none text-center text-failed">
                  {failed && <span aria-hidden>→</span>}
                  {failed && <span className="sr-only">failed here</span>}
                </span>
                <span className="whitespace-pre pr-3">{visibleText(text)}</span>
              </span>
            )
          })}
          {last < Math.min(lines.length, to) && (
            <span className="block px-3 text-fg-3">… {lines.length - last} more lines; copy it to see all</span>
          )}
        </code>
      </pre>
    </ScrollRegion>
  )
}
