import type { LintFinding } from './finding'

/** What the server's Python says of a script that it compiled without running it. */
export type ScriptVerdict =
  | { readonly kind: 'ok' }
  | {
      readonly kind: 'refused'
      /** `SyntaxError`, `IndentationError`, `TabError` … */
      readonly type: string
      readonly message: string
      /** From 1; null where Python names no place. */
      readonly line: number | null
      readonly column: number | null
    }

/** The verdict at its place in the text that was checked; undefined where Python reads it. */
export function verdictFinding(text: string, verdict: ScriptVerdict): LintFinding | undefined {
  if (verdict.kind === 'ok') return undefined
  const lines = text.split('\n')
  const line = Math.min(Math.max(verdict.line ?? 1, 1), lines.length)
  const from = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  const to = from + (lines[line - 1]?.length ?? 0)
  const column = verdict.line === null ? 1 : (verdict.column ?? 1)
  const start = Math.min(from + Math.max(column, 1) - 1, Math.max(from, to - 1))
  return {
    rule: 'syntax',
    severity: 'error',
    from: start,
    to: Math.max(to, start),
    message: `${verdict.type}: ${verdict.message}`,
    hint: 'Reported by the server’s Python, which compiled the script without running it.',
  }
}

/** How deep a tree may be that a server is asked to compile: CPython 3.7 recurses in C over it, and gives up at 3,000 by itself. */
export const DEEPEST_CHECKED = 1000

interface Walk {
  firstChild(): boolean
  nextSibling(): boolean
  parent(): boolean
}

/** Whether a syntax tree goes deeper than `most`. */
export function isDeeperThan(cursor: Walk, most: number): boolean {
  let depth = 0
  for (;;) {
    if (cursor.firstChild()) {
      if (++depth > most) return true
      continue
    }
    while (!cursor.nextSibling()) {
      if (depth === 0 || !cursor.parent()) return false
      depth--
    }
  }
}
