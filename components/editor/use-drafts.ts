'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { useCallback, useMemo, useState } from 'react'
import { z } from 'zod'
import { useIsStored, useStored } from '@/components/shared/use-stored'
import { toast } from '@/components/ui/toaster'
import { useConnectionName } from '@/lib/api/live'
import {
  closeDraft,
  type Draft,
  type DraftOrigin,
  type Drafts,
  draftSent,
  editDraft,
  firstDrafts,
  MOST_DRAFT_CHARACTERS,
  MOST_DRAFTS,
  type NewDraft,
  openDraft,
} from '@/lib/functions/drafts'
import { plainSubmission, SUBMIT_MODES, type Submission } from '@/lib/functions/submission'
import { STARTER } from '@/lib/functions/templates'

const submissionSchema = z.object({
  script: z.string(),
  mode: z.enum(SUBMIT_MODES),
  id: z.string(),
  description: z.string(),
  replaceWith: z.string(),
  requirements: z.array(z.string()),
  blocking: z.boolean(),
  reinstall: z.boolean(),
}) satisfies z.ZodType<Submission>

const draftsSchema: z.ZodType<Drafts> = z.object({
  drafts: z
    .array(
      submissionSchema.extend({
        key: z.string(),
        from: z.object({ source: z.string(), name: z.string() }).nullable(),
        edited: z.boolean(),
      }),
    )
    .min(1),
  active: z.string(),
  next: z.number().int(),
})

const BLANK = plainSubmission(STARTER)

/**
 * The tabs of the editor for this connection; where the browser stores them, they survive a reload and a crash. Each window shows a tab of its
 * own. The one draft that earlier releases kept becomes the first tab.
 */
export function useDrafts() {
  const connection = useConnectionName()
  const [before] = useStored<Submission | null>(`gearboard.draft.${connection}`, submissionSchema, null)
  const initial = useMemo(() => firstDrafts(before ?? BLANK, before !== null && before.script !== STARTER), [before])
  const key = `gearboard.drafts.${connection}`
  const [stored, update] = useStored(key, draftsSchema, initial)
  const kept = useIsStored(key)
  const [chosen, setChosen] = useState(stored.active)
  const draft = stored.drafts.find((one) => one.key === chosen) ?? activeOf(stored)
  const show = useCallback(
    (shown: string) => {
      setChosen(shown)
      update((now) => ({ ...now, active: shown }))
    },
    [update],
  )
  const change = useCallback(
    (part: Partial<Submission>) => update((now) => editDraft(now, draft.key, part)),
    [update, draft.key],
  )
  /** Opens a tab. @returns its key; undefined where there is no room, which a toast says */
  const open = useCallback(
    (added: NewDraft): string | undefined => {
      let shown: string | undefined
      update((now) => {
        const next = openDraft(now, added)
        shown = next?.active
        return next ?? now
      })
      if (shown === undefined)
        toast.error('Not opened', {
          description: `The editor keeps at most ${MOST_DRAFTS} drafts and ${formatCount(MOST_DRAFT_CHARACTERS)} characters. Close a tab, then open it again.`,
        })
      else setChosen(shown)
      return shown
    },
    [update],
  )
  const openBlank = useCallback(() => open({ ...BLANK, from: null, edited: false }), [open])
  const close = useCallback(
    (closed: string) => {
      let shown = ''
      update((now) => {
        // Its neighbour is shown where this window shows the closed one.
        const next = closeDraft({ ...now, active: draft.key }, closed, BLANK)
        shown = next.active
        return next
      })
      setChosen(shown)
    },
    [update, draft.key],
  )
  const sent = useCallback(
    (was: Draft, registered: boolean, from: DraftOrigin | null) =>
      update((now) => draftSent(now, was, registered, from)),
    [update],
  )
  return { drafts: stored.drafts, draft, kept, change, show, open, openBlank, close, sent }
}

/** @throws never for what the schema admits: there is at least one */
function activeOf({ drafts, active }: Drafts): Draft {
  const draft = drafts.find(({ key }) => key === active) ?? drafts[0]
  if (!draft) throw new Error('no draft is open')
  return draft
}
