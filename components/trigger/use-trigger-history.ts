'use client'

import { useCallback } from 'react'
import * as z from 'zod/mini'
import { useIsStored, useStored } from '@/components/shared/use-stored'
import { useConnectionName } from '@/lib/api/live'
import type { TriggerCall } from '@/lib/model/trigger/trigger-line'

const MOST_ENTRIES = 50
/** Characters of all arguments together; a larger call is not kept. */
const MOST_CHARACTERS = 8_000
const SUMMARY_LENGTH = 200

const word = z.union([z.string(), z.object({ base64: z.string() })])

const historySchema = z.readonly(
  z
    .array(
      z.object({
        /** ms since the epoch; also the entry's identity. */
        at: z.number(),
        call: z.readonly(z.object({ name: z.string(), key: z.nullable(z.string()), args: z.readonly(z.array(word)) })),
        /** `unknown`: no reply came, and the command may have run. */
        outcome: z.enum(['ok', 'failed', 'unknown']),
        /** First characters of the reply or of the error. */
        summary: z.string(),
        /** Of the server; null when it did not answer. */
        durationMs: z.nullable(z.number()),
      }),
    )
    .check(z.maxLength(MOST_ENTRIES)),
)

type TriggerHistory = z.infer<typeof historySchema>
export type HistoryEntry = TriggerHistory[number]

const NONE: TriggerHistory = []

const sizeOf = ({ name, key, args }: TriggerCall): number =>
  args.reduce((sum, arg) => sum + (typeof arg === 'string' ? arg : arg.base64).length, name.length + (key?.length ?? 0))

/** The calls that were sent from this browser to this connection, newest first. */
export function useTriggerHistory() {
  const connection = useConnectionName()
  const key = `gearboard.triggers.${connection}`
  const [entries, update] = useStored(key, historySchema, NONE)
  const kept = useIsStored(key)
  const add = useCallback(
    (entry: HistoryEntry) => {
      if (sizeOf(entry.call) > MOST_CHARACTERS) return
      update((now) => [{ ...entry, summary: entry.summary.slice(0, SUMMARY_LENGTH) }, ...now].slice(0, MOST_ENTRIES))
    },
    [update],
  )
  const clear = useCallback(() => update(() => []), [update])
  return { entries, kept, add, clear }
}
