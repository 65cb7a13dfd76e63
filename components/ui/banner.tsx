import { Info, OctagonX, TriangleAlert, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { bounded } from './bounded'
import { cn } from './cn'

const TONES = {
  info: { icon: Info, box: 'border-line-strong bg-surface', mark: 'text-accent' },
  warning: { icon: TriangleAlert, box: 'border-waiting/40 bg-waiting-tint', mark: 'text-waiting' },
  failed: { icon: OctagonX, box: 'border-failed/40 bg-failed-tint', mark: 'text-failed' },
  silent: { icon: Unplug, box: 'border-line-strong bg-unknown-tint', mark: 'text-unknown' },
} as const

interface BannerProps {
  readonly tone: keyof typeof TONES
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
  readonly className?: string
}

/** Something that holds for the whole page. `failed` interrupts a screen reader, the others are polite. */
export function Banner({ tone, title, children, actions, className }: BannerProps) {
  const { icon: Icon, box, mark } = TONES[tone]
  return (
    <div
      role={tone === 'failed' ? 'alert' : 'status'}
      className={cn('flex flex-wrap items-center gap-x-3 gap-y-2 rounded-panel border px-3 py-2.5', box, className)}
    >
      <Icon aria-hidden className={cn('mt-0.5 self-start', mark)} />
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-semibold">{bounded(title)}</p>
        {children && <div className="text-fg-2">{bounded(children)}</div>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
