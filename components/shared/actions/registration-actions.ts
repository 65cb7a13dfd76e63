'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { CirclePause, CirclePlay, type LucideIcon, Trash2 } from 'lucide-react'
import { useCallback } from 'react'
import { useConnectionState } from '@/lib/api/live'
import type { Registration } from '@/lib/model/registrations/registration'
import { registrationBlocked } from '@/lib/model/registrations/registration-blocked'
import { noneReason } from './none-reason'

export const REGISTRATION_ACTIONS = ['pause', 'resume', 'unregister'] as const
export type RegistrationAction = (typeof REGISTRATION_ACTIONS)[number]

export const REGISTRATION_ACTION_LOOK: Readonly<
  Record<
    RegistrationAction,
    { readonly verb: string; readonly past: string; readonly icon: LucideIcon; readonly danger: boolean }
  >
> = {
  pause: { verb: 'Pause', past: 'Paused', icon: CirclePause, danger: false },
  resume: { verb: 'Resume', past: 'Resumed', icon: CirclePlay, danger: false },
  unregister: { verb: 'Unregister', past: 'Unregistered', icon: Trash2, danger: true },
}

/** What is asked, of which: fixed when a dialog opens, so that a live list cannot change what is confirmed. */
export interface AskedRegistrationAction {
  readonly kind: RegistrationAction
  readonly chosen: readonly Registration[]
}

/** Why an action makes no sense for a registration now, by what the server can. */
export function useRegistrationBlocked(): (kind: RegistrationAction, r: Registration) => string | undefined {
  const capability = useConnectionState()?.capability
  return useCallback((kind, r) => registrationBlocked[kind](r, capability), [capability])
}

/** Why none of these registrations can be paused, resumed or unregistered; undefined if some can. */
export const noRegistrationFits = (
  kind: RegistrationAction,
  chosen: readonly Registration[],
  blocked: ReturnType<typeof useRegistrationBlocked>,
): string | undefined =>
  noneReason(
    chosen,
    (r) => blocked(kind, r),
    `None of these ${plural(chosen.length, 'registration')} can be ${REGISTRATION_ACTION_LOOK[kind].past.toLowerCase()}.`,
  )
