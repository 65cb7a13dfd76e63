'use client'

import { cn } from '@/components/ui/cn'
import { CopyButton } from '@/components/ui/copy-button'
import { Tooltip } from '@/components/ui/tooltip'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

interface IdProps {
  readonly id: string
  /** With a button that copies it whole. */
  readonly copy?: boolean
  readonly className?: string
}

/** An id in mono, shortened in the middle, whole on hover and on copy. */
export function Id({ id, copy = false, className }: IdProps) {
  const short = shortenId(id)
  return (
    <span className={cn('inline-flex items-center gap-0.5 font-mono text-small', className)}>
      <Tooltip content={short === id ? undefined : <span className="font-mono">{visibleText(id)}</span>}>
        <span>{visibleText(short, NAME_CHARS)}</span>
      </Tooltip>
      {copy && <CopyButton text={id} label="Copy id" size="row" />}
    </span>
  )
}
