'use client'

import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { PageHeader } from '@/components/shared/page/page-header'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { PlainTable } from '@/components/ui/plain-table'
import { describeError } from '@/lib/api/call'
import type { MeReply } from '@/lib/api/contract/session'
import { usePeopleChange } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { ConfirmButton } from './confirm-button'
import { SessionsTable, TokensTable } from './tables'
import { TokenDialog } from './token-dialog'
import { OwnPasswordDialog } from './user-dialogs'

export function AccountPage() {
  const { data: me } = useQuery(endpointQuery('me'))
  if (!me?.signedIn && me?.passwordRequired !== false) return <PageHeader headline={undefined} />
  return (
    <>
      <PageHeader headline="Account" />
      {me.passwordRequired ? <Account me={me} /> : <Banner tone="info" title="Nobody signs in to this Gearboard." />}
    </>
  )
}

function Account({ me }: { readonly me: MeReply }) {
  const [changing, setChanging] = useState(false)
  const isLocal = me.kind === 'local'
  return (
    <>
      <Panel
        title={me.name ?? 'You'}
        note="your roles"
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
        <PlainTable
          label="Your roles"
          rows={me.connections}
          rowKey={({ name }) => name}
          columns={[
            { id: 'name', header: 'Connection', cell: ({ name }) => name },
            { id: 'role', header: 'Role', cell: ({ role }) => role },
            { id: 'hides', header: 'Hidden from you', cell: ({ hides }) => hides.join(', ') || 'nothing' },
          ]}
        />
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
      {error && <Banner tone="failed" title={describeError(error)} />}
      <SessionsTable
        sessions={data?.sessions ?? []}
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
      {error && <Banner tone="failed" title={describeError(error)} />}
      <TokensTable
        tokens={data?.tokens ?? []}
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
      {making && <TokenDialog onClose={() => setMaking(false)} />}
    </Panel>
  )
}
