'use client'

import { type QueryClient, useQueries, useQueryClient } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useAskProduction } from '@/components/shared/command/production-guard'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { registrationPath, versionPath } from '@/components/shared/page/paths'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toaster'
import { type Confirmed, describeError } from '@/lib/api/call'
import { useConnectionName, useRegistrationsNow } from '@/lib/api/live'
import { useSubmit } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { registerAgainBody } from '@/lib/model/record/register-again'
import { hasMade, type SourceVersion, sessionOf } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'

type AgainSource = Pick<SourceVersion, 'id'>

/**
 * Registers sources again, as each was sent. Where registrations of its session are on the server, that would replace them: then the editor opens
 * with the upgrade, which shows what it replaces.
 */
export function useRegisterAgain() {
  const client = useQueryClient()
  const connection = useConnectionName()
  const router = useRouter()
  const registrationsNow = useRegistrationsNow()
  const { mutateAsync, isPending } = useSubmit()
  const askProduction = useAskProduction()
  const one = async ({ id: sourceId }: AgainSource, confirmed: Confirmed, alone: boolean) => {
    const edit = { label: 'Open in editor', act: () => router.push(versionPath(connection, sourceId)) }
    let name = 'The source'
    try {
      const source = await readSource(client, connection, sourceId)
      name = source.name
      const session = sessionOf(source)
      if (session !== null && registrationsNow().some(({ privateData }) => privateData?.session === session)) {
        toast.info(`Session ${session} has other registrations`, {
          description: 'An upgrade replaces them, too. Review it in the editor.',
          ...(!alone && { action: edit }),
        })
        if (alone) edit.act()
        return
      }
      const reply = await mutateAsync({ ...registerAgainBody(source), ...confirmed })
      const [id] = reply.kind === 'registered' ? reply.registrations : []
      if (id === undefined) toast.warning(`${name} was sent, but registered nothing`, { action: edit })
      else
        toast.success(`Registered ${name} again`, {
          description: 'Its counters start at 0.',
          action: { label: 'Open', act: () => router.push(registrationPath(connection, id)) },
        })
    } catch (error) {
      toast.error(`${name} was not registered again`, { description: describeError(error), action: edit })
    }
  }
  const again = async (sources: readonly AgainSource[]) => {
    const confirmed = await askProduction({ effect: 'Register again' })
    if (!confirmed) return
    for (const source of sources) await one(source, confirmed, sources.length === 1)
  }
  return { again, pending: isPending }
}

const readSource = (client: QueryClient, connection: string, id: string) =>
  client.fetchQuery(endpointQuery('source', { connection, id }))

/** More than these are not looked up: each is a question of its own. */
const MOST_LOOKED_UP = 6

/** The recorded sources that made registrations, each once; undefined where there are too many to look up. */
export function useSourcesOf(registrations: readonly Registration[]): readonly SourceVersion[] | undefined {
  const connection = useConnectionName()
  const few = registrations.length <= MOST_LOOKED_UP ? registrations : []
  const answers = useQueries({
    queries: few.map(({ id }) => endpointQuery('sources', { connection, registration: id })),
  })
  if (few.length < registrations.length) return undefined
  const made = few.flatMap(
    (registration, at) => answers[at]?.data?.sources.find((source) => hasMade(source, registration)) ?? [],
  )
  return made.filter((source, at) => made.findIndex(({ id }) => id === source.id) === at)
}

interface RegisterAgainProps {
  readonly sources: readonly AgainSource[]
  readonly size?: 'row'
}

/** Undoes an unregister, where the sources are known. */
export function RegisterAgain({ sources, size }: RegisterAgainProps) {
  const { again, pending } = useRegisterAgain()
  return (
    <Button
      {...(size && { size })}
      icon={RotateCcw}
      pending={pending}
      disabledReason={useWriteBlock('develop')}
      onClick={() => void again(sources)}
    >
      Register again
    </Button>
  )
}
