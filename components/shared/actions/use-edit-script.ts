import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useCallback } from 'react'
import { versionPath } from '@/components/shared/page/paths'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { Execution } from '@/lib/model/executions/execution'
import { hasMade } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'

/** Where a script is found: a recorded source, or the one that made a registration. */
export type ScriptPlace =
  | { readonly sourceId: string }
  | { readonly registration: Pick<Registration, 'id' | 'privateData'> }

/** Of an execution that a script or a listed registration started. */
export function scriptOfExecution(
  { origin }: Pick<Execution, 'origin'>,
  registrations: readonly Registration[] | undefined,
): ScriptPlace | undefined {
  if (origin.kind === 'unknown') return undefined
  if (origin.kind === 'submission') return { sourceId: origin.sourceId }
  const registration = registrations?.find(({ id }) => id === origin.registrationId)
  return registration && { registration }
}

/** Opens a script in the editor; that of a registration is asked for first, and a message says where it is unknown. */
export function useEditScript(): (place: ScriptPlace) => Promise<void> {
  const router = useRouter()
  const client = useQueryClient()
  const connection = useConnectionName()
  return useCallback(
    async (place) => {
      if ('sourceId' in place) {
        router.push(versionPath(connection, place.sourceId))
        return
      }
      const { registration } = place
      try {
        const query = endpointQuery('sources', { connection, registration: registration.id })
        const { sources } = await client.fetchQuery(query)
        const own = sources.find((source) => hasMade(source, registration))
        if (own) router.push(versionPath(connection, own.id))
        else toast.error('Source unknown', { description: 'It was not submitted through this Gearboard.' })
      } catch (error) {
        toast.error('Cannot open the script', { description: describeError(error) })
      }
    },
    [router, client, connection],
  )
}
