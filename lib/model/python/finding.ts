import type { SyntaxNode } from '@gearboard/gears/script/tree'
import type { Script } from './script'

/** Rules whose findings may be a `crash`. */
export const CRASH_RULES = [
  'batch-zero',
  'crashing-key-types',
  'coroutine-in-sync',
  'hook-calls-itself',
  'huge-integer',
  'lone-surrogate',
  'list-in-itself',
  'endless-loop',
  'ends-server',
  'too-deep',
  'unprintable-argument',
  'atomic-held',
  'timer-period',
  'call-next-tuple',
  'ends-coroutines',
  'taken-name',
] as const

export const RULES = [
  'syntax',
  'no-action',
  'two-runs',
  'unsupported-reader',
  'unknown-operation',
  'unknown-argument',
  'argument-type',
  'trigger-arguments',
  ...CRASH_RULES,
  'unread',
  'never-fires',
  'never-runs',
  'endless-reader',
  'wears-out',
  'writes-own-prefix',
  'blocking-in-sync',
  'top-level-work',
  'callback',
] as const
export type RuleName = (typeof RULES)[number]

export type CrashRule = (typeof CRASH_RULES)[number]

/**
 * `crash`: the server dies or hangs. `unread`: whether it would is not known. Both are refused unless overridden. `error`: it will fail.
 * `warning`: it may surprise.
 */
export type Severity = 'crash' | 'unread' | 'error' | 'warning'

export interface Finding {
  readonly rule: RuleName
  readonly severity: Severity
  /** Offsets in the script. */
  readonly from: number
  readonly to: number
  readonly message: string
  /** What to do instead, or why. */
  readonly hint: string
  readonly fix?: Fix
}

/** What mends it, in one step. */
export interface Fix {
  readonly label: string
  /** In the order of the script, none over another. */
  readonly edits: readonly Edit[]
}

/** Replaces the text between two offsets. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly insert: string
}

/** The text with a fix made. */
export const mended = (text: string, { edits }: Fix): string =>
  edits.toReversed().reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text)

export type Rule = (script: Script) => Iterable<Finding>

export const at = (node: Pick<SyntaxNode, 'from' | 'to'>) => ({ from: node.from, to: node.to })
