import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import {
  Activity,
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleQuestionMark,
  Hourglass,
  Loader,
  type LucideIcon,
  OctagonX,
  RotateCw,
} from 'lucide-react'
import { Badge, type Tone } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import type { RegistrationHealth } from '@/lib/model/registrations/health'

/** Icon, tone and word of each state: colour is never the only difference. */
export interface StateLook {
  readonly icon: LucideIcon
  readonly tone: Exclude<Tone, 'neutral' | 'accent'>
  readonly word: string
}

export const OUTCOME_LOOK: Readonly<Record<Outcome, StateLook>> = {
  running: { icon: Loader, tone: 'running', word: 'running' },
  waiting: { icon: Hourglass, tone: 'waiting', word: 'waiting' },
  ok: { icon: CircleCheck, tone: 'ok', word: 'ok' },
  failed: { icon: OctagonX, tone: 'failed', word: 'failed' },
  aborted: { icon: Ban, tone: 'aborted', word: 'aborted' },
  unknown: { icon: CircleQuestionMark, tone: 'unknown', word: 'unknown' },
}

export const HEALTH_LOOK: Readonly<Record<RegistrationHealth, StateLook>> = {
  ok: { icon: CircleCheck, tone: 'ok', word: 'healthy' },
  failing: { icon: OctagonX, tone: 'failed', word: 'failing' },
  retrying: { icon: RotateCw, tone: 'failed', word: 'retrying' },
  aborted: { icon: Ban, tone: 'aborted', word: 'aborted' },
  flaky: { icon: Activity, tone: 'waiting', word: 'flaky' },
  paused: { icon: CirclePause, tone: 'waiting', word: 'paused' },
  idle: { icon: CircleDashed, tone: 'unknown', word: 'no recent runs' },
  unknown: { icon: CircleQuestionMark, tone: 'unknown', word: 'not enough data' },
}

export const TONE_TEXT: Readonly<Record<StateLook['tone'], string>> = {
  running: 'text-running',
  waiting: 'text-waiting',
  ok: 'text-ok',
  failed: 'text-failed',
  aborted: 'text-aborted',
  unknown: 'text-unknown',
}

interface StateWordProps {
  readonly look: StateLook
  /** On a tint, for headers; rows go without. */
  readonly badge?: boolean
  readonly className?: string
}

/** Icon and word of a state in its colour. */
export function StateWord({ look: { icon: Icon, tone, word }, badge = false, className }: StateWordProps) {
  if (badge) {
    return (
      <Badge tone={tone} icon={Icon} className={className}>
        {word}
      </Badge>
    )
  }
  return (
    <span className={cn('inline-flex items-center gap-1.5 align-middle font-medium', TONE_TEXT[tone], className)}>
      <Icon aria-hidden />
      {word}
    </span>
  )
}

/** An execution's outcome. */
export function OutcomeBadge({ outcome, ...rest }: Omit<StateWordProps, 'look'> & { readonly outcome: Outcome }) {
  return <StateWord look={OUTCOME_LOOK[outcome]} {...rest} />
}

/** A registration's health. */
export function HealthBadge({
  health,
  ...rest
}: Omit<StateWordProps, 'look'> & { readonly health: RegistrationHealth }) {
  return <StateWord look={HEALTH_LOOK[health]} {...rest} />
}
