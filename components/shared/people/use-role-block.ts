'use client'

import { useQuery } from '@tanstack/react-query'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery, type ReadName } from '@/lib/api/query'
import { routes } from '@/lib/api/routes'
import { type Access, allows, type Role, roleRefusal } from '@/lib/model/people/role'

/** This viewer's role on the connection of the page; null where they have none, undefined until it is known. */
function useRole(): Role | null | undefined {
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

/** Whether this viewer's role may read an endpoint, as pages ask before they offer it; undefined until the role is known. */
export function useMayRead(name: ReadName): boolean | undefined {
  const role = useRole()
  return role === undefined ? undefined : role !== null && allows(role, routes[name].access ?? 'read')
}
