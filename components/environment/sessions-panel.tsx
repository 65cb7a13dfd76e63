'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { CircleCheck, Ghost, Link2Off, type LucideIcon, Trash2, Waypoints } from 'lucide-react'
import { useMemo } from 'react'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import type { EnvironmentSession } from '@/lib/model/environment/environment-view'
import { descriptionInWords } from '@/lib/model/registrations/description'
import { OpenName } from './open-name'
import { SessionDetail } from './session-detail'

const SESSION_LOOK: Readonly<Record<EnvironmentSession['state'], StateLook>> = {
  linked: { icon: CircleCheck, tone: 'ok', word: 'linked' },
  held: { icon: Link2Off, tone: 'waiting', word: 'no registrations' },
  dead: { icon: Ghost, tone: 'unknown', word: 'dead, not freed' },
}

interface SessionsPanelProps {
  readonly rows: readonly EnvironmentSession[] | undefined
  /** RedisGears 1.0, whose sessions are invisible. */
  readonly old: boolean
  readonly open: string | null
  readonly onOpen: (id: string | null) => void
}

/** RG.PYDUMPSESSIONS, the dead ones too, merged by id. */
export function SessionsPanel({ rows, old, open, onOpen }: SessionsPanelProps) {
  const columns = useMemo(
    (): readonly PlainColumn<EnvironmentSession>[] => [
      { id: 'id', header: 'Session', cell: ({ name }) => <OpenName name={name} open={open} onOpen={onOpen} /> },
      { id: 'state', header: 'State', cell: ({ state }) => <StateWord look={SESSION_LOOK[state]} /> },
      {
        id: 'description',
        header: 'Description',
        className: 'max-w-80 whitespace-normal',
        cell: ({ description }) =>
          description === null ? (
            <span className="text-fg-3">–</span>
          ) : (
            <BoundedText text={descriptionInWords(description)} most={100} />
          ),
      },
      {
        id: 'registrations',
        header: 'Registrations',
        align: 'right',
        cell: ({ registrations }) => formatCount(registrations.length),
      },
      {
        id: 'requirements',
        header: 'Requirements',
        align: 'right',
        cell: ({ requirements }) => formatCount(requirements.length),
      },
      {
        id: 'refs',
        header: 'References',
        align: 'right',
        cell: ({ refCounts }) => [...new Set(refCounts)].join(' / '),
      },
      {
        id: 'shards',
        header: 'Shards',
        align: 'right',
        cell: ({ on, missingOn }) => (
          <span className={missingOn.length > 0 ? 'text-waiting' : 'text-fg-2'}>
            {on.length}/{on.length + missingOn.length}
          </span>
        ),
      },
    ],
    [open, onOpen],
  )
  if (old) return <Nothing icon={Waypoints} title="RedisGears 1.0 does not list sessions." />
  if (!rows) return <Skeleton className="h-48 max-md:h-80" />
  const opened = rows.filter(({ name }) => name === open)
  return (
    <>
      <Panel title="Sessions" note="scripts with registrations">
        {rows.length === 0 ? (
          <EmptyState icon={Trash2} title="No sessions">
            A session appears when its registrations are applied, and disappears with the last one.
          </EmptyState>
        ) : (
          <PlainTable label="Sessions" rows={rows} columns={columns} rowKey={({ name, state }) => `${state} ${name}`} />
        )}
      </Panel>
      {opened.map((row) => (
        <SessionDetail key={row.state} row={row} />
      ))}
    </>
  )
}

function Nothing({ icon, title }: { readonly icon: LucideIcon; readonly title: string }) {
  return (
    <Panel>
      <EmptyState icon={icon} title={title} />
    </Panel>
  )
}
