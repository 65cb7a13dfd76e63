import type { ErrorBody } from '../errors'
import { plural } from '../format'
import { type Finding, REFUSED_RULES, type RefusedRule } from './finding'
import { lineNumbers } from './lines'
import { inspectText, refused } from './lint'
import type { ParsePython } from './tree'

export type { ParsePython } from './tree'

/** What in a script would crash, hang or end the server, or that it was not read, so that nobody knows. */
export interface ScriptHazard {
  /** The name to override it by. */
  readonly name: RefusedRule
  /** From 1. */
  readonly line: number
  readonly message: string
  /** Why, or what to do instead. */
  readonly hint: string
}

const isRefusedRule = (name: string): name is RefusedRule => REFUSED_RULES.some((rule) => rule === name)

/** Those of the findings in a script that keep it from being sent. */
export function hazardsAmong(findings: readonly Finding[], text: string): readonly ScriptHazard[] {
  const lineAt = lineNumbers(text)
  return refused(findings).flatMap(({ rule, from, message, hint }) =>
    isRefusedRule(rule) ? [{ name: rule, line: lineAt(from), message, hint }] : [],
  )
}

export const hazardsIn = (text: string, parse: ParsePython): readonly ScriptHazard[] =>
  hazardsAmong(inspectText(text, parse).findings, text)

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
  const stranger = names.find((name) => !isRefusedRule(name))
  if (stranger === undefined) return undefined
  return `${JSON.stringify(stranger.slice(0, 64))} is no hazard that can be overridden: they are ${REFUSED_RULES.join(', ')}`
}
