import { plural } from '@gearboard/gears/vocabulary/text'
import { errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import type { SourceVersion } from '@/lib/model/record/source'
import type { SavedDraft } from './use-saved-drafts'

/** A former source: in Gearboard's history, or stored by this browser. */
export type Version =
  | { readonly kind: 'recorded'; readonly key: string; readonly source: SourceVersion }
  | { readonly kind: 'kept'; readonly key: string; readonly draft: SavedDraft }

const draftKey = (at: number): string => `kept-${at}`

/** Both, newest first. `older`: there are older ones in history that were not loaded: what this browser kept from before them waits too. */
export function versionsOf(
  recorded: readonly SourceVersion[],
  kept: readonly SavedDraft[],
  older: boolean,
): readonly Version[] {
  const oldest = older ? (recorded.at(-1)?.at ?? 0) : 0
  const all: readonly Version[] = [
    ...recorded.map((source) => ({ kind: 'recorded', key: source.id, source }) as const),
    ...kept
      .filter(({ at }) => at >= oldest)
      .map((one) => ({ kind: 'kept', key: draftKey(one.at), draft: one }) as const),
  ]
  return all.toSorted((a, b) => timeOf(b) - timeOf(a))
}

export const timeOf = (version: Version): number => (version.kind === 'recorded' ? version.source.at : version.draft.at)

/** `orders v3`; an unnamed version is called by what it does. */
export function titleOf(version: Version): string {
  if (version.kind === 'recorded') return `${version.source.name} v${version.source.version}`
  const { mode, id, description } = version.draft
  return (mode !== 'run' && (id || description)) || (mode === 'run' ? 'run once' : 'unnamed session')
}

/** The server's reply to the submission, in words. */
export function answerInWords(version: Version): string {
  if (version.kind === 'kept') return version.draft.outcome
  const { outcome, error, registrations } = version.source
  const first = error === null ? undefined : errorTitle(readError(error))
  switch (outcome) {
    case 'sent':
      return first === undefined ? 'sent, no answer' : `sent, no answer: ${first}`
    case 'registered':
      return `added ${plural(registrations.length, 'registration')}`
    case 'partial':
      return `registered on some shards: ${first ?? 'no reason given'}`
    case 'not_sent':
      return `not sent: ${first ?? 'the server could not be reached'}`
    case 'nothing':
      return 'ran its top level'
    case 'started':
      return 'started a run'
    case 'finished':
      return first === undefined ? 'ran without errors' : `ran with errors: ${first}`
    case 'rejected':
      return `refused: ${first ?? 'no reason given'}`
  }
}
