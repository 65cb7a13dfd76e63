'use client'

import { useQuery } from '@tanstack/react-query'
import { endpointQuery } from '@/lib/api/query'
import { allows } from '@/lib/model/people/role'

/** Whether this viewer is an admin of Gearboard itself; undefined until it is known. */
export function useOwnAdmin(): boolean | undefined {
  const { data: me } = useQuery(endpointQuery('me'))
  return me && me.role !== null && allows(me.role, 'admin')
}

/** Whether this viewer can add connections here, now; undefined until it is known. */
export function useMayAddConnections(): boolean | undefined {
  const isAdmin = useOwnAdmin()
  const { data } = useQuery({ ...endpointQuery('connectionSettings'), enabled: isAdmin === true })
  return isAdmin === true ? data && data.blocked === null : isAdmin
}
