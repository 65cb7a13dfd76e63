'use client'

import { executionsOfPath, registrationPath, versionPath } from '@/components/shared/page/paths'
import { useRegistrationSource } from '@/components/shared/sources/use-source'
import { PageLink } from '@/components/ui/page-link'
import { useConnectionName } from '@/lib/api/live'
import type { Registration } from '@/lib/model/registrations/registration'
import { visibleText } from '@/lib/model/text/visible-text'

const LINK = 'text-accent hover:underline'

/** From a command to its registration, its source and its executions. */
export function CommandLinks({ registration: r }: { readonly registration: Registration }) {
  const connection = useConnectionName()
  const { source } = useRegistrationSource(r)
  return (
    <nav aria-label={`Links of ${visibleText(r.name)}`} className="flex flex-wrap gap-x-4 gap-y-1 px-1 text-small">
      <PageLink href={registrationPath(connection, r.key)} className={LINK}>
        Open its registration
      </PageLink>
      {source && (
        <PageLink href={versionPath(connection, source.id)} className={LINK}>
          Open its source
        </PageLink>
      )}
      <PageLink href={executionsOfPath(connection, r.id)} className={LINK}>
        See all its executions
      </PageLink>
    </nav>
  )
}
