import type { Script } from './script'
import type { SyntaxNode } from './tree'

export const RULES = [
  'syntax',
  'no-action',
  'two-runs',
  'unsupported-reader',
  'unknown-operation',
  'unknown-argument',
  'argument-type',
  'trigger-arguments',
  'batch-zero',
  'crashing-key-types',
  'coroutine-in-sync',
  'hook-calls-itself',
  'writes-own-prefix',
  'blocking-in-sync',
  'top-level-work',
  'callback',
] as const
export type RuleName = (typeof RULES)[number]

/** `crash`: the server dies or hangs, so it is refused unless overridden. `error`: it will fail. `warning`: it may surprise. */
export type Severity = 'crash' | 'error' | 'warning'

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

/** Replaces the text between two offsets. */
export interface Fix {
  readonly label: string
  readonly from: number
  readonly to: number
  readonly insert: string
}

export type Rule = (script: Script) => Iterable<Finding>

export const at = (node: Pick<SyntaxNode, 'from' | 'to'>) => ({ from: node.from, to: node.to })
