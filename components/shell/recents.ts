'use client'

import { useEffect } from 'react'
import * as z from 'zod/mini'
import { useStored } from '@/components/shared/use-stored'
import { useConnectionName } from '@/lib/api/live'
import { withRecent } from './with-recent'

const schema = z.readonly(z.array(z.string().check(z.maxLength(400))).check(z.maxLength(8)))
const NONE: readonly string[] = []

/** Pages that this browser showed lately, the newest first, as paths below the connection: `registrations/0000…-1`. */
export const useRecents = () => useStored(`gearboard.recent.${useConnectionName()}`, schema, NONE)

/** Notes each page that is shown. */
export function useRecordRecents(path: string): void {
  const [, change] = useRecents()
  useEffect(() => change((recents) => withRecent(recents, path)), [change, path])
}
