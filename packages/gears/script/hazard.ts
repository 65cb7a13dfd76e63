import type { ErrorBody } from '../vocabulary/errors'
import { plural } from '../vocabulary/text'

/** What in a script would crash, hang or end the server, or that the script was not read, so that this is unknown. */
export interface ScriptHazard<Name extends string = string> {
  /** The name to override it by. */
  readonly name: Name
  /** From 1. */
  readonly line: number
  readonly message: string
  /** Why, or what to do instead. */
  readonly hint: string
}

/** Reads scripts before they are sent. The client has none of its own: pass one if you have a parser of Python and rules. */
export interface ScriptInspector {
  /** The hazards that it knows: what `override` may name. */
  readonly names: readonly string[]
  /** @param blocking whether the reply carries what a run results in */
  hazardsIn(python: string, blocking: boolean): readonly ScriptHazard[]
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
export function overrideProblem(names: readonly string[], known: readonly string[]): string | undefined {
  const stranger = names.find((name) => !known.includes(name))
  if (stranger === undefined) return undefined
  return `${JSON.stringify(stranger.slice(0, 64))} is not an overridable hazard; use one of ${known.join(', ')}`
}
