'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointPages, endpointQuery } from '@/lib/api/query'
import type { Submission } from '@/lib/functions/submission'
import { type SavedDraft, useSavedDrafts } from './use-saved-drafts'
import { versionsOf } from './version'

/** The outcome of a source that was put away for another one, and never sent. */
const SET_ASIDE = 'draft, not sent'

/** What there is in history, joined with what this browser kept. */
export function useVersionList(kept: readonly SavedDraft[]) {
  const query = useInfiniteQuery(endpointPages('sources', { connection: useConnectionName() }))
  const { data, hasNextPage, error } = query
  const versions = useMemo(
    () => versionsOf(data?.pages.flatMap(({ sources }) => sources) ?? [], kept, hasNextPage),
    [data, kept, hasNextPage],
  )
  return { versions, query, loaded: data !== undefined || error !== null, unread: useRecordGap(error) }
}

/** Why the list lacks what was sent; undefined while everything is recorded and can be read. */
function useRecordGap(error: unknown): string | undefined {
  const history = useConnectionState()?.history
  if (history && history.role !== 'writer') return history.reason ?? 'This Gearboard records no history.'
  return error ? describeError(error) : undefined
}

/** Keeps in this browser what Gearboard does not record: what is put away, and all that is sent while there is no history. */
export function useVersions() {
  const { versions: kept, keep, stored } = useSavedDrafts()
  const history = useConnectionState()?.history
  // Read when the answer has come: as one sends at once after opening the page, nothing is known of the history yet.
  const records = useRef(false)
  useEffect(() => {
    records.current = history?.role === 'writer'
  }, [history])
  /** @returns whether Gearboard's history has it */
  const keepSent = useCallback(
    (sent: Submission, outcome: string): boolean => {
      if (!records.current) keep(sent, outcome)
      return records.current
    },
    [keep],
  )
  const setAside = useCallback((draft: Submission) => keep(draft, SET_ASIDE), [keep])
  return { kept, stored, keepSent, setAside }
}

/** The last source that was registered under a session's name, or else sent under it from this browser. */
export function usePreviousSource(session: string, kept: readonly SavedDraft[]) {
  const connection = useConnectionName()
  const { data } = useInfiniteQuery({ ...endpointPages('sources', { connection, session }), enabled: session !== '' })
  const latest = data?.pages[0]?.sources.find((source) => source.outcome === 'registered')
  const { data: source } = useQuery({
    ...endpointQuery('source', { connection, id: latest?.id ?? '' }),
    enabled: latest !== undefined,
  })
  if (session === '') return undefined
  if (latest) return source && { name: session, script: source.script, at: source.at }
  const local = kept.find((one) => one.mode !== 'run' && one.id === session && one.outcome !== SET_ASIDE)
  return local && { name: session, script: local.script, at: local.at }
}
