import { useRoleBlock } from '@/components/shared/people/use-role-block'
import { useConnectionState } from '@/lib/api/live'

/** Why this viewer cannot save views now; undefined when they can. The server behind the connection has no part in it: it need not answer, nor take writes. */
export function useViewBlock(): string | undefined {
  const state = useConnectionState()
  const role = useRoleBlock('operate')
  if (role !== undefined) return role
  if (state?.history && state.history.role !== 'writer')
    return state.history.reason ?? 'This Gearboard records no history.'
  return undefined
}
