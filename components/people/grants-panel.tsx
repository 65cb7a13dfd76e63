'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { PlainTable, WRAPS } from '@/components/ui/plain-table'
import type { GrantEntry } from '@/lib/api/contract/people'
import { usePeopleChange } from '@/lib/api/mutations'
import { granteeInWords, grantInWords } from '@/lib/model/people/words'
import { listInWords } from '@/lib/model/text/format'
import { ConfirmButton } from '../shared/form/confirm-button'
import { GrantDialog } from './grant-dialog'

const IN_FILE = 'Declared in the configuration file; change it there.'

interface GrantsPanelProps {
  readonly grants: readonly GrantEntry[]
  readonly isFiltered: boolean
}

export function GrantsPanel({ grants, isFiltered }: GrantsPanelProps) {
  const [open, setOpen] = useState<'add' | (GrantEntry & { readonly id: string })>()
  return (
    <Panel
      title="Grants"
      note="who has which role on which connections"
      actions={
        <Button size="row" icon={Plus} onClick={() => setOpen('add')}>
          Add grant
        </Button>
      }
    >
      {grants.length === 0 ? (
        <EmptyState title={isFiltered ? 'No grant matches the filter' : 'No grants yet'}>
          Without a grant a signed-in user sees no connection.
        </EmptyState>
      ) : (
        <PlainTable
          label="Grants"
          cards
          rows={grants}
          rowKey={(grant) => grant.id ?? grantInWords(grant)}
          columns={[
            { id: 'who', header: 'Who', className: WRAPS, cell: ({ who }) => granteeInWords(who) },
            { id: 'role', header: 'Role', cell: ({ role }) => role },
            {
              id: 'connections',
              header: 'Connections',
              className: WRAPS,
              cell: ({ connections }) => listInWords(connections),
            },
            {
              id: 'selects',
              header: 'Selects now',
              className: WRAPS,
              cell: ({ selects }) => <Selects names={selects} />,
            },
            { id: 'hides', header: 'Hides', cell: ({ hides = [] }) => hides.join(', ') || 'nothing' },
            { id: 'by', header: 'Added by', cell: ({ createdBy }) => createdBy ?? 'the configuration file' },
            {
              id: 'actions',
              header: 'Actions',
              actions: true,
              cell: (grant) => <GrantActions grant={grant} change={(id) => setOpen({ ...grant, id })} />,
            },
          ]}
        />
      )}
      {open !== undefined && (
        <GrantDialog grant={open === 'add' ? undefined : open} onClose={() => setOpen(undefined)} />
      )}
    </Panel>
  )
}

const Selects = ({ names }: { readonly names: readonly string[] }) =>
  names.length === 0 ? <Badge tone="waiting">no connection</Badge> : listInWords(names)

function GrantActions({ grant, change }: { readonly grant: GrantEntry; readonly change: (id: string) => void }) {
  const { mutateAsync } = usePeopleChange('removeGrant')
  const { id } = grant
  const reason = id === null ? IN_FILE : undefined
  return (
    <span className="inline-flex gap-1">
      <Button size="row" variant="ghost" disabledReason={reason} onClick={() => id !== null && change(id)}>
        Change…
      </Button>
      <ConfirmButton
        label="Remove"
        title="Remove this grant?"
        disabledReason={reason}
        onConfirm={async () => id !== null && mutateAsync({ params: { id } })}
      >
        {grantInWords(grant)}
      </ConfirmButton>
    </span>
  )
}
