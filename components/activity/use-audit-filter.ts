'use client'

import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useNow } from '@/components/shared/time/clock'
import { ACTION_WORDS } from '@/lib/api/audit-words'
import { AUDIT_OUTCOMES } from '@/lib/model/record/audit'

export const ALL_CHOICES = 'all'
export const ACTIONS = [ALL_CHOICES, ...ACTION_WORDS.keys()]
export const OUTCOME_CHOICES = [ALL_CHOICES, ...AUDIT_OUTCOMES] as const

const HOUR_MS = 3_600_000
/** Lengths of time that end now, ms. */
const SINCE = { all: undefined, '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS } as const
export const TIME_CHOICES = ['all', '1h', '24h', '7d'] as const satisfies readonly (keyof typeof SINCE)[]

const STEP_MS = 60_000

/** Which actions are asked for, in the URL. `from` and `to`, ms, are taken from a link and win over `since`. */
export function useAuditFilter() {
  const [asked, set] = useQueryStates({
    action: parseAsStringLiteral(ACTIONS).withDefault(ALL_CHOICES),
    outcome: parseAsStringLiteral(OUTCOME_CHOICES).withDefault(ALL_CHOICES),
    who: parseAsString.withDefault(''),
    target: parseAsString.withDefault(''),
    since: parseAsStringLiteral(TIME_CHOICES).withDefault('all'),
    from: parseAsInteger,
    to: parseAsInteger,
  })
  const now = useNow(STEP_MS)
  const { action, outcome, who, target, since } = asked
  const chosen = asked.from !== null || asked.to !== null
  const span = SINCE[since]
  const from = chosen ? (asked.from ?? undefined) : span && now > 0 ? now - STEP_MS - span : undefined
  return {
    ...asked,
    chosen,
    set,
    /** As the endpoints take it. */
    query: {
      action: action === ALL_CHOICES ? undefined : action,
      outcome: outcome === ALL_CHOICES ? undefined : outcome,
      who: who.trim() || undefined,
      target: target.trim() || undefined,
      from,
      to: asked.to ?? undefined,
    },
    filtered: chosen || [action, outcome, since].some((value) => value !== ALL_CHOICES) || who !== '' || target !== '',
  }
}

export type AuditFilter = ReturnType<typeof useAuditFilter>
