import type { Submission } from './submission'

/** Drafts open at once, and characters of all their scripts: browsers give a page about five million. */
export const MOST_DRAFTS = 12
export const MOST_DRAFT_CHARACTERS = 2_000_000

/** The recorded source that a draft was opened from, or was last sent as. */
export interface DraftOrigin {
  /** Id of the submission. */
  readonly source: string
  /** `payment-check v2`. */
  readonly name: string
}

/** One tab of the editor. */
export interface Draft extends Submission {
  /** Unique among the drafts of a connection, also over time. */
  readonly key: string
  /** Null for a draft that was begun here. */
  readonly from: DraftOrigin | null
  /** It holds text that is kept nowhere else: closing it or putting another one in its place would lose that. */
  readonly edited: boolean
}

/** What the editor has open. */
export interface Drafts {
  /** At least one, in the order of the tabs. */
  readonly drafts: readonly Draft[]
  /** Key of the one that was shown last. */
  readonly active: string
  /** The next key, a number. */
  readonly next: number
}

/** What a new tab holds. */
export type NewDraft = Submission & Pick<Draft, 'from' | 'edited'>

/** As the editor starts, or with the one draft that an earlier release kept. */
export function firstDrafts(submission: Submission, edited: boolean): Drafts {
  return { drafts: [{ ...submission, key: '1', from: null, edited }], active: '1', next: 2 }
}

/**
 * Opens a draft in a new tab, or shows the tab that has its source already. An edited draft is never replaced: an untouched one that was begun
 * here gives its place, and where there are too many, the oldest untouched one is closed. Undefined: there is no room, nothing was opened.
 */
export function openDraft(now: Drafts, draft: NewDraft): Drafts | undefined {
  const { from, edited } = draft
  const same = from && !edited && now.drafts.find((one) => one.from?.source === from.source)
  if (same) return { ...now, active: same.key }
  const added: Draft = { ...draft, key: String(now.next) }
  let drafts: readonly Draft[] = [...now.drafts.filter((one) => one.edited || one.from !== null), added]
  while (drafts.length > MOST_DRAFTS || charactersOf(drafts) > MOST_DRAFT_CHARACTERS) {
    const oldest = drafts.find((one) => !one.edited && one.key !== added.key)
    if (!oldest) return undefined
    drafts = drafts.filter((one) => one !== oldest)
  }
  return { drafts, active: added.key, next: now.next + 1 }
}

/** Closes a tab. `blank`: what the last one leaves behind, since the editor always shows one. */
export function closeDraft(now: Drafts, key: string, blank: Submission): Drafts {
  const at = now.drafts.findIndex((one) => one.key === key)
  const drafts = now.drafts.filter((one) => one.key !== key)
  const neighbour = drafts[Math.max(0, at - 1)]
  if (!neighbour)
    return {
      drafts: [{ ...blank, key: String(now.next), from: null, edited: false }],
      active: String(now.next),
      next: now.next + 1,
    }
  return { ...now, drafts, active: now.active === key ? neighbour.key : now.active }
}

/** What was typed into a tab. A tab that was closed meanwhile stays closed. */
export const editDraft = (now: Drafts, key: string, part: Partial<Submission>): Drafts =>
  changeDraft(now, key, (draft) => ({ ...draft, ...part, edited: true }))

/**
 * The draft was sent. Where history has it, `from` is its source: text typed since is what it could lose. What it registered is upgraded by the
 * next submission.
 */
export const draftSent = (now: Drafts, was: Draft, registered: boolean, from: DraftOrigin | null): Drafts =>
  changeDraft(now, was.key, (draft) => ({
    ...draft,
    mode: registered && draft.id !== '' && (was.mode === 'new' || was.mode === 'replace') ? 'upgrade' : draft.mode,
    ...(from && { from, edited: draft.script !== was.script }),
  }))

const changeDraft = (now: Drafts, key: string, change: (draft: Draft) => Draft): Drafts => ({
  ...now,
  drafts: now.drafts.map((draft) => (draft.key === key ? change(draft) : draft)),
})

const charactersOf = (drafts: readonly Draft[]): number => drafts.reduce((sum, { script }) => sum + script.length, 0)

/** The name of a tab: its recorded source, its session, its description, else its number. */
export function draftName({ key, from, mode, id, description }: Draft): string {
  if (mode !== 'run' && id !== '' && !from?.name.startsWith(`${id} v`)) return id
  return from?.name ?? (description.trim() || `Draft ${key}`)
}
