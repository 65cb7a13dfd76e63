'use client'

import { useCallback } from 'react'
import { z } from 'zod'
import { useIsStored, useStored } from '@/components/shared/use-stored'
import { useConnectionName } from '@/lib/api/live'
import { serverClock } from '@/lib/api/server-clock'
import { SUBMIT_MODES, type Submission } from '@/lib/functions/submission'

const MOST_VERSIONS = 30
/** Characters of all kept scripts: browsers give a page about five million. */
const MOST_CHARACTERS = 1_000_000

const draftsSchema = z
  .array(
    z.object({
      /** ms since the epoch; also its identity. */
      at: z.number(),
      mode: z.enum(SUBMIT_MODES),
      id: z.string(),
      description: z.string(),
      requirements: z.array(z.string()),
      script: z.string(),
      /** What the server replied first, as a sentence; or that it was never sent. */
      outcome: z.string(),
    }),
  )
  .readonly()

type SavedDrafts = z.infer<typeof draftsSchema>
export type SavedDraft = SavedDrafts[number]

const NONE: SavedDrafts = []

/**
 * What this browser keeps for this connection, newest first: sources that were put away for another one, and those that were sent while
 * Gearboard recorded nothing. The oldest go when they grow too many or too large.
 */
export function useSavedDrafts() {
  const key = `gearboard.versions.${useConnectionName()}`
  const [versions, update] = useStored(key, draftsSchema, NONE)
  const stored = useIsStored(key)
  const keep = useCallback(
    ({ mode, id, description, requirements, script }: Submission, outcome: string) => {
      const version = { at: serverClock.now(), mode, id, description, requirements: [...requirements], script, outcome }
      update((now) => {
        let room = MOST_CHARACTERS
        return [version, ...now].slice(0, MOST_VERSIONS).filter((one) => {
          room -= one.script.length
          return room >= 0
        })
      })
    },
    [update],
  )
  return { versions, keep, stored }
}
