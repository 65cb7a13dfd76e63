'use client'

import { useQuery } from '@tanstack/react-query'
import { Lock, Search } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { PageHeader } from '@/components/shared/page/page-header'
import { ForViewer } from '@/components/shared/people/for-viewer'
import { Banner } from '@/components/ui/banner'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import type { MeReply } from '@/lib/api/contract/session'
import { usePeopleChange } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { peopleHeadline, peopleMatching } from '@/lib/model/people/people-list'
import { allows, roleRefusal } from '@/lib/model/people/role'
import { ConfirmButton } from '../shared/form/confirm-button'
import { GrantsPanel } from './grants-panel'
import { RolesPanel } from './roles-panel'
import { SessionsTable, TokensTable } from './tables'
import { UsersPanel } from './users-panel'

export const PeoplePage = () => <ForViewer>{(me) => <People me={me} />}</ForViewer>

function People({ me }: { readonly me: MeReply }) {
  const mayRead = me.role !== null && allows(me.role, 'admin')
  const [q, setQ] = useQueryState('q', parseAsString.withDefault(''))
  const { data, error } = useQuery({ ...endpointQuery('people'), enabled: mayRead })
  if (!mayRead)
    return (
      <EmptyState icon={Lock} title={<h1>People are managed by admins</h1>}>
        {roleRefusal('admin', me.role)}
      </EmptyState>
    )
  if (!data)
    return (
      <>
        <PageHeader headline={error ? 'People cannot be loaded.' : undefined} second={error ? undefined : ''} />
        {error ? <Banner tone="failed" title={describeError(error)} /> : <Skeleton className="h-60" />}
      </>
    )
  const found = peopleMatching(data, q)
  return (
    <>
      <PageHeader headline={peopleHeadline(data, me.ways.users)} second="Roles and grants take effect at once." />
      {error && (
        <Banner tone="silent" title={describeError(error)}>
          Showing older data.
        </Banner>
      )}
      {!me.passwordRequired && (
        <Banner tone="warning" title="Nobody signs in to this Gearboard: every visitor is an admin.">
          Set GEARBOARD_LOCAL_USERS=1 and restart it. It then prints a link that creates the first admin.
        </Banner>
      )}
      <Input
        type="search"
        icon={Search}
        aria-label="Filter people"
        placeholder="Filter: user, group, connection"
        value={q}
        onChange={(event) => void setQ(event.target.value || null)}
        className="max-w-120"
      />
      {me.ways.users && <UsersPanel users={found.users} isFiltered={q !== ''} />}
      <GrantsPanel grants={found.grants} isFiltered={q !== ''} />
      <RolesPanel roles={data.roles} connections={me.connections.map(({ name }) => name)} />
      <Sessions sessions={found.sessions} hasProvider={me.ways.oidc !== null} />
      <Tokens tokens={found.tokens} />
    </>
  )
}

interface SessionsProps extends Pick<Parameters<typeof SessionsTable>[0], 'sessions'> {
  readonly hasProvider: boolean
}

function Sessions({ sessions, hasProvider }: SessionsProps) {
  const { mutateAsync } = usePeopleChange('endSession')
  const count = sessions.length === 0 ? 'none' : String(sessions.length)
  return (
    <Panel
      title="Sessions"
      note={
        hasProvider ? `${count}; groups by OIDC are those of the last sign-in, so end a session to renew them` : count
      }
    >
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
    <Panel
      title="API tokens"
      note={tokens.length === 0 ? 'none; users create their own under Account' : String(tokens.length)}
    >
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
