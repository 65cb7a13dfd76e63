'use client'

import { useCallback, useMemo } from 'react'
import * as z from 'zod/mini'
import { type Baseline, baselineOf } from '@/components/registrations/registration-baseline'
import { useIsStored, useStored } from '@/components/shared/use-stored'
import { useConnectionName } from '@/lib/api/live'
import { serverClock } from '@/lib/api/server-clock'
import type { Registration } from '@/lib/model/registrations/registration'

/** Of one connection; the oldest give way. */
const MOST = 1000

const count = z.int().check(z.nonnegative())
const schema = z.array(
  z.object({
    key: z.string(),
    /** Another registration under the key has no baseline. */
    identity: z.optional(z.string()),
    at: z.number(),
    perShard: z.record(z.string(), z.object({ triggered: count, success: count, failures: count, aborted: count })),
  }),
)
const NONE: z.output<typeof schema> = []

interface Baselines {
  readonly of: (registration: Pick<Registration, 'key' | 'identity'>) => Baseline | undefined
  /** From now on, for these. */
  readonly set: (registrations: readonly Registration[]) => void
  readonly forget: (keys: readonly string[]) => void
  /** The browser stores them: they outlive a reload. */
  readonly stored: boolean
}

/** Baselines of this browser; clearing them affects no other user. */
export function useBaselines(): Baselines {
  const key = `gearboard.baselines.${useConnectionName()}`
  const [kept, change] = useStored(key, schema, NONE)
  const stored = useIsStored(key)
  const set = useCallback(
    (registrations: readonly Registration[]) => {
      const at = serverClock.now()
      const keys = new Set(registrations.map(({ key }) => key))
      const added = registrations.map((r) => ({ key: r.key, identity: r.identity, ...baselineOf(r, at) }))
      change((now) => [...now.filter(({ key }) => !keys.has(key)), ...added].slice(-MOST))
    },
    [change],
  )
  const forget = useCallback(
    (keys: readonly string[]) => change((now) => now.filter(({ key }) => !keys.includes(key))),
    [change],
  )
  return useMemo(() => {
    const byKey = new Map(kept.map((each) => [each.key, each]))
    const of: Baselines['of'] = ({ key, identity }) => {
      const baseline = byKey.get(key)
      return baseline?.identity === identity ? baseline : undefined
    }
    return { of, set, forget, stored }
  }, [kept, set, forget, stored])
}
