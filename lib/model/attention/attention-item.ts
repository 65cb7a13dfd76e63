import type { Execution } from '../executions/execution'
import type { Registration } from '../registrations/registration'

/** Most urgent first. */
export const ATTENTION_KINDS = [
  'silent',
  'refusing',
  'uninitialised',
  'failing',
  'retrying',
  'aborted',
  'fires-though-paused',
  'stalled',
  'poison',
  'lagging',
  'stuck',
  'failed',
  'long',
  'missing',
  'requirement',
  'growing',
  'slower',
  'quiet',
  'flaky',
  'paused',
  'hazard',
  'evicted',
] as const
export type AttentionKind = (typeof ATTENTION_KINDS)[number]

/** Something that wants a person, said in words, with where it leads. */
export interface Attention {
  /** Unique in the list. */
  readonly key: string
  readonly kind: AttentionKind
  /** Whose trouble: a name, and what it is. */
  readonly subject: string
  readonly subjectNote: string
  readonly detail: string
  /** An error's own words: shown in mono. */
  readonly verbatim: boolean
  /** Scale: how many, how often. */
  readonly scale: string | null
  /** Our clock, ms; null if unknown. */
  readonly since: number | null
  readonly target:
    | { readonly kind: 'registration'; readonly registration: Registration }
    | { readonly kind: 'execution'; readonly execution: Execution }
    /** The executions that this filter finds. */
    | { readonly kind: 'executions'; readonly query: string }
    | { readonly kind: 'cluster' }
    | { readonly kind: 'environment' }
    | { readonly kind: 'memory' }
    /** A function over time, by its `subjectKey`. */
    | { readonly kind: 'function'; readonly function: string }
    /** The setting that limits what is kept. */
    | { readonly kind: 'retention'; readonly setting: string; readonly registration: Registration }
}
