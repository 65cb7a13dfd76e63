'use client'

import { useCallback } from 'react'
import { z } from 'zod'
import { useIsStored, useStored } from '@/components/shared/use-stored'
import { useConnectionName } from '@/lib/api/live'
import { SUBMIT_MODES, type Submission } from '@/lib/functions/submission'
import { STARTER } from '@/lib/functions/templates'

const draftSchema: z.ZodType<Submission> = z.object({
  script: z.string(),
  mode: z.enum(SUBMIT_MODES),
  id: z.string(),
  description: z.string(),
  replaceWith: z.string(),
  requirements: z.array(z.string()),
  blocking: z.boolean(),
  reinstall: z.boolean(),
})

const EMPTY: Submission = {
  script: STARTER,
  mode: 'run',
  id: '',
  description: '',
  replaceWith: '',
  requirements: [],
  blocking: false,
  reinstall: false,
}

/** What is typed for this connection; where the browser stores it, it survives a reload and a crash. */
export function useDraft() {
  const key = `gearboard.draft.${useConnectionName()}`
  const [draft, update] = useStored(key, draftSchema, EMPTY)
  const kept = useIsStored(key)
  const change = useCallback((part: Partial<Submission>) => update((now) => ({ ...now, ...part })), [update])
  return { draft, change, kept }
}
