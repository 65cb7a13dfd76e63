'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useConnectionName } from '@/lib/api/live'
import { endpointPages, endpointQuery } from '@/lib/api/query'
import type { AuditFilter } from './use-audit-filter'

const REFRESH_MS = 5000

/**
 * The actions that a filter finds. Once there are rows they stay as they are: rows are tall and few, so a new one would move what is being
 * read by a hand's breadth, and it is rare enough to be asked for. Those since are counted: `waiting`, which `showNew` brings in.
 */
export function useAuditRows(query: AuditFilter['query']) {
  const connection = useConnectionName()
  // A range that ends now moves on; its rows do not.
  const held = useRef(query)
  if (!isAlike(held.current, query)) held.current = query
  const asked = { connection, ...held.current }
  const pages = useInfiniteQuery({
    ...endpointPages('audit', asked),
    refetchInterval: ({ state }) => (state.data?.pages.some(({ entries }) => entries.length > 0) ? false : REFRESH_MS),
    refetchOnWindowFocus: false,
  })
  const rows = pages.data?.pages.flatMap(({ entries }) => entries)
  const { data: head } = useQuery({
    ...endpointQuery('audit', asked),
    refetchInterval: REFRESH_MS,
    enabled: rows !== undefined && rows.length > 0,
  })
  const newest = rows?.[0]?.id ?? 0
  return {
    pages,
    rows,
    waiting: rows ? (head?.entries ?? []).filter(({ id }) => id > newest).length : 0,
    showNew: () => {
      held.current = query
      void pages.refetch()
    },
  }
}

/** But for the moment that a range ending now begins at. */
const isAlike = (a: AuditFilter['query'], b: AuditFilter['query']): boolean =>
  a.action === b.action &&
  a.outcome === b.outcome &&
  a.who === b.who &&
  a.target === b.target &&
  a.to === b.to &&
  (a.from === b.from ||
    (a.from !== undefined && b.from !== undefined && b.from - a.from < AN_HOUR_MS && b.from > a.from))

const AN_HOUR_MS = 3_600_000
