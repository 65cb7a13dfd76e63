'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import Link from 'next/link'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { versionPath } from '@/components/shared/page/paths'
import { useRegistrationSource, useSourceText } from '@/components/shared/sources/use-source'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Button, LinkButton } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointPages } from '@/lib/api/query'
import { type SourceVersion, sessionOf } from '@/lib/model/record/source'
import { failingLine } from '@/lib/model/registrations/failing-line'
import type { Registration } from '@/lib/model/registrations/registration'
import { visibleText } from '@/lib/model/text/visible-text'

const SHOWN = 5

/** Opens the live source of a registration in the editor, as an upgrade of its session, at the line that raised its last error. */
export function EditButton({ registration }: { readonly registration: Registration }) {
  const connection = useConnectionName()
  const { source, pending } = useRegistrationSource(registration)
  const { text } = useSourceText(source?.id)
  const generation = useConnectionState()?.capability?.generation
  const blocked = useWriteBlock('develop')
  const reason =
    blocked ??
    (generation === '1.0'
      ? 'RedisGears 1.0 cannot upgrade a session: register the new script, then unregister this one.'
      : source === undefined
        ? pending
          ? 'Looking for its source…'
          : 'Source unknown: not submitted through this Gearboard.'
        : undefined)
  return source && reason === undefined ? (
    <LinkButton icon={Pencil} href={versionPath(connection, source.id, text && failingLine(registration, text.script))}>
      Edit and upgrade
    </LinkButton>
  ) : (
    <Button icon={Pencil} disabledReason={reason}>
      Edit and upgrade
    </Button>
  )
}

/** The versions of the script that made it, if submitted through Gearboard. */
export function RegistrationSourcePanel({ registration }: { readonly registration: Registration }) {
  const connection = useConnectionName()
  const { source: own, pending, error } = useRegistrationSource(registration)
  const session = own ? sessionOf(own) : (registration.privateData?.session ?? null)
  const { data } = useInfiniteQuery({
    ...endpointPages('sources', { connection, session: session ?? '' }),
    enabled: session !== null,
  })
  const listed = data?.pages.flatMap((page) => page.sources) ?? []
  // The list may be from before this version was submitted.
  const sources = own && !listed.some(({ id }) => id === own.id) ? [own, ...listed] : listed
  return (
    <Panel title="Script" bodyClassName="px-3 pb-3 text-small">
      {pending && sources.length === 0 ? (
        <Skeleton className="h-5" />
      ) : sources.length > 0 ? (
        <ul className="flex flex-col gap-1">
          {sources.slice(0, SHOWN).map((source) => (
            <SourceLine key={source.id} source={source} live={source.id === own?.id} />
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

function SourceLine({ source, live }: { readonly source: SourceVersion; readonly live: boolean }) {
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
      {live && <span className="shrink-0 font-semibold">live</span>}
      <span className="ml-auto shrink-0 text-fg-3">
        {source.author !== null && `${source.author}, `}
        <TimeAgo at={source.at} />
      </span>
    </li>
  )
}
