'use client'

import { useQuery } from '@tanstack/react-query'
import { Lock, Pencil, Plus, Trash2, Unplug } from 'lucide-react'
import { parseAsBoolean, parseAsString, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { ConfirmationWord, ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { PageHeader } from '@/components/shared/page/page-header'
import { ForViewer } from '@/components/shared/people/for-viewer'
import { ColourMark } from '@/components/shared/text/colour-mark'
import { CONNECTION_LOOK } from '@/components/shared/text/connection-look'
import { StateWord } from '@/components/shared/text/outcome'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Badge } from '@/components/ui/badge'
import { Banner } from '@/components/ui/banner'
import { Button, IconButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import type { ConnectionSetting } from '@/lib/api/contract/connection-settings'
import { useRemoveConnection } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { confirmationName } from '@/lib/model/connection/confirmation'
import type { ConnectionState } from '@/lib/model/connection/connection'
import { allows, roleRefusal } from '@/lib/model/people/role'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'
import { ConnectionFormPanel } from './connection-form'
import { type ListedConnection, listedConnections, ORIGIN_WORDS, settingsHeadline } from './listed-connections'

/** States, and what others change, ms. */
const REFRESH_MS = 5000

/** The connections of this Gearboard: those that were added here can be changed here. */
export const ConnectionSettingsPage = () => (
  <ForViewer>
    {({ role }) =>
      role !== null && allows(role, 'admin') ? (
        <Connections />
      ) : (
        <EmptyState icon={Lock} title={<h1>Connections are managed by admins</h1>}>
          {roleRefusal('admin', role)}
        </EmptyState>
      )
    }
  </ForViewer>
)

function Connections() {
  const settings = useQuery({ ...endpointQuery('connectionSettings'), refetchInterval: REFRESH_MS })
  const connections = useQuery({ ...endpointQuery('connections'), refetchInterval: REFRESH_MS })
  const [{ add, edit }, setAddress] = useQueryStates(
    { add: parseAsBoolean.withDefault(false), edit: parseAsString },
    { history: 'push' },
  )
  const [removing, setRemoving] = useState<ConnectionSetting>()
  const error = settings.error ?? connections.error
  if (!settings.data || !connections.data) {
    return (
      <>
        <PageHeader headline={error ? 'Connections cannot be loaded.' : undefined} />
        {error ? (
          <Banner tone="failed" title={describeError(error)}>
            Trying again.
          </Banner>
        ) : (
          <Skeleton className="h-40" />
        )}
      </>
    )
  }
  const blocked = settings.data.blocked ?? undefined
  const listed = listedConnections(connections.data.connections, settings.data.settings)
  const edited = settings.data.settings.find(({ definition }) => definition.name === edit)
  const close = () => void setAddress({ add: null, edit: null })
  const saved = (name: string) => {
    toast.success(`Connection ${name} saved`)
    close()
  }
  if (add || edited) {
    return (
      <>
        <PageHeader headline={edited ? `Edit connection ${edited.definition.name}` : 'Add connection'} />
        {blocked !== undefined && (
          <Banner tone="warning" title="Connections cannot be changed here">
            {blocked}
          </Banner>
        )}
        {edited?.problem && (
          <Banner tone="failed" title="This connection is not open">
            {edited.problem}
          </Banner>
        )}
        <ConnectionFormPanel key={edit} setting={edited} blocked={blocked} onSaved={saved} onCancel={close} />
      </>
    )
  }
  return (
    <>
      <PageHeader
        headline={settingsHeadline(listed)}
        actionsLast
        actions={
          <Button
            variant="primary"
            icon={Plus}
            disabledReason={blocked}
            onClick={() => void setAddress({ add: true, edit: null })}
          >
            Add connection
          </Button>
        }
      />
      {edit !== null && (
        <Banner tone="warning" title={`No connection ${visibleText(edit, NAME_CHARS)} was added here.`} />
      )}
      {blocked !== undefined && (
        <Banner tone="warning" title="Connections cannot be changed here">
          {blocked}
        </Banner>
      )}
      {listed.map(
        ({ name, setting }) =>
          setting?.problem && (
            <Banner key={`${name} problem`} tone="failed" title={`Connection ${name} is not open.`}>
              {setting.problem}
            </Banner>
          ),
      )}
      <Panel>
        {listed.length === 0 ? (
          <EmptyState icon={Unplug} title="No connections yet">
            Add one here, or declare it in gearboard.config.json.
          </EmptyState>
        ) : (
          <PlainTable
            label="Connections"
            cards
            rows={listed}
            rowKey={({ key }) => key}
            columns={columnsWith(blocked, (name) => void setAddress({ edit: name, add: null }), setRemoving)}
          />
        )}
      </Panel>
      <RemoveDialog setting={removing} onClose={() => setRemoving(undefined)} />
    </>
  )
}

const columnsWith = (
  blocked: string | undefined,
  edit: (name: string) => void,
  remove: (setting: ConnectionSetting) => void,
): readonly PlainColumn<ListedConnection>[] => [
  {
    id: 'name',
    header: 'Connection',
    className: 'whitespace-normal',
    cell: (row) => <Name {...row.shown} name={row.name} />,
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ state }) =>
      state ? <StateWord look={CONNECTION_LOOK[state.status]} /> : <span className="text-failed">not open</span>,
  },
  {
    id: 'origin',
    header: 'Declared by',
    cell: ({ origin }) => <span className="text-fg-2">{ORIGIN_WORDS[origin].by}</span>,
  },
  {
    id: 'address',
    header: 'Address',
    className: 'min-w-60 whitespace-normal [overflow-wrap:anywhere]',
    cell: ({ address }) => <span className="font-mono text-fg-2 text-small">{visibleText(address, NAME_CHARS)}</span>,
  },
  {
    id: 'changed',
    header: 'Changed',
    cell: ({ setting }) =>
      setting && (
        <span className="text-fg-2">
          <TimeAgo at={setting.changedAt} />
          {setting.changedBy !== null && ` by ${visibleText(setting.changedBy, NAME_CHARS)}`}
        </span>
      ),
  },
  {
    id: 'actions',
    header: 'Actions',
    actions: true,
    cell: ({ name, origin, setting }) => {
      const reason = ORIGIN_WORDS[origin].fixed ?? blocked
      return (
        <span className="inline-flex gap-1">
          <IconButton
            label={`Edit ${name}`}
            icon={Pencil}
            size="row"
            {...(reason !== undefined && { disabledReason: reason })}
            onClick={() => edit(name)}
          />
          <IconButton
            label={`Remove ${name}`}
            icon={Trash2}
            size="row"
            {...(reason !== undefined && { disabledReason: reason })}
            onClick={() => setting && remove(setting)}
          />
        </span>
      )
    },
  },
]

type NameProps = Pick<ConnectionState, 'name'> & ListedConnection['shown']

function Name({ name, label, colour, production, readOnly, labels, note }: NameProps) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 [overflow-wrap:anywhere]" title={note}>
      <ColourMark colour={colour} />
      <span className="font-semibold">{visibleText(label ?? name, NAME_CHARS)}</span>
      {label !== undefined && label !== name && <span className="text-fg-3 text-small">{name}</span>}
      {production && <Badge tone="failed">production</Badge>}
      {readOnly && <Badge>read-only</Badge>}
      {labels.length > 0 && <span className="text-fg-3 text-small">{labels.join(', ')}</span>}
    </span>
  )
}

interface RemoveDialogProps {
  readonly setting: ConnectionSetting | undefined
  readonly onClose: () => void
}

function RemoveDialog({ setting, onClose }: RemoveDialogProps) {
  const { mutateAsync } = useRemoveConnection()
  const name = setting?.definition.name ?? ''
  return (
    <ConfirmationWord value={setting?.definition.production ? confirmationName(setting.definition) : undefined}>
      <ConfirmDialog
        open={setting !== undefined}
        onOpenChange={(open) => {
          if (!open) onClose()
        }}
        title={`Remove connection ${name}?`}
        confirmLabel="Remove connection"
        confirmIcon={Trash2}
        danger
        onConfirm={({ confirm }) => mutateAsync({ name, confirm })}
      >
        Gearboard stops watching it, and forgets its address and secrets. What was recorded of it is kept. Nothing
        changes on the server.
      </ConfirmDialog>
    </ConfirmationWord>
  )
}
