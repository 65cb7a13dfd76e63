'use client'

import { formatBytes, formatCount } from '@gearboard/gears/vocabulary/text'
import { CircleCheck, Download, OctagonX, PackageOpen, TriangleAlert } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useServerBlock } from '@/components/shared/command/write-block'
import { saveAs } from '@/components/shared/page/download'
import { registrationPath } from '@/components/shared/page/paths'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { ShardName } from '@/components/shared/text/shard-name'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toaster'
import { downloadBundle } from '@/lib/api/bundle'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { routes } from '@/lib/api/routes'
import { installStateOf, type RequirementRow, type RequirementState } from '@/lib/model/environment/environment-view'
import { visibleText } from '@/lib/model/text/visible-text'
import { OpenName } from './open-name'
import { SessionLink } from './session-link'

const LOOK: Readonly<Record<RequirementState, StateLook>> = {
  installed: { icon: CircleCheck, tone: 'ok', word: 'installed' },
  downloaded: { icon: TriangleAlert, tone: 'waiting', word: 'not installed' },
  missing: { icon: OctagonX, tone: 'failed', word: 'not downloaded' },
}

interface RequirementsPanelProps {
  readonly rows: readonly RequirementRow[] | undefined
  readonly open: string | null
  readonly onOpen: (name: string | null) => void
}

/** RG.PYDUMPREQS, merged by name, and what each shard has of the one that is open. */
export function RequirementsPanel({ rows, open, onOpen }: RequirementsPanelProps) {
  const opened = rows?.find(({ name }) => name === open)
  const columns = useMemo(
    (): readonly PlainColumn<RequirementRow>[] => [
      {
        id: 'name',
        header: 'Requirement',
        cell: ({ name }) => <OpenName name={name} open={open} onOpen={onOpen} />,
      },
      { id: 'state', header: 'State', cell: ({ state }) => <StateWord look={LOOK[state]} /> },
      {
        id: 'shards',
        header: 'Shards',
        cell: ({ on, missingOn, drifts }) => (
          <span className="inline-flex items-center gap-2">
            {on.length}/{on.length + missingOn.length}
            {drifts && (
              <Badge tone="waiting" icon={TriangleAlert}>
                shards differ
              </Badge>
            )}
          </span>
        ),
      },
      {
        id: 'wheels',
        header: 'Wheels',
        className: 'max-w-96 truncate',
        cell: ({ wheels }) => (
          <span className="font-mono text-fg-2 text-small" title={visibleText(wheels.join('\n'))}>
            {wheels.length === 0 ? '–' : visibleText(wheels.join(', '))}
          </span>
        ),
      },
      {
        id: 'used',
        header: 'Used by',
        cell: (row) => <UsedBy row={row} />,
      },
      {
        id: 'actions',
        header: <span className="sr-only">Actions</span>,
        align: 'right',
        cell: ({ name, state }) => <ExportButton name={name} state={state} />,
      },
    ],
    [open, onOpen],
  )
  if (!rows) return <Skeleton className="h-48" />
  return (
    <>
      <Panel title="Requirements" note="pip specifiers, compared as text">
        {rows.length === 0 ? (
          <EmptyState icon={PackageOpen} title="No requirements">
            A script names its requirements when it is submitted (Requirements in the editor). If the server has no
            network, import a bundle from another RedisGears.
          </EmptyState>
        ) : (
          <PlainTable label="Requirements" rows={rows} columns={columns} rowKey={({ name }) => name} />
        )}
      </Panel>
      {opened && <OnEachShard row={opened} />}
    </>
  )
}

/** Links shown of what uses a requirement. */
const SHOWN = 3

function UsedBy({ row: { usedBy, usedByRegistrations } }: { readonly row: RequirementRow }) {
  const connection = useConnectionName()
  const registrations = usedByRegistrations.slice(0, Math.max(0, SHOWN - usedBy.length))
  const more = usedBy.length + usedByRegistrations.length - Math.min(SHOWN, usedBy.length) - registrations.length
  if (usedBy.length + usedByRegistrations.length === 0)
    return <span className="text-fg-3">no listed session or registration</span>
  return (
    <span className="flex gap-2">
      {usedBy.slice(0, SHOWN).map((id) => (
        <SessionLink key={id} id={id} />
      ))}
      {registrations.map(({ key, name }) => (
        <PageLink key={key} href={registrationPath(connection, key)} className="text-accent hover:underline">
          <BoundedText text={name} most={40} />
        </PageLink>
      ))}
      {more > 0 && <span className="text-fg-3">and {formatCount(more)} more</span>}
    </span>
  )
}

function ExportButton({ name, state }: Pick<RequirementRow, 'name' | 'state'>) {
  const connection = useConnectionName()
  const blocked = useServerBlock(routes.exportRequirement.access ?? 'read')
  const [working, setWorking] = useState(false)
  const run = async () => {
    setWorking(true)
    try {
      const { fileName, blob, sha256 } = await downloadBundle(connection, name)
      saveAs(fileName, blob)
      toast.success(`Exported ${name}, ${formatBytes(blob.size)}`, { description: `SHA-256 ${sha256}` })
    } catch (error) {
      toast.error(`${name} export failed`, { description: describeError(error) })
    } finally {
      setWorking(false)
    }
  }
  return (
    <Button
      size="row"
      icon={Download}
      pending={working}
      aria-label={`Export ${name}`}
      disabledReason={state === 'missing' ? 'The shard has not downloaded its wheels.' : blocked}
      onClick={run}
    >
      Export
    </Button>
  )
}

function OnEachShard({ row }: { readonly row: RequirementRow }) {
  const rows = [
    ...row.on.map(({ shard, entry }) => ({ shard, entry })),
    ...row.missingOn.map((shard) => ({ shard, entry: undefined })),
  ]
  const columns: readonly PlainColumn<(typeof rows)[number]>[] = [
    { id: 'shard', header: 'Shard', cell: ({ shard }) => <ShardName shard={shard} swatch /> },
    {
      id: 'state',
      header: 'State',
      cell: ({ entry }) =>
        entry ? (
          <StateWord look={LOOK[installStateOf(entry)]} />
        ) : (
          <StateWord look={{ icon: TriangleAlert, tone: 'waiting', word: 'does not know it' }} />
        ),
    },
    {
      id: 'refs',
      header: 'References',
      align: 'right',
      cell: ({ entry }) => formatCount(entry?.refCount),
    },
    {
      id: 'dictionary',
      header: 'Listed',
      cell: ({ entry }) => (entry?.inDictionary === null || !entry ? '–' : entry.inDictionary ? 'yes' : 'no'),
    },
    { id: 'os', header: 'Built for', cell: ({ entry }) => entry?.compiledOs ?? '–' },
    {
      id: 'path',
      header: 'Path',
      cell: ({ entry }) => <span className="font-mono text-small">{entry?.path ? visibleText(entry.path) : '–'}</span>,
    },
    {
      id: 'wheels',
      header: 'Wheels',
      cell: ({ entry }) => (
        <span className="font-mono text-small">{entry?.wheels ? visibleText(entry.wheels.join(', ')) : '–'}</span>
      ),
    },
  ]
  return (
    <Panel title={visibleText(row.name)} note="on each shard">
      <PlainTable label={`${row.name} on each shard`} rows={rows} columns={columns} rowKey={({ shard }) => shard} />
      <p className="border-line border-t px-3 py-2 text-fg-2 text-small">
        {row.state === 'installed' && !row.drifts
          ? 'It stays installed when its sessions end; an upgrade without it removes it.'
          : 'RedisGears reports only that it failed; see that shard’s log for the output of pip. Common causes are an unreachable package index or a wheel for another system. To retry, submit again with FORCE_REINSTALL_REQUIREMENTS, or import a bundle from a shard that has it.'}
      </p>
    </Panel>
  )
}
