'use client'

import { sessionPath } from '@/components/shared/page/paths'
import { PageLink } from '@/components/ui/page-link'
import { useConnectionName } from '@/lib/api/live'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

export function SessionLink({ id }: { readonly id: string }) {
  return (
    <PageLink
      href={sessionPath(useConnectionName(), id)}
      title={visibleText(id)}
      className="font-mono text-accent text-small hover:underline"
    >
      {visibleText(shortenId(id))}
    </PageLink>
  )
}
