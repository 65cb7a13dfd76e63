'use client'

import { formatBytes, plural } from '@gearboard/gears/vocabulary/text'
import { Tooltip } from '@/components/ui/tooltip'
import { formatDuration } from '@/lib/model/text/format'
import { useNow } from '../time/clock'

interface FigureProps {
  readonly className?: string
}

/** `4 min 12 s` of ms; a dash for null. */
export function Duration({ ms, className }: FigureProps & { readonly ms: number | null }) {
  return <span className={className}>{formatDuration(ms)}</span>
}

/** Time since `from`, ticking. */
export function Elapsed({ from, className }: FigureProps & { readonly from: number }) {
  const now = useNow()
  return <span className={className}>{now === 0 ? '' : formatDuration(Math.max(0, now - from))}</span>
}

/** `56 MB`, the exact number on hover; a dash for null. */
export function Bytes({ bytes, className }: FigureProps & { readonly bytes: number | null }) {
  if (bytes === null) return <span className={className}>–</span>
  return (
    <Tooltip content={plural(bytes, 'byte')}>
      <span className={className}>{formatBytes(bytes)}</span>
    </Tooltip>
  )
}
