'use client'

import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { PlainTable, WRAPS } from '@/components/ui/plain-table'
import type { UserEntry } from '@/lib/api/contract/people'
import { usePeopleChange } from '@/lib/api/mutations'
import { ConfirmButton } from '../shared/form/confirm-button'
import { AddUserDialog, GroupsDialog, PasswordDialog } from './user-dialogs'

type Open = 'add' | { readonly what: 'groups' | 'password'; readonly user: UserEntry }

interface UsersPanelProps {
  readonly users: readonly UserEntry[]
  readonly isFiltered: boolean
}

export function UsersPanel({ users, isFiltered }: UsersPanelProps) {
  const [open, setOpen] = useState<Open>()
  const { mutateAsync } = usePeopleChange('removeUser')
  const close = () => setOpen(undefined)
  return (
    <Panel
      title="Users"
      note="sign in with a name and password of their own"
      actions={
        <Button size="row" icon={UserPlus} onClick={() => setOpen('add')}>
          Add user
        </Button>
      }
    >
      {users.length === 0 ? (
        <EmptyState title={isFiltered ? 'No user matches the filter' : 'No users yet'} />
      ) : (
        <PlainTable
          label="Users"
          cards
          rows={users}
          rowKey={({ name }) => name}
          columns={[
            { id: 'name', header: 'Name', className: WRAPS, cell: ({ name }) => name },
            { id: 'groups', header: 'Groups', className: WRAPS, cell: ({ groups }) => groups.join(', ') || 'none' },
            { id: 'created', header: 'Added', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
            { id: 'password', header: 'Password set', cell: ({ passwordAt }) => <TimeAgo at={passwordAt} /> },
            {
              id: 'actions',
              header: 'Actions',
              actions: true,
              cell: (user) => (
                <span className="inline-flex gap-1 max-md:flex-wrap">
                  <Button size="row" variant="ghost" onClick={() => setOpen({ what: 'groups', user })}>
                    Groups…
                  </Button>
                  <Button size="row" variant="ghost" onClick={() => setOpen({ what: 'password', user })}>
                    Set password…
                  </Button>
                  <ConfirmButton
                    label="Remove"
                    title={`Remove user ${user.name}?`}
                    onConfirm={() => mutateAsync({ params: { name: user.name } })}
                  >
                    Their grants, API tokens and sessions are removed too. The audit log keeps what they did.
                  </ConfirmButton>
                </span>
              ),
            },
          ]}
        />
      )}
      {open === 'add' && <AddUserDialog onClose={close} />}
      {typeof open === 'object' && open.what === 'groups' && <GroupsDialog user={open.user} onClose={close} />}
      {typeof open === 'object' && open.what === 'password' && <PasswordDialog user={open.user} onClose={close} />}
    </Panel>
  )
}
