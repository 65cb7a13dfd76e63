'use client'

import Link from 'next/link'
import { useNow } from '@/components/shared/clock'
import { executionPath } from '@/components/shared/paths'
import { useConnectionName } from '@/lib/api/live'
import type { Execution } from '@/lib/model/execution'
import { longestInWords } from './headline'

/** The longest in flight in words, ticking, with the way to it. */
export function LongestLine({ execution }: { readonly execution: Execution }) {
  const connection = useConnectionName()
  const now = useNow()
  if (now === 0) return null
  return (
    <>
      {longestInWords(execution, now)}{' '}
      <Link href={executionPath(connection, execution.key)} className="text-accent underline underline-offset-2">
        Show it
      </Link>
    </>
  )
}
