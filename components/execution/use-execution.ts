'use client'

import { useQuery } from '@tanstack/react-query'
import { parseAsInteger, useQueryState } from 'nuqs'
import { useEffect } from 'react'
import { useConnectionName, useExecutionRow } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { askAgainMs, changingStateOf } from './ask-again'

/** One execution's detail, of the epoch in the URL or the latest: asked again while it runs, and at once when the list says that it changed. */
export function useExecution(key: string) {
  const connection = useConnectionName()
  const [epoch] = useQueryState('epoch', parseAsInteger)
  const row = useExecutionRow(key)
  const query = useQuery({
    ...endpointQuery('execution', { connection, id: key, epoch: epoch ?? undefined }),
    refetchInterval: ({ state: { data } }) => askAgainMs(data, row),
  })
  const { refetch, data } = query
  // An earlier epoch is another execution than the one that the list shows; one that is live is the same.
  const told = row && (epoch === null || data?.live) ? changingStateOf(row) : undefined
  const known = data && changingStateOf(data)
  useEffect(() => {
    if (told && known !== undefined && told !== known) void refetch()
  }, [told, known, refetch])
  return query
}
