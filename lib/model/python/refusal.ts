import type { ErrorBody } from '../errors'
import { plural } from '../format'
import { CRASH_RULES, type CrashRule, type Finding } from './finding'
import { crashes, inspect } from './lint'
import type { SyntaxNode } from './tree'

/** Whoever has a parser of Python passes it: `pythonLanguage.parser.parse(text).topNode`. */
export type ParsePython = (text: string) => SyntaxNode

/** What in a script would crash, hang or end the server. */
export interface ScriptHazard {
  /** The name to override it by. */
  readonly name: CrashRule
  /** From 1. */
  readonly line: number
  readonly message: string
  /** Why, or what to do instead. */
  readonly hint: string
}

const isCrashRule = (name: string): name is CrashRule => CRASH_RULES.some((rule) => rule === name)

export const hazardOf = ({ rule, from, message, hint }: Finding, text: string): readonly ScriptHazard[] =>
  isCrashRule(rule) ? [{ name: rule, line: text.slice(0, from).split('\n').length, message, hint }] : []

export const hazardsIn = (text: string, parse: ParsePython): readonly ScriptHazard[] =>
  crashes(inspect(text, parse(text)).findings).flatMap((finding) => hazardOf(finding, text))

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
  const stranger = names.find((name) => !isCrashRule(name))
  if (stranger === undefined) return undefined
  return `${JSON.stringify(stranger.slice(0, 64))} is no hazard that can be overridden: they are ${CRASH_RULES.join(', ')}`
}
