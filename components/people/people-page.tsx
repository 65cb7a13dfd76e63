'use client'

import { useQuery } from '@tanstack/react-query'
import { PageHeader } from '@/components/shared/page/page-header'
import { Banner } from '@/components/ui/banner'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import type { MeReply } from '@/lib/api/contract/session'
import { usePeopleChange } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { allows, roleRefusal } from '@/lib/model/people/role'
import { ConfirmButton } from './confirm-button'
import { GrantsPanel } from './grants-panel'
import { RolesPanel } from './roles-panel'
import { SessionsTable, TokensTable } from './tables'
import { UsersPanel } from './users-panel'

export function PeoplePage() {
  const { data: me } = useQuery(endpointQuery('me'))
  if (!me?.signedIn && me?.passwordRequired !== false) return <PageHeader headline={undefined} />
  return (
    <>
      <PageHeader headline="People" />
      <People me={me} />
    </>
  )
}

function People({ me }: { readonly me: MeReply }) {
  const mayRead = me.role !== null && allows(me.role, 'admin')
  const { data, error } = useQuery({ ...endpointQuery('people'), enabled: mayRead })
  if (!mayRead)
    return (
      <Banner tone="info" title={roleRefusal('admin', me.role)}>
        People are managed by admins of all connections.
      </Banner>
    )
  if (error) return <Banner tone="failed" title={describeError(error)} />
  if (!data) return <Skeleton className="h-60" />
  return (
    <>
      {!me.passwordRequired && (
        <Banner tone="warning" title="Nobody signs in to this Gearboard: every visitor is an admin.">
          Set GEARBOARD_LOCAL_USERS=1 and restart it. It then prints a link that creates the first admin.
        </Banner>
      )}
      {me.ways.users && <UsersPanel users={data.users} />}
      <GrantsPanel grants={data.grants} />
      <RolesPanel roles={data.roles} connections={me.connections.map(({ name }) => name)} />
      <Sessions sessions={data.sessions} />
      <Tokens tokens={data.tokens} />
    </>
  )
}

function Sessions({ sessions }: Pick<Parameters<typeof SessionsTable>[0], 'sessions'>) {
  const { mutateAsync } = usePeopleChange('endSession')
  return (
    <Panel title="Sessions" note={sessions.length === 0 ? 'none' : String(sessions.length)}>
      {sessions.length > 0 && (
        <SessionsTable
          sessions={sessions}
          end={({ id, name, own }) => (
            <ConfirmButton
              label="End"
              title={own ? 'End your own session?' : `End this session of ${name}?`}
              onConfirm={() => mutateAsync({ params: { id } })}
            >
              That browser is signed out at once.
            </ConfirmButton>
          )}
        />
      )}
    </Panel>
  )
}

function Tokens({ tokens }: Pick<Parameters<typeof TokensTable>[0], 'tokens'>) {
  const { mutateAsync } = usePeopleChange('revokeToken')
  return (
    <Panel title="API tokens" note={tokens.length === 0 ? 'none; users create their own under Account' : undefined}>
      {tokens.length > 0 && (
        <TokensTable
          tokens={tokens}
          revoke={({ id, name, owner }) => (
            <ConfirmButton
              label="Revoke"
              title={`Revoke token ${name} of ${owner.name}?`}
              onConfirm={() => mutateAsync({ params: { id } })}
            >
              Programs that use it are refused at once.
            </ConfirmButton>
          )}
        />
      )}
    </Panel>
  )
}
