'use client'

import { Flag } from 'lucide-react'
import { gainedSince, gainInWords } from '@/components/registrations/registration-baseline'
import { useNow } from '@/components/shared/time/clock'
import { Button } from '@/components/ui/button'
import type { Registration } from '@/lib/model/registrations/registration'
import { momentOf } from '../moment'
import { useBaselines } from '../use-baselines'

/** What the counters gained since this browser's baseline. Setting one clears nothing on the server. */
export function BaselineLine({ registration }: { readonly registration: Registration }) {
  const { of, set, forget } = useBaselines()
  const now = useNow()
  const baseline = of(registration)
  if (!baseline) {
    return (
      <p className="flex flex-wrap items-center gap-2 text-fg-2 text-small">
        <Button size="row" icon={Flag} onClick={() => set([registration])}>
          Reset counters in this view only
        </Button>
        The server’s counters stay.
      </p>
    )
  }
  const gain = gainedSince(baseline, registration)
  return (
    <p className="flex flex-wrap items-center gap-2 text-small">
      <Flag aria-hidden className="text-fg-3" />
      <span>
        Since {momentOf(baseline.at, now)}:{' '}
        <span className="font-semibold">{gain.gained ? gainInWords(gain.gained) : `unknown: ${gain.why}`}</span>.
      </span>
      <Button size="row" onClick={() => set([registration])}>
        Reset again
      </Button>
      <Button size="row" variant="ghost" onClick={() => forget([registration.key])}>
        Remove baseline
      </Button>
    </p>
  )
}
