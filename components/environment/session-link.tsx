'use client'

import Link from 'next/link'
import { sessionPath } from '@/components/shared/page/paths'
import { useConnectionName } from '@/lib/api/live'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

export function SessionLink({ id }: { readonly id: string }) {
  return (
    <Link
      href={sessionPath(useConnectionName(), id)}
      title={visibleText(id)}
      className="font-mono text-accent text-small hover:underline"
    >
      {visibleText(shortenId(id))}
    </Link>
  )
}
