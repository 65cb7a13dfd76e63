'use client'

import { useQuery } from '@tanstack/react-query'
import { Clock, type LucideIcon, Rows3 } from 'lucide-react'
import { useTheme } from 'next-themes'
import { DENSITIES, type Density, TIMES, type Times, usePreferences } from '@/components/shared/preferences'
import { endpointQuery } from '@/lib/api/query'
import { THEMES } from './theme'

const TIMES_WORDS: Readonly<Record<Times, string>> = { local: 'Local time', utc: 'UTC', server: 'Gearboard’s server' }
const DENSITY_WORDS: Readonly<Record<Density, string>> = { compact: 'Compact', normal: 'Normal', roomy: 'Roomy' }

export const PREFERENCE_KINDS = ['Theme', 'Times', 'Rows of lists'] as const

interface PreferenceChoice {
  readonly kind: (typeof PREFERENCE_KINDS)[number]
  readonly name: string
  readonly icon: LucideIcon
  readonly checked: boolean
  readonly disabledReason?: string
  readonly choose: () => void
}

/** What each preference of this browser can be, for the menu and the palette. */
export function usePreferenceChoices(): readonly PreferenceChoice[] {
  const { theme, setTheme } = useTheme()
  const [{ times, density }, change] = usePreferences()
  const { data: about } = useQuery(endpointQuery('about'))
  return [
    ...THEMES.map(({ value, name, icon }) => ({
      kind: 'Theme' as const,
      name,
      icon,
      checked: theme === value,
      choose: () => setTheme(value),
    })),
    ...TIMES.map((value) => ({
      kind: 'Times' as const,
      name: `${TIMES_WORDS[value]}${value === 'server' && about ? ` (${about.timeZone})` : ''}`,
      icon: Clock,
      checked: times === value,
      disabledReason: value === 'server' && !about ? 'Loading its time zone…' : undefined,
      choose: () => change((now) => ({ ...now, times: value, serverZone: about?.timeZone ?? now.serverZone })),
    })),
    ...DENSITIES.map((value) => ({
      kind: 'Rows of lists' as const,
      name: DENSITY_WORDS[value],
      icon: Rows3,
      checked: density === value,
      choose: () => change((now) => ({ ...now, density: value })),
    })),
  ]
}
