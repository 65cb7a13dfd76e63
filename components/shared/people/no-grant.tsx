'use client'

import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '@/components/ui/empty-state'
import { endpointQuery } from '@/lib/api/query'

/** How often it is asked whether there is one, ms. */
const REFRESH_MS = 5000

/** For a signed-in user without a grant, until an admin adds one. */
export function NoGrant() {
  useQuery({ ...endpointQuery('me'), refetchInterval: REFRESH_MS })
  return <EmptyState title="You have no grant on any connection.">Ask an admin of this Gearboard for one.</EmptyState>
}
