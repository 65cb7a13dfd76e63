'use client'

import { errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { LongText } from '@/components/shared/text/bounded-text'
import { cn } from '@/components/ui/cn'
import { CopyButton } from '@/components/ui/copy-button'
import { visibleText } from '@/lib/model/text/visible-text'

interface ErrorTextProps {
  /** As the module sent it, the list form too. */
  readonly text: string
  /** Shows the whole at once, instead of its title with the rest folded. */
  readonly open?: boolean
  readonly className?: string
}

/** An error of the module: its title, and unfolded what Python would have printed. */
export function ErrorText({ text, open = false, className }: ErrorTextProps) {
  const [shown, setShown] = useState(open)
  const report = readError(text)
  const title = errorTitle(report)
  const shownTitle = visibleText(title)
  const more = report.text.trim() !== title
  return (
    <div className={cn('font-mono text-small', className)}>
      <div className="flex items-start gap-1.5">
        {more ? (
          <button
            type="button"
            aria-expanded={shown}
            onClick={() => setShown(!shown)}
            className="flex min-w-0 flex-1 items-start gap-1.5 text-left text-failed"
          >
            <ChevronRight aria-hidden className={cn('mt-px transition-transform', shown && 'rotate-90')} />
            <span className="min-w-0 break-words">{shownTitle}</span>
          </button>
        ) : (
          <span className="min-w-0 flex-1 whitespace-pre-wrap break-words text-failed">{shownTitle}</span>
        )}
        <CopyButton text={report.text} label="Copy error" size="row" />
      </div>
      {more && shown && (
        <pre className="mt-1 overflow-x-auto whitespace-pre-wrap break-words pl-5 text-fg-2">
          <LongText text={report.text} />
        </pre>
      )}
    </div>
  )
}
