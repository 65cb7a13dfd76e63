'use client'

import { useLayoutEffect } from 'react'
import * as z from 'zod/mini'
import { useStored } from './use-stored'

export const TIMES = ['local', 'utc', 'server'] as const
export type Times = (typeof TIMES)[number]

export const DENSITIES = ['compact', 'normal', 'roomy'] as const
export type Density = (typeof DENSITIES)[number]

const schema = z.object({
  /** Whose clock absolute times are in. */
  times: z.enum(TIMES),
  /** The zone of Gearboard's machine, as it was when `server` was chosen: times are right before the first answer. */
  serverZone: z.string().check(z.maxLength(60)),
  density: z.enum(DENSITIES),
})
type Preferences = z.output<typeof schema>

const DEFAULTS: Preferences = { times: 'local', serverZone: 'UTC', density: 'normal' }

/** How this browser shows times and rows, on every page. */
export const usePreferences = () => useStored('gearboard.preferences', schema, DEFAULTS)

/** For `setTimeZone`; undefined: the browser's own. */
export const zoneOf = ({ times, serverZone }: Pick<Preferences, 'times' | 'serverZone'>): string | undefined =>
  ({ local: undefined, utc: 'UTC', server: serverZone })[times]

const MORE_PX: Readonly<Record<Density, number>> = { compact: -4, normal: 0, roomy: 6 }

const useMore = (): number => MORE_PX[usePreferences()[0].density]

/** The height of a virtual table's rows, px, from what it is at normal density. */
export const useRowHeight = (normal: number): number => normal + useMore()

/** Gives the chosen density to every other table, those in dialogs included. */
export function useDensity(): void {
  const more = useMore()
  useLayoutEffect(() => document.documentElement.style.setProperty('--row-more', `${more}px`), [more])
}
