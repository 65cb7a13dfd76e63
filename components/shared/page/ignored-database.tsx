'use client'

import { Banner } from '@/components/ui/banner'
import { useConnectionState } from '@/lib/api/live'
import { ignoredDatabaseInWords } from '@/lib/model/connection/connection'

/** Shown only if the URL names a database: the keys the user is looking for may be there. */
export function IgnoredDatabase() {
  const state = useConnectionState()
  if (state?.ignoredDatabase === undefined) return null
  const { ignoredDatabase: database, origin } = state
  return (
    <Banner tone="info" title={`Database ${database} is not used.`}>
      {ignoredDatabaseInWords(database, origin)} Remove /{database} from the URL.
    </Banner>
  )
}
