import type { FindingKind, FindingTarget } from './finding-kinds'

/** Something a user should look at, in words, with a link to it. */
export interface Finding {
  /** Unique in the list. */
  readonly key: string
  readonly kind: FindingKind
  /** What it concerns: a name, and what it is. */
  readonly subject: string
  readonly subjectNote: string
  readonly detail: string
  /** An error's own words: shown in mono. */
  readonly verbatim: boolean
  /** Scale: how many, how often. */
  readonly scale: string | null
  /** Our clock, ms; null if unknown. */
  readonly since: number | null
  readonly target: FindingTarget
}
