'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { ArrowUpFromLine } from 'lucide-react'
import Link from 'next/link'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { versionPath } from '@/components/shared/page/paths'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Button, LinkButton } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointPages } from '@/lib/api/query'
import type { SourceVersion } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'
import { visibleText } from '@/lib/model/text/visible-text'

const SHOWN = 5

/** The newest recorded scripts of a registration's session, newest first; undefined while unknown. */
function useSources({ privateData }: Registration) {
  const connection = useConnectionName()
  const session = privateData?.session ?? ''
  return useInfiniteQuery({ ...endpointPages('sources', { connection, session }), enabled: session !== '' })
}

/** The script that made it, if submitted through Gearboard, and a link to upgrade it. */
export function SourcePanel({ registration: r }: { readonly registration: Registration }) {
  const connection = useConnectionName()
  const { data, error } = useSources(r)
  const generation = useConnectionState()?.capability?.generation
  const blocked = useWriteBlock('develop')
  const sources = data?.pages.flatMap((page) => page.sources) ?? []
  const own = sources.find(({ registrations }) => registrations.includes(r.id))
  const reason =
    blocked ??
    (generation === '1.0'
      ? 'RedisGears 1.0 cannot upgrade a session: register the new script, then unregister this one.'
      : own === undefined
        ? 'Source unknown: not submitted through this Gearboard.'
        : undefined)
  return (
    <Panel
      title="Script"
      actions={
        own && reason === undefined ? (
          <LinkButton size="row" icon={ArrowUpFromLine} href={versionPath(connection, own.id)}>
            Upgrade
          </LinkButton>
        ) : (
          <Button size="row" icon={ArrowUpFromLine} disabledReason={reason}>
            Upgrade
          </Button>
        )
      }
      bodyClassName="px-3 pb-3 text-small"
    >
      {sources.length > 0 ? (
        <ul className="flex flex-col gap-1">
          {sources.slice(0, SHOWN).map((source) => (
            <Version key={source.id} source={source} current={source === own} />
          ))}
          {sources.length > SHOWN && <li className="text-fg-3">See Versions in the editor for older ones.</li>}
        </ul>
      ) : (
        <p className="text-fg-2">
          {error
            ? describeError(error)
            : 'Source unknown: not submitted through Gearboard. Submit it under this session id to track versions.'}
        </p>
      )}
    </Panel>
  )
}

function Version({ source, current }: { readonly source: SourceVersion; readonly current: boolean }) {
  const connection = useConnectionName()
  return (
    <li className="flex min-w-0 gap-2">
      <Link
        href={versionPath(connection, source.id)}
        prefetch={false}
        className="min-w-0 truncate text-accent underline"
      >
        <bdi>{visibleText(source.name)}</bdi> v{source.version}
      </Link>
      {current && <span className="shrink-0 font-semibold">live</span>}
      <span className="ml-auto shrink-0 text-fg-3">
        {source.author !== null && `${source.author}, `}
        <TimeAgo at={source.at} />
      </span>
    </li>
  )
}
