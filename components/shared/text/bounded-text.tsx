'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { useState } from 'react'
import { cn } from '@/components/ui/cn'
import { CopyButton } from '@/components/ui/copy-button'
import { DRAWN_CHARS, visiblePieces } from '@/lib/model/text/visible-text'

/** Characters added each time the user asks for more. */
const PAGE = 20_000

interface BoundedTextProps {
  readonly text: string
  /** Characters shown at first. */
  readonly most?: number
  readonly className?: string
}

/** Untrusted text of any length: its beginning, more on demand, and the whole to copy. */
export function BoundedText({ text, most = 200, className }: BoundedTextProps) {
  const [shown, setShown] = useState(most)
  const open = shown > most
  const rest = text.length - shown
  return (
    <>
      <bdi className={cn('[overflow-wrap:anywhere]', className)}>{visiblePieces(wholePairs(text.slice(0, shown)))}</bdi>
      {rest > 0 && '…'}
      {text.length > most && (
        <span className="ml-1 inline-flex flex-wrap items-center gap-2 font-normal font-sans text-small">
          {rest > 0 && (
            <TextButton expanded={false} onClick={() => setShown(shown + PAGE)}>
              {rest > PAGE
                ? `Show ${formatCount(PAGE)} of ${formatCount(rest)} more characters`
                : `Show all ${formatCount(text.length)} characters`}
            </TextButton>
          )}
          {open && (
            <TextButton expanded onClick={() => setShown(most)}>
              Show less
            </TextButton>
          )}
          {rest > (open ? 0 : PAGE) && (
            <CopyButton text={text} label={`Copy all ${formatCount(text.length)} characters`} size="row" />
          )}
        </span>
      )}
    </>
  )
}

/** Drops half a surrogate pair that a cut left at the end. */
const wholePairs = (text: string): string => text.replace(/[\ud800-\udbff]$/, '')

interface TextButtonProps {
  readonly expanded: boolean
  readonly onClick: () => void
  readonly children: string
}

const TextButton = ({ expanded, onClick, children }: TextButtonProps) => (
  <button
    type="button"
    aria-expanded={expanded}
    onClick={onClick}
    className="whitespace-nowrap text-accent hover:underline"
  >
    {children}
  </button>
)

/** Lines of any length, for a `pre`: the first page of them, more on demand, and the whole to copy. */
export const LongText = ({ text }: { readonly text: string }) => <BoundedText text={text} most={10 * DRAWN_CHARS} />
