import { useQuery } from '@tanstack/react-query'
import { useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { allows } from '@/lib/model/connection/connection'

/** Why this viewer cannot save views now; undefined when they can. The server behind the connection has no part in it: it need not answer, nor take writes. */
export function useViewBlock(): string | undefined {
  const state = useConnectionState()
  const { data: me } = useQuery(endpointQuery('me'))
  if (me && !(me.role && allows(me.role, 'operate')))
    return `This needs the operate role; yours is ${me.role ?? 'none'}.`
  if (state?.history && state.history.role !== 'writer')
    return state.history.reason ?? 'This Gearboard records no history.'
  return undefined
}
