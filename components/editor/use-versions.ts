'use client'

import { useCallback } from 'react'
import { z } from 'zod'
import { useStored } from '@/components/shared/use-stored'
import { useConnectionName } from '@/lib/api/live'
import { SUBMIT_MODES, type Submission } from '@/lib/model/submission'

const MOST_VERSIONS = 30
/** Characters of all kept scripts: browsers give a page about five million. */
const MOST_CHARACTERS = 1_000_000

/** The outcome of a source that was put away for another one, and never sent. */
export const SET_ASIDE = 'set aside'

const versionsSchema = z
  .array(
    z.object({
      /** ms since the epoch; also the version's identity. */
      at: z.number(),
      mode: z.enum(SUBMIT_MODES),
      id: z.string(),
      description: z.string(),
      requirements: z.array(z.string()),
      script: z.string(),
      /** What the server said at once, in words. */
      outcome: z.string(),
    }),
  )
  .readonly()

type Versions = z.infer<typeof versionsSchema>
export type Version = Versions[number]

const NONE: Versions = []

/** The sources sent from this browser to this connection, newest first; the oldest go when they grow too many or too large. */
export function useVersions() {
  const [versions, update] = useStored(`gearboard.versions.${useConnectionName()}`, versionsSchema, NONE)
  const add = useCallback(
    ({ mode, id, description, requirements, script }: Submission, outcome: string) => {
      const version = { at: Date.now(), mode, id, description, requirements: [...requirements], script, outcome }
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
  return { versions, add }
}
