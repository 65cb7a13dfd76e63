'use client'

import { useState } from 'react'
import { cn } from '@/components/ui/cn'
import { cutEnd, formatCount } from '@/lib/model/format'
import { visibleText } from '@/lib/model/visible-text'

interface BoundedTextProps {
  readonly text: string
  /** Characters shown at first. */
  readonly most?: number
  readonly className?: string
}

/** Text of any length from anybody: its beginning, the whole on demand. Without the bound, 14,000 characters without a blank take a second to lay out. */
export function BoundedText({ text, most = 200, className }: BoundedTextProps) {
  const [all, setAll] = useState(false)
  const cut = text.length > most
  return (
    <>
      <bdi className={cn('[overflow-wrap:anywhere]', className)}>{visibleText(all ? text : cutEnd(text, most))}</bdi>
      {cut && (
        <button
          type="button"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          className="ml-1 whitespace-nowrap font-normal font-sans text-accent text-small hover:underline"
        >
          {all ? 'Show less' : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </>
  )
}
