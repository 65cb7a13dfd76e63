'use client'

import { Flag } from 'lucide-react'
import { useNow } from '@/components/shared/clock'
import { Button } from '@/components/ui/button'
import { formatExact, formatMinute } from '@/lib/model/format'
import type { Registration } from '@/lib/model/registration'
import { gainedSince, gainInWords } from '@/lib/model/registration-baseline'
import { useBaselines } from './use-baselines'

/** Longer ago, the time of day alone would mislead, ms. */
const TODAY_MS = 12 * 3_600_000

/** What the counters gained since this browser's baseline; setting one clears nothing on the server. */
export function BaselineLine({ registration }: { readonly registration: Registration }) {
  const { of, set, forget } = useBaselines()
  const now = useNow()
  const baseline = of(registration.key)
  if (!baseline) {
    return (
      <p className="flex flex-wrap items-center gap-2 text-fg-2 text-small">
        <Button size="row" icon={Flag} onClick={() => set([registration])}>
          Count from now
        </Button>
        A baseline of this browser; nothing is cleared on the server.
      </p>
    )
  }
  const gained = gainedSince(baseline, registration.counters)
  return (
    <p className="flex flex-wrap items-center gap-2 text-small">
      <Flag aria-hidden className="text-fg-3" />
      <span>
        Since {now - baseline.at < TODAY_MS ? formatMinute(baseline.at) : formatExact(baseline.at)}:{' '}
        <span className="font-semibold">
          {gained
            ? gainInWords(gained)
            : 'nobody knows, the counters went back: a shard reloaded, or the statistics were cleared'}
        </span>
        .
      </span>
      <Button size="row" onClick={() => set([registration])}>
        Count from now
      </Button>
      <Button size="row" variant="ghost" onClick={() => forget([registration.key])}>
        Forget it
      </Button>
    </p>
  )
}
