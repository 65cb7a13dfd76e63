import type { SyntaxNode } from '@gearboard/gears/script/tree'
import type { Severity } from '@/lib/model/registrations/severity'
import type { ReadScript } from './script'

/** What a rule finds; `lint.ts` adds the name of the rule. */
export interface RuleFinding {
  readonly severity: Severity
  /** Offsets in the script. */
  readonly from: number
  readonly to: number
  readonly message: string
  /** What to do instead, or why. */
  readonly hint: string
  readonly fix?: Fix
}

export interface LintFinding extends RuleFinding {
  readonly rule: string
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

export type LintRule = (script: ReadScript) => Iterable<RuleFinding>

export const at = (node: Pick<SyntaxNode, 'from' | 'to'>) => ({ from: node.from, to: node.to })
