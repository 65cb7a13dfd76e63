'use client'

import { Fragment, type ReactNode } from 'react'
import { usePreferences, zoneOf } from '@/components/shared/preferences'
import { setTimeZone } from '@/lib/model/text/format'

/** The page in the chosen time zone; another choice renders it anew, with everything that is remembered of times. */
export function InTimeZone({ children }: { readonly children: ReactNode }) {
  const zone = zoneOf(usePreferences()[0])
  setTimeZone(zone)
  return <Fragment key={zone}>{children}</Fragment>
}
