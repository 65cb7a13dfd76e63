'use client'

import { useEffect, useMemo } from 'react'
import { useConnectionName } from '@/lib/api/live'
import { type AttentionRow, attend } from '@/lib/model/findings/attention'
import type { Finding } from '@/lib/model/findings/finding'

/** By connection: the list outlives the page, so that what recovered meanwhile is still said. */
const lists = new Map<string, readonly AttentionRow[]>()
const NONE: readonly AttentionRow[] = []

/** What needs attention, with what did until a moment ago. @param held a person reads the list */
export function useAttention(findings: readonly Finding[] | undefined, now: number, held: boolean) {
  const connection = useConnectionName()
  const rows = useMemo(
    () => findings && attend(lists.get(connection) ?? NONE, findings, now, held),
    [connection, findings, now, held],
  )
  useEffect(() => {
    if (rows && now > 0) lists.set(connection, rows)
  }, [connection, rows, now])
  return rows
}
