'use client'

import { useQuery } from '@tanstack/react-query'
import { parseAsInteger, parseAsString, useQueryStates } from 'nuqs'
import { useEffect, useState } from 'react'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState, useRegistrations } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { NewDraft } from '@/lib/functions/drafts'
import { submissionOf } from '@/lib/functions/submission'
import { hasAnswered } from '@/lib/model/connection/connection'
import { liveRegistrations } from '@/lib/model/record/source'

/** The line that another page asked to mark, of the script as it was opened. A new object marks and scrolls again. */
export interface MarkedLine {
  /** Of the draft. */
  readonly key: string
  readonly line: number
  readonly script: string
}

interface OpenedSourceOptions {
  readonly sessions: readonly string[] | undefined
  readonly sessionsPending: boolean
  /** @returns the key of the tab, undefined where there is no room */
  readonly open: (draft: NewDraft) => string | undefined
}

/**
 * Opens the recorded source that the address names in a tab, once it is known whether it is live: then as an upgrade of its session. The address
 * is cleared, so that a reload shows what is open.
 */
export function useOpenedSource({ sessions, sessionsPending, open }: OpenedSourceOptions) {
  const [{ source: id, line }, setAddress] = useQueryStates({ source: parseAsString, line: parseAsInteger })
  const [marked, setMarked] = useState<MarkedLine>()
  const connection = useConnectionName()
  const state = useConnectionState()
  const registrations = useRegistrations()
  const { data, error } = useQuery({ ...endpointQuery('source', { connection, id: id ?? '' }), enabled: id !== null })
  const settled =
    state !== undefined &&
    state.status !== 'starting' &&
    state.status !== 'connecting' &&
    !(hasAnswered(state) && registrations === undefined) &&
    !sessionsPending
  useEffect(() => {
    if (id === null) return
    if (error) {
      toast.error('Source not opened', { description: describeError(error) })
      void setAddress({ source: null, line: null })
    } else if (data?.id === id && settled) {
      const live = liveRegistrations(data, registrations ?? []).length > 0
      const key = open({
        ...submissionOf(data, sessions, live),
        from: { source: data.id, name: `${data.name} v${data.version}` },
        edited: false,
      })
      if (key !== undefined && line !== null) setMarked({ key, line, script: data.script })
      void setAddress({ source: null, line: null })
    }
  }, [id, line, data, error, settled, registrations, sessions, open, setAddress])
  return { marked, opening: id !== null }
}
