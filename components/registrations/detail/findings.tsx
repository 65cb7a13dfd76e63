'use client'

import { CircleAlert, CircleQuestionMark, type LucideIcon, RotateCw } from 'lucide-react'
import { TONE_TEXT } from '@/components/shared/text/outcome'
import { useNow } from '@/components/shared/time/clock'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import type { Registration } from '@/lib/model/registrations/registration'
import { type RegistrationFindingKind, registrationFindings } from '@/lib/model/registrations/registration-findings'

const LOOKS: Readonly<
  Record<RegistrationFindingKind, { readonly icon: LucideIcon; readonly tone: keyof typeof TONE_TEXT }>
> = {
  'retry-loop': { icon: RotateCw, tone: 'failed' },
  stopped: { icon: CircleAlert, tone: 'failed' },
  failing: { icon: CircleAlert, tone: 'failed' },
  'fires-though-paused': { icon: CircleAlert, tone: 'failed' },
  quiet: { icon: CircleQuestionMark, tone: 'waiting' },
  flaky: { icon: CircleAlert, tone: 'waiting' },
  'went-back': { icon: CircleQuestionMark, tone: 'unknown' },
}

/** What the time is of. */
const BEFORE_TIME: Readonly<Record<RegistrationFindingKind, string>> = {
  'retry-loop': 'since',
  stopped: 'since',
  failing: 'since',
  'fires-though-paused': 'last',
  quiet: 'last',
  flaky: 'last failed',
  'went-back': 'seen',
}

/** The problems of a registration, or risks, as sentences; nothing where none is known. */
export function Findings({ registration }: { readonly registration: Registration }) {
  const findings = registrationFindings(registration, useNow(5000))
  if (findings.length === 0) return null
  return (
    <Panel title="Findings" note="from history" bodyClassName="border-line border-t">
      <ul className="divide-y divide-line">
        {findings.map(({ kind, words, since }) => {
          const { icon: Icon, tone } = LOOKS[kind]
          return (
            <li key={kind} className="flex items-start gap-2.5 px-3 py-2">
              <Icon aria-hidden className={cn('mt-0.5 shrink-0', TONE_TEXT[tone])} />
              <p className="min-w-0 flex-1">{words}</p>
              {since !== null && (
                <p className="shrink-0 text-fg-3 text-small">
                  {BEFORE_TIME[kind]} <TimeAgo at={since} />
                </p>
              )}
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
