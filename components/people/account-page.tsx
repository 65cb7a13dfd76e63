'use client'

import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { PageHeader } from '@/components/shared/page/page-header'
import { ForViewer } from '@/components/shared/people/for-viewer'
import { NoGrant } from '@/components/shared/people/no-grant'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { PlainTable, WRAPS } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import type { MeReply } from '@/lib/api/contract/session'
import { usePeopleChange } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { ConfirmButton } from '../shared/form/confirm-button'
import { SessionsTable, TokensTable } from './tables'
import { TokenDialog } from './token-dialog'
import { OwnPasswordDialog } from './user-dialogs'

export const AccountPage = () => (
  <ForViewer>
    {(me) => (
      <>
        <PageHeader headline={me.passwordRequired && me.name !== null ? `Signed in as ${me.name}` : 'Account'} />
        {me.passwordRequired ? <Account me={me} /> : <Banner tone="info" title="Nobody signs in to this Gearboard." />}
      </>
    )}
  </ForViewer>
)

function Account({ me }: { readonly me: MeReply }) {
  const [changing, setChanging] = useState(false)
  const isLocal = me.kind === 'local'
  return (
    <>
      <Panel
        title="Your roles"
        actions={
          <Button
            size="row"
            icon={KeyRound}
            disabledReason={isLocal ? undefined : 'Gearboard keeps no password of yours.'}
            onClick={() => setChanging(true)}
          >
            Change password
          </Button>
        }
      >
        {me.connections.length === 0 ? (
          <NoGrant />
        ) : (
          <PlainTable
            label="Your roles"
            rows={me.connections}
            rowKey={({ name }) => name}
            columns={[
              { id: 'name', header: 'Connection', className: WRAPS, cell: ({ name }) => name },
              { id: 'role', header: 'Role', cell: ({ role }) => role },
              {
                id: 'hides',
                header: 'Hidden from you',
                className: WRAPS,
                cell: ({ hides }) => hides.join(', ') || 'nothing',
              },
            ]}
          />
        )}
        {changing && me.name !== null && <OwnPasswordDialog name={me.name} onClose={() => setChanging(false)} />}
      </Panel>
      <OwnSessions />
      <OwnTokens />
    </>
  )
}

function OwnSessions() {
  const { data, error } = useQuery(endpointQuery('ownSessions'))
  const { mutateAsync } = usePeopleChange('endOwnSession')
  return (
    <Panel title="Your sessions">
      <Loaded error={error} data={data}>
        {({ sessions }) => (
          <SessionsTable
            sessions={sessions}
            end={({ id, own }) => (
              <ConfirmButton
                label="End"
                title={own ? 'Sign out of this browser?' : 'End this session?'}
                onConfirm={() => mutateAsync({ params: { id } })}
              >
                That browser is signed out at once.
              </ConfirmButton>
            )}
          />
        )}
      </Loaded>
    </Panel>
  )
}

function OwnTokens() {
  const [making, setMaking] = useState(false)
  const { data, error } = useQuery(endpointQuery('ownTokens'))
  const { mutateAsync } = usePeopleChange('revokeOwnToken')
  return (
    <Panel
      title="Your API tokens"
      note="for programs: Authorization: Bearer gb_…"
      actions={
        <Button size="row" icon={Plus} onClick={() => setMaking(true)}>
          Create token
        </Button>
      }
    >
      <Loaded error={error} data={data}>
        {({ tokens }) =>
          tokens.length === 0 ? (
            <EmptyState title="No tokens yet" />
          ) : (
            <TokensTable
              tokens={tokens}
              revoke={({ id, name }) => (
                <ConfirmButton
                  label="Revoke"
                  title={`Revoke token ${name}?`}
                  onConfirm={() => mutateAsync({ params: { id } })}
                >
                  Programs that use it are refused at once.
                </ConfirmButton>
              )}
            />
          )
        }
      </Loaded>
      {making && <TokenDialog onClose={() => setMaking(false)} />}
    </Panel>
  )
}

interface LoadedProps<Data> {
  readonly data: Data | undefined
  readonly error: Error | null
  readonly children: (data: Data) => ReactNode
}

/** The list of a panel; why it cannot be loaded, or that it loads. */
function Loaded<Data>({ data, error, children }: LoadedProps<Data>) {
  return (
    <>
      {error && <Banner tone="failed" title={describeError(error)} className="m-3" />}
      {data ? children(data) : !error && <Skeleton className="m-3 h-6" />}
    </>
  )
}
