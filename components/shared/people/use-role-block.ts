'use client'

import { useQuery } from '@tanstack/react-query'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { Role } from '@/lib/model/people/role'
import { type Access, allows, roleRefusal } from '@/lib/model/people/role'

/** This viewer's role on the connection of the page; null where they have none, undefined until it is known. */
export function useRole(): Role | null | undefined {
  const connection = useConnectionName()
  const { data: me } = useQuery(endpointQuery('me'))
  return me && (me.connections.find(({ name }) => name === connection)?.role ?? null)
}

/** Why this viewer's role does not do; undefined when it does, or is not known yet. The server enforces the same. */
export function useRoleBlock(needed: Access): string | undefined {
  const role = useRole()
  if (role === undefined || (role !== null && allows(role, needed))) return undefined
  return roleRefusal(needed, role)
}
