import type { ScriptHazard, ScriptInspector } from '@gearboard/gears/script/hazard'
import type { ParsePython } from '@gearboard/gears/script/tree'
import { UNPROVEN_OVERRIDE } from '@/lib/model/executions/withheld'
import type { LintFinding } from './finding'
import { lineNumbers } from './lines'
import { CRASH_RULES, inspectText, refused } from './lint'
import type { ReadScript } from './script'
import { unprovenRun } from './text-results'

/** What a script may be kept back for; each is overridden by its name. */
export const HAZARD_NAMES = [...CRASH_RULES, 'unread', UNPROVEN_OVERRIDE] as const
export type HazardName = (typeof HAZARD_NAMES)[number]

const isHazardName = (name: string): name is HazardName => HAZARD_NAMES.some((rule) => rule === name)

/** Those of the findings in a script that keep it from being sent. */
export function hazardsAmong(findings: readonly LintFinding[], text: string): readonly ScriptHazard<HazardName>[] {
  const lineAt = lineNumbers(text)
  return refused(findings).flatMap(({ rule, from, message, hint }) =>
    isHazardName(rule) ? [{ name: rule, line: lineAt(from), message, hint }] : [],
  )
}

/** What the reply of a blocking run could do, where the script does not show that it is text. */
export function replyHazards(script: ReadScript): readonly ScriptHazard<HazardName>[] {
  const unproven = script.unread ? undefined : unprovenRun(script)
  if (!unproven) return []
  const hint =
    'The reply of a blocking run contains them: an integer beyond 64 bits or a deeply nested list crashes redis-server. Leave convertToStr at True, or do not wait for the result.'
  return [{ name: UNPROVEN_OVERRIDE, line: unproven.line, message: unproven.why, hint }]
}

/** @param blocking whether the reply carries what a run results in */
export function hazardsIn(text: string, parse: ParsePython, blocking = false): readonly ScriptHazard<HazardName>[] {
  const { script, findings } = inspectText(text, parse)
  return [...hazardsAmong(findings, text), ...(blocking ? replyHazards(script) : [])]
}

/** What the client holds against a script before it sends it, with this parser. */
export const scriptInspector = (parse: ParsePython): ScriptInspector => ({
  names: HAZARD_NAMES,
  hazardsIn: (python, blocking) => hazardsIn(python, parse, blocking),
})
