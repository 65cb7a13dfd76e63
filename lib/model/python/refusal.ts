import type { ErrorBody } from '../errors'
import { plural } from '../format'
import { UNPROVEN_OVERRIDE } from '../withheld'
import { CRASH_RULES, type Finding } from './finding'
import { lineNumbers } from './lines'
import { inspectText, refused } from './lint'
import type { Script } from './script'
import { unprovenRun } from './text-results'
import type { ParsePython } from './tree'

export type { ParsePython } from './tree'

/** What a script may be kept back for; each is overridden by its name. */
export const HAZARD_NAMES = [...CRASH_RULES, 'unread', UNPROVEN_OVERRIDE] as const
export type HazardName = (typeof HAZARD_NAMES)[number]

/** What in a script would crash, hang or end the server, or that the script was not read, so that this is unknown. */
export interface ScriptHazard {
  /** The name to override it by. */
  readonly name: HazardName
  /** From 1. */
  readonly line: number
  readonly message: string
  /** Why, or what to do instead. */
  readonly hint: string
}

const isHazardName = (name: string): name is HazardName => HAZARD_NAMES.some((rule) => rule === name)

/** Those of the findings in a script that keep it from being sent. */
export function hazardsAmong(findings: readonly Finding[], text: string): readonly ScriptHazard[] {
  const lineAt = lineNumbers(text)
  return refused(findings).flatMap(({ rule, from, message, hint }) =>
    isHazardName(rule) ? [{ name: rule, line: lineAt(from), message, hint }] : [],
  )
}

/** What the reply of a blocking run could do, where the script does not show that it is text. */
export function replyHazards(script: Script): readonly ScriptHazard[] {
  const unproven = script.unread ? undefined : unprovenRun(script)
  if (!unproven) return []
  const hint =
    'The reply of a blocking run carries them: an integer beyond 64 bits, or a list nested very deep, crashes redis-server. Leave convertToStr at True, or do not wait for the result.'
  return [{ name: UNPROVEN_OVERRIDE, line: unproven.line, message: unproven.why, hint }]
}

/** @param blocking whether the reply carries what a run results in */
export function hazardsIn(text: string, parse: ParsePython, blocking = false): readonly ScriptHazard[] {
  const { script, findings } = inspectText(text, parse)
  return [...hazardsAmong(findings, text), ...(blocking ? replyHazards(script) : [])]
}

/** Why a script is not sent; undefined where nothing in it is known to do harm, or all of it is overridden by name. */
export function scriptRefusal(
  hazards: readonly ScriptHazard[],
  override: readonly string[] = [],
): Pick<ErrorBody, 'message' | 'details'> | undefined {
  const left = hazards.filter(({ name }) => !override.includes(name))
  const [first, ...rest] = left
  if (!first) return undefined
  const names = [...new Set(left.map(({ name }) => `"${name}"`))].join(', ')
  const more = rest.length > 0 ? `, and ${plural(rest.length, 'other hazard')}` : ''
  return {
    message: `Not sent. ${first.message} (line ${first.line})${more}. To send it anyway, name each hazard: override: [${names}].`,
    details: left.map(({ name, line, message, hint }) => ({ at: name, message: `line ${line}: ${message}. ${hint}` })),
  }
}

/** Why names are none that can be overridden; undefined where all are. */
export function overrideProblem(names: readonly string[]): string | undefined {
  const stranger = names.find((name) => !isHazardName(name))
  if (stranger === undefined) return undefined
  return `${JSON.stringify(stranger.slice(0, 64))} is no hazard that can be overridden: they are ${HAZARD_NAMES.join(', ')}`
}
