'use client'

import { isOver } from '@gearboard/gears/vocabulary/execution'
import { plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type Confirmed, describeError } from '@/lib/api/call'
import type { SubmitReply } from '@/lib/api/contract/functions'
import { useConnectionName } from '@/lib/api/live'
import { useSubmit } from '@/lib/api/mutations'
import type { SubmitOverride } from '@/lib/api/override'
import { endpointQuery } from '@/lib/api/query'
import type { Draft } from '@/lib/functions/drafts'
import { submissionBody } from '@/lib/functions/submission'
import { allErrors, type ExecutionDetail } from '@/lib/model/executions/execution'
import { RunSender, type SubmitState } from './run'

/** Interval between polls of a background execution, ms. */
const FOLLOW_MS = 1000

const IDLE: SubmitState = { state: 'idle' }

/**
 * Sends drafts, one at a time of each, and polls the background execution of the one that is shown. `onSettled` receives the outcome in words, and
 * the reply where there was one.
 */
export function useRun(
  shown: string,
  onSettled: (sent: Draft, outcome: string, reply: SubmitReply | undefined) => void,
) {
  const [runs, setRuns] = useState<ReadonlyMap<string, SubmitState>>(new Map())
  const submit = useSubmit()
  const connection = useConnectionName()
  const run = runs.get(shown) ?? IDLE
  const started = run.state === 'replied' && run.reply.kind === 'started' ? run.reply.executionId : undefined
  const { data: execution } = useQuery({
    ...endpointQuery('execution', { connection, id: started ?? '' }),
    enabled: started !== undefined,
    refetchInterval: (query) => (query.state.data && isOver(query.state.data.outcome) ? false : FOLLOW_MS),
  })

  const { mutateAsync } = submit
  const settled = useRef(onSettled)
  useEffect(() => {
    settled.current = onSettled
  })
  const [senders] = useState(() => new Map<string, RunSender>())
  const senderOf = useCallback(
    (key: string): RunSender => {
      const known = senders.get(key)
      if (known) return known
      const sender = new RunSender((next) => setRuns((now) => new Map(now).set(key, next(now.get(key) ?? IDLE))))
      senders.set(key, sender)
      return sender
    },
    [senders],
  )
  const send = useCallback(
    async (sent: Draft, confirmed: Confirmed, profiled = false, override: readonly SubmitOverride[] = []) => {
      const body = {
        ...submissionBody(sent),
        ...confirmed,
        profiled,
        ...(override.length > 0 && { override: [...override] }),
      }
      try {
        const reply = await senderOf(sent.key).send(sent, profiled, () => mutateAsync(body))
        settled.current(sent, replyInWords(reply), reply)
      } catch (error) {
        settled.current(sent, describeError(error).slice(0, 200), undefined)
      }
    },
    [mutateAsync, senderOf],
  )
  const giveUp = useCallback(() => senderOf(shown).giveUp(new GivenUp()), [senderOf, shown])
  return { run, execution: started === undefined ? undefined : execution, send, giveUp }
}

class GivenUp extends Error {
  override readonly message = 'Stopped waiting. The script is still running; abort it in Executions.'
}

export function replyInWords(reply: SubmitReply): string {
  switch (reply.kind) {
    case 'registered':
      return `added ${plural(reply.registrations.length, 'registration')}`
    case 'started':
      return 'started'
    case 'finished':
      return `${reply.outcome}, ${plural(reply.resultCount, 'result')}, ${plural(reply.errors.length + (reply.errorsLeftOut ?? 0), 'error')}`
    case 'nothing':
      return 'ran its top level'
  }
}

/** How many errors there were beyond those of `errorsOf`. */
export function errorsLeftOut(run: SubmitState, execution: ExecutionDetail | undefined): number {
  if (run.state !== 'replied') return 0
  if (run.reply.kind === 'finished') return run.reply.errorsLeftOut ?? 0
  return execution ? allErrors(execution) - execution.errors.length : 0
}

/** The error texts that the module sent for a run, in any of its replies. */
export function errorsOf(run: SubmitState, execution: ExecutionDetail | undefined): readonly string[] {
  if (run.state === 'refused') return [describeError(run.error)]
  if (run.state !== 'replied') return []
  return run.reply.kind === 'finished' ? run.reply.errors : (execution?.errors ?? [])
}
