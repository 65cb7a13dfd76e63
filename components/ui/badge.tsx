import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { bounded } from './bounded'
import { cn } from './cn'

const TONES = {
  neutral: 'text-fg-2 bg-unknown-tint',
  accent: 'text-accent bg-accent-tint',
  running: 'text-running bg-running-tint',
  waiting: 'text-waiting bg-waiting-tint',
  ok: 'text-ok bg-ok-tint',
  failed: 'text-failed bg-failed-tint',
  aborted: 'text-aborted bg-aborted-tint',
  unknown: 'text-unknown bg-unknown-tint',
} as const

export type Tone = keyof typeof TONES

const CHARS = 200

interface BadgeProps {
  readonly tone?: Tone
  readonly icon?: LucideIcon
  readonly children: ReactNode
  readonly className?: string
}

/** A tinted chip. The word carries the meaning; icon and colour only repeat it. */
export function Badge({ tone = 'neutral', icon: Icon, children, className }: BadgeProps) {
  return (
    <span
      className={cn(
        'inline-flex h-5 max-w-full forced-colors:border items-center gap-1 whitespace-nowrap rounded-chip px-1.5 font-medium text-small',
        TONES[tone],
        className,
      )}
    >
      {Icon && <Icon aria-hidden className="size-3" />}
      <span className="truncate">{bounded(children, CHARS)}</span>
    </span>
  )
}
