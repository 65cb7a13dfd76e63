'use client'

import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { registrationPath, triggerPath } from '@/components/shared/page/paths'
import { Id } from '@/components/shared/text/id'
import { ShardName } from '@/components/shared/text/shard-name'
import { LinkButton } from '@/components/ui/button'
import { PageLink } from '@/components/ui/page-link'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { useConnectionName, useRegistrations, useShards } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { Registration } from '@/lib/model/registrations/registration'

/** Where the new registrations are listed: `everywhere` once every shard lists each of them. */
export function useSpread(ids: readonly string[]) {
  const registrations = useRegistrations()
  const shards = useShards()
  const known = (registrations ?? []).filter(({ id }) => ids.includes(id))
  const everywhere =
    shards !== undefined &&
    ids.every((id) => {
      const one = known.find((registration) => registration.id === id)
      return one !== undefined && listedOn(one).length === shards.length
    })
  return { known, shards: shards ?? [], everywhere }
}

const listedOn = ({ perShard, missingOn }: Registration): readonly string[] =>
  perShard.map(({ shard }) => shard).filter((shard) => !missingOn.includes(shard))

interface NewRegistrationsProps {
  readonly ids: readonly string[]
  readonly requirements: readonly string[]
}

interface NewRegistrationsRow {
  readonly shard: string
  readonly registrations: string
  readonly requirements: string
}

const COLUMNS: readonly PlainColumn<NewRegistrationsRow>[] = [
  { id: 'shard', header: 'Shard', cell: ({ shard }) => <ShardName shard={shard} swatch /> },
  { id: 'registrations', header: 'Registrations', cell: ({ registrations }) => registrations },
  { id: 'requirements', header: 'Requirements', className: 'w-full', cell: ({ requirements }) => requirements },
]

/** The new registrations, with links, and the state of each on the shards. */
export function NewRegistrations({ ids, requirements }: NewRegistrationsProps) {
  const connection = useConnectionName()
  const { known, shards } = useSpread(ids)
  const { data } = useQuery({ ...endpointQuery('requirements', { connection }), enabled: requirements.length > 0 })
  const rows = shards.map((shard): NewRegistrationsRow => {
    const held = known.filter((one) => listedOn(one).includes(shard.key)).length
    const answer = data?.shards.find((each) => each.shard.key === shard.key)
    return {
      shard: shard.key,
      registrations:
        shard.state === 'silent' ? 'does not answer' : `${held} of ${ids.length}${held < ids.length ? ' listed' : ''}`,
      requirements: requirementWords(requirements, answer && 'value' in answer ? answer.value : undefined),
    }
  })
  return (
    <div className="flex flex-col gap-3">
      <ul className="flex flex-col">
        {ids.map((id) => {
          const one = known.find((registration) => registration.id === id)
          return (
            <li key={id} className="flex min-h-8 items-center gap-3 border-line border-b last:border-b-0">
              <PageLink href={registrationPath(connection, id)} className="font-medium text-accent hover:underline">
                {one?.name ?? 'registration'}
              </PageLink>
              {one && <span className="text-fg-2 text-small">{one.reader}</span>}
              <Id id={id} copy className="text-fg-3" />
              {one?.reader === 'CommandReader' && (
                <LinkButton size="row" icon={Play} href={triggerPath(connection, one.args.trigger)} className="ml-auto">
                  Trigger it
                </LinkButton>
              )}
            </li>
          )
        })}
      </ul>
      <PlainTable label="Registrations on each shard" rows={rows} columns={COLUMNS} rowKey={({ shard }) => shard} />
    </div>
  )
}

function requirementWords(
  wanted: readonly string[],
  held: readonly { readonly name: string; readonly installed: boolean }[] | undefined,
): string {
  if (wanted.length === 0) return 'none needed'
  if (!held) return 'unknown'
  const missing = wanted.filter((name) => !held.some((one) => one.name === name && one.installed))
  return missing.length === 0
    ? `${wanted.length} of ${wanted.length} installed`
    : `not installed: ${missing.join(', ')}`
}
