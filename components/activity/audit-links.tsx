'use client'

import Link from 'next/link'
import { executionPath, registrationPath, versionPath } from '@/components/shared/page/paths'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { targetOf } from '@/lib/api/audit-targets'
import { useConnectionName } from '@/lib/api/live'
import type { AuditEntry, AuditLink } from '@/lib/model/record/audit'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

const PATHS: Readonly<Record<AuditLink['kind'], (connection: string, id: string) => string>> = {
  execution: (connection, id) => executionPath(connection, id),
  registration: registrationPath,
  source: (connection, id) => versionPath(connection, id),
}

/** What an action was done to, whole, with its page where it has one. */
export function AuditTarget({ row }: { readonly row: Pick<AuditEntry, 'action' | 'target' | 'links'> }) {
  const connection = useConnectionName()
  const { target } = row
  if (target === null) return '–'
  const link = targetOf(row)
  if (!link) return <BoundedText text={shortenId(target)} />
  return (
    <Link
      href={PATHS[link.kind](connection, link.id)}
      title={visibleText(target)}
      className="break-words text-accent hover:underline"
    >
      <bdi>{visibleText(shortenId(target))}</bdi>
    </Link>
  )
}

const WORDS: Readonly<Record<AuditLink['kind'], string>> = {
  execution: 'execution',
  registration: 'registration',
  source: 'source',
}

/** What an action brought about. */
export function AuditLinks({ links = [] }: Pick<AuditEntry, 'links'>) {
  const connection = useConnectionName()
  return links.map(({ kind, id }) => (
    <Link
      key={`${kind} ${id}`}
      href={PATHS[kind](connection, id)}
      title={visibleText(id)}
      className="ml-2 inline-block text-accent text-small hover:underline"
    >
      {kind === 'source' ? WORDS[kind] : `${WORDS[kind]} ${visibleText(shortenId(id))}`}
    </Link>
  ))
}
