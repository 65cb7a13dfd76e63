'use client'

import type { PythonSession } from '@gearboard/gears/vocabulary/environment'
import { cutEnd, formatCount } from '@gearboard/gears/vocabulary/text'
import { Gauge, Unplug } from 'lucide-react'
import { useState } from 'react'
import { RegistrationActionDialog } from '@/components/shared/actions/registration-action-dialog'
import type { AskedRegistrationAction } from '@/components/shared/actions/registration-actions'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { profilerPath, registrationPath } from '@/components/shared/page/paths'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { Id } from '@/components/shared/text/id'
import { HealthBadge } from '@/components/shared/text/outcome'
import { ShardName } from '@/components/shared/text/shard-name'
import { Button, LinkButton } from '@/components/ui/button'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { useConnectionName, useRegistrations } from '@/lib/api/live'
import type { EnvironmentSession } from '@/lib/model/environment/environment-view'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import type { Registration } from '@/lib/model/registrations/registration'
import { listInWords } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

const columns: readonly PlainColumn<{ readonly shard: string; readonly entry: PythonSession }>[] = [
  { id: 'shard', header: 'Shard', cell: ({ shard }) => <ShardName shard={shard} swatch /> },
  { id: 'refs', header: 'References', align: 'right', cell: ({ entry }) => formatCount(entry.refCount) },
  { id: 'linked', header: 'Linked to', cell: ({ entry }) => entry.linked },
  { id: 'dead', header: 'Dead', cell: ({ entry }) => (entry.dead ? 'yes' : 'no') },
  { id: 'install', header: 'Not yet installed', cell: ({ entry }) => (entry.installationNeeded ? 'yes' : 'no') },
  {
    id: 'registrations',
    header: 'Registrations',
    align: 'right',
    cell: ({ entry }) => formatCount(entry.registrations.length),
  },
]

/** A session on each shard, what it registered, and how to end it. */
export function SessionDetail({ row }: { readonly row: EnvironmentSession }) {
  const connection = useConnectionName()
  const registrations = useRegistrations()
  const blocked = useWriteBlock()
  const [ending, setEnding] = useState<AskedRegistrationAction>()
  const own = (registrations ?? []).filter(({ id }) => row.registrations.includes(id))
  return (
    <Panel
      title={<BoundedText text={row.name} most={80} className="font-mono" />}
      note={
        row.requirements.length > 0
          ? `needs ${visibleText(listInWords(row.requirements.map((name) => cutEnd(name, NAME_CHARS))))}`
          : undefined
      }
      actions={
        <>
          <LinkButton size="row" icon={Gauge} href={profilerPath(connection, row.name)}>
            Profile
          </LinkButton>
          <Button
            size="row"
            variant="danger"
            icon={Unplug}
            disabledReason={blocked ?? (own.length === 0 ? 'It has no registrations to unregister.' : undefined)}
            onClick={() => setEnding({ kind: 'unregister', chosen: own })}
          >
            End the session
          </Button>
        </>
      }
    >
      <PlainTable
        label={`Session ${row.name} on each shard`}
        rows={row.on}
        columns={columns}
        rowKey={({ shard }) => shard}
      />
      {row.registrations.length > 0 && (
        <ul aria-label="Registrations of the session" className="border-line border-t px-3 py-2">
          {row.registrations.map((id) => (
            <RegistrationLine key={id} id={id} connection={connection} registration={own.find((r) => r.id === id)} />
          ))}
        </ul>
      )}
      <p className="border-line border-t px-3 py-2 text-fg-2 text-small">{HOW_IT_ENDS[row.state]}</p>
      <RegistrationActionDialog asked={ending} onClose={() => setEnding(undefined)} />
    </Panel>
  )
}

const HOW_IT_ENDS: Readonly<Record<EnvironmentSession['state'], string>> = {
  linked:
    'RedisGears has no command to delete a session: it disappears when nothing refers to it. Ending it unregisters all its registrations; running executions hold it until they finish.',
  held: 'It has no registrations, but one of its globals still refers to it, such as a builder kept in a variable. Its id stays in use: only an upgrade of the same id can reuse it.',
  dead: 'It was replaced or unregistered, but executions or objects of its script still refer to it. It disappears when they do.',
}

interface RegistrationLineProps {
  readonly id: string
  readonly connection: string
  readonly registration: Registration | undefined
}

function RegistrationLine({ id, connection, registration }: RegistrationLineProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 py-0.5">
      {registration ? (
        <>
          <PageLink href={registrationPath(connection, registration.key)} className="font-semibold hover:underline">
            <bdi>{visibleText(registration.name)}</bdi>
          </PageLink>
          <HealthBadge health={registration.health} />
        </>
      ) : (
        <span className="text-fg-3">not in the list of registrations</span>
      )}
      <Id id={id} />
    </li>
  )
}
