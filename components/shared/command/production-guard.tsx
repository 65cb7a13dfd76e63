'use client'

import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { LockOpen } from 'lucide-react'
import { createContext, type ReactNode, useCallback, useContext, useState, useSyncExternalStore } from 'react'
import { Badge } from '@/components/ui/badge'
import { Button, IconButton } from '@/components/ui/button'
import type { Confirmed } from '@/lib/api/call'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { confirmationName } from '@/lib/model/connection/confirmation'
import type { ConnectionState } from '@/lib/model/connection/connection'
import { ConfirmationWord, ConfirmDialog } from './confirm-dialog'
import { CONFIRMED_MS, ConfirmedTime } from './confirmed-time'

/** What is about to be done, without a dialog of its own. */
interface ProductionQuestion {
  /** Verb and object, as the button says it: `Trigger greet`. */
  readonly effect: string
  /** It replaces or removes something: the name is typed each time, and not once for some minutes. */
  readonly eachTime?: boolean
}

/** Resolves with what the write carries, or with undefined where the person decided against it. */
type AskProduction = (question: ProductionQuestion) => Promise<Confirmed | undefined>

const NOT_ASKED: Confirmed = { confirm: undefined }

const AskContext = createContext<AskProduction>(async () => NOT_ASKED)

/** Asks for the name of a production connection before a write that has no dialog; on any other connection it resolves at once. */
export const useAskProduction = (): AskProduction => useContext(AskContext)

const confirmedTime = new ConfirmedTime()

const productionName = (state: ConnectionState | undefined): string | undefined =>
  state?.production ? confirmationName(state) : undefined

interface AskedQuestion extends ProductionQuestion {
  /** What is to be typed. */
  readonly name: string
  readonly answer: (confirmed: Confirmed | undefined) => void
}

/** Undefined where it cannot be read: the server asks, too. */
const readState = (client: QueryClient, name: string): Promise<ConnectionState | undefined> =>
  client.fetchQuery(endpointQuery('connections')).then(
    ({ connections }) => connections.find((connection) => connection.name === name),
    () => undefined,
  )

/** On a production connection, whatever changes something asks for the connection's name. */
export function ProductionGuard({ children }: { readonly children: ReactNode }) {
  const connection = useConnectionName()
  const client = useQueryClient()
  const state = useConnectionState()
  const [asked, setAsked] = useState<AskedQuestion>()
  const ask = useCallback<AskProduction>(
    async (question) => {
      // A page can be faster than its live feed.
      const name = productionName(state ?? (await readState(client, connection)))
      if (name === undefined) return NOT_ASKED
      if (!question.eachTime && confirmedTime.minutesLeft(connection, name) > 0) return { confirm: name }
      return new Promise((answer) => setAsked({ ...question, name, answer }))
    },
    [client, connection, state],
  )
  return (
    <ConfirmationWord value={productionName(state)}>
      <AskContext value={ask}>{children}</AskContext>
      <ConfirmationWord value={asked?.name}>
        <ConfirmDialog
          open={asked !== undefined}
          onOpenChange={(open) => {
            if (open) return
            asked?.answer(undefined)
            setAsked(undefined)
          }}
          title={asked ? `${asked.effect} on ${asked.name}?` : ''}
          confirmLabel={asked?.effect ?? ''}
          danger={asked?.eachTime ?? false}
          onConfirm={async ({ confirm }) => {
            if (confirm !== undefined && !asked?.eachTime) confirmedTime.begin(connection, confirm)
            asked?.answer({ confirm })
          }}
        >
          {asked?.eachTime
            ? 'This is a production connection.'
            : `This is a production connection. For the next ${CONFIRMED_MS / 60_000} min in this tab, runs, new registrations, triggers and test events do not ask again; what replaces or removes something does.`}
        </ConfirmDialog>
      </ConfirmationWord>
    </ConfirmationWord>
  )
}

/** In the top bar: that runs, triggers and test events do not ask now, and the button that ends it. */
export function ConfirmedNote() {
  const connection = useConnectionName()
  const name = productionName(useConnectionState())
  const left = useSyncExternalStore(
    confirmedTime.subscribe,
    () => confirmedTime.minutesLeft(connection, name),
    () => 0,
  )
  if (left === 0) return null
  const label = `End confirmation, ${left} min left`
  const end = () => confirmedTime.end(connection)
  return (
    <>
      <Badge tone="waiting" icon={LockOpen} className="max-md:hidden">
        confirmed for {left} min
      </Badge>
      <Button size="row" variant="ghost" className="max-md:hidden" aria-label={label} onClick={end}>
        End
      </Button>
      <IconButton icon={LockOpen} className="text-waiting md:hidden" label={label} onClick={end} />
    </>
  )
}
