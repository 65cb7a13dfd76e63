import type { ScenarioValue } from './wire'

/**
 * An expected value. An object with one of these keys matches more than one value: `$any`; `$int` (any integer, or a range); `$or`, `$not`;
 * `$len`, `$has`, `$pairs` (names and values in turn) and `$set` (any order) for lists. Texts may capture ids for later steps.
 */
export type Pattern = ScenarioValue
/** Captured values by name. */
export type Captures = Readonly<Record<string, string>>

const WILDCARDS: Readonly<Record<string, string>> = {
  hex: '[0-9a-f]+',
  int: '-?[0-9]+',
  num: '-?[0-9.]+(?:e[-+]?[0-9]+)?',
  any: '[\\s\\S]*?',
  path: '[^,\\r\\n]+',
}
const PLACEHOLDER = /\$\$\{|\$\{([^}]*)\}/g
/** The maximum number of steps that `$set` spends on trying permutations. */
const BUDGET = 20_000

const escaped = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** Inserts captured values into an argument. */
export function substitute(template: string, captures: Captures): string {
  return template.replace(PLACEHOLDER, (all, name: string | undefined) =>
    all === '$${' ? '${' : (captures[name ?? ''] ?? all),
  )
}

/** The regular expression of a new capture: execution and registration ids, or 40 random hex digits. */
function captureSource(name: string, captures: Captures): string | undefined {
  const id = /^(s\d)?[eg]\d+$/.exec(name)
  if (id) return `${id[1] ? escaped(captures[id[1]] ?? '?') : '0{40}'}-\\d+`
  return /^r\d+$/.test(name) ? '[0-9a-f]{40}' : undefined
}

function matchText(pattern: string, value: ScenarioValue, captures: Captures): Captures | undefined {
  if (typeof value !== 'string') return undefined
  if (!pattern.includes('${')) return pattern === value ? captures : undefined
  const names: string[] = []
  let source = ''
  let last = 0
  for (const found of pattern.matchAll(PLACEHOLDER)) {
    source += escaped(pattern.slice(last, found.index))
    last = found.index + found[0].length
    const part = placeholderSource(found[0], found[1] ?? '', names, captures)
    if (part === undefined) return undefined
    source += part
  }
  const match = new RegExp(`^${source}${escaped(pattern.slice(last))}$`).exec(value)
  return match ? bind(names, match, captures) : undefined
}

function placeholderSource(all: string, name: string, names: string[], captures: Captures): string | undefined {
  if (all === '$${') return '\\$\\{'
  if (name.startsWith('*')) return WILDCARDS[name.slice(1)]
  const known = captures[name]
  if (known !== undefined) return escaped(known)
  if (names.includes(name)) return `\\${names.indexOf(name) + 1}`
  const fresh = captureSource(name, captures)
  if (fresh === undefined) return undefined
  names.push(name)
  return `(${fresh})`
}

function bind(names: readonly string[], match: RegExpExecArray, captures: Captures): Captures | undefined {
  const bound: Record<string, string> = { ...captures }
  for (const [index, name] of names.entries()) {
    const value = match[index + 1] ?? ''
    // Two random ids are never equal.
    if (
      name.startsWith('r') &&
      Object.entries(captures).some(([other, taken]) => other.startsWith('r') && taken === value)
    )
      return undefined
    bound[name] = value
  }
  return bound
}

/** The number of the first id in a value. `$set` tries values in this order, so that captured ids ascend. */
function sequence(value: ScenarioValue): number {
  const match = /[0-9a-f]{40}-(\d+)/.exec(JSON.stringify(value) ?? '')
  return match ? Number(match[1]) : -1
}

const isList = (value: ScenarioValue | boolean | undefined): value is readonly ScenarioValue[] => Array.isArray(value)

function only(value: { readonly [type: string]: ScenarioValue | boolean }): readonly [string, ScenarioValue | boolean] {
  return Object.entries(value)[0] ?? ['', null]
}

/** Returns the captures with those that the match added, or undefined if the value does not match. */
export function match(pattern: Pattern, value: ScenarioValue, captures: Captures): Captures | undefined {
  if (typeof pattern === 'string') return matchText(pattern, value, captures)
  if (pattern === null || typeof pattern === 'number') return pattern === value ? captures : undefined
  if (isList(pattern))
    return isList(value) && value.length === pattern.length ? matchEach(pattern, value, captures) : undefined
  const [operator, operand] = only(pattern)
  if (operator.startsWith('$')) return matchOperator(operator, operand, value, captures)
  if (value === null || typeof value !== 'object' || isList(value)) return undefined
  const [type, content] = only(value)
  if (type !== operator) return undefined
  if (typeof operand === 'boolean' || typeof content === 'boolean') return operand === content ? captures : undefined
  return match(operand, content, captures)
}

function matchEach(
  patterns: readonly Pattern[],
  values: readonly ScenarioValue[],
  captures: Captures,
): Captures | undefined {
  let bound: Captures | undefined = captures
  for (const [index, pattern] of patterns.entries()) {
    if (bound) bound = match(pattern, values[index] ?? null, bound)
  }
  return bound
}

function matchOperator(
  operator: string,
  operand: ScenarioValue | boolean,
  value: ScenarioValue,
  captures: Captures,
): Captures | undefined {
  switch (operator) {
    case '$any':
      return captures
    case '$int':
      return matchInteger(operand, value, captures) ? captures : undefined
    case '$or':
      for (const pattern of isList(operand) ? operand : []) {
        const bound = match(pattern, value, captures)
        if (bound) return bound
      }
      return undefined
    case '$not':
      return typeof operand === 'boolean' || match(operand, value, captures) ? undefined : captures
    case '$len':
      return isList(value) && value.length === operand ? captures : undefined
    case '$has':
      return isList(value) && isList(operand) ? matchSome(operand, value, captures) : undefined
    case '$pairs':
      return isList(value) && typeof operand === 'object' && operand !== null && !isList(operand)
        ? matchPairs(operand, value, captures)
        : undefined
    case '$set':
      return isList(value) && isList(operand) ? matchSet(operand, value, captures) : undefined
    default:
      throw new Error(`the scenario uses an unknown pattern ${operator}`)
  }
}

function matchInteger(operand: ScenarioValue | boolean, value: ScenarioValue, captures: Captures): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false
  if (typeof operand === 'string') return String(value) === substitute(operand, captures)
  if (!isList(operand)) return true
  const [low, high] = operand
  return (typeof low !== 'number' || value >= low) && (typeof high !== 'number' || value <= high)
}

function matchSome(
  patterns: readonly Pattern[],
  values: readonly ScenarioValue[],
  captures: Captures,
): Captures | undefined {
  let bound: Captures = captures
  for (const pattern of patterns) {
    let found: Captures | undefined
    for (const value of values) found ??= match(pattern, value, bound)
    if (!found) return undefined
    bound = found
  }
  return bound
}

function matchPairs(
  wanted: { readonly [key: string]: ScenarioValue | boolean },
  values: readonly ScenarioValue[],
  captures: Captures,
): Captures | undefined {
  let bound: Captures = captures
  for (const [key, pattern] of Object.entries(wanted)) {
    if (typeof pattern === 'boolean') return undefined
    let found: Captures | undefined
    for (let i = 0; i + 1 < values.length; i += 2) {
      if (values[i] === key) found ??= match(pattern, values[i + 1] ?? null, bound)
    }
    if (!found) return undefined
    bound = found
  }
  return bound
}

function matchSet(
  patterns: readonly Pattern[],
  values: readonly ScenarioValue[],
  captures: Captures,
): Captures | undefined {
  if (values.length !== patterns.length) return undefined
  const ordered = [...values].sort((a, b) => sequence(a) - sequence(b))
  const used = ordered.map(() => false)
  let budget = BUDGET
  const place = (index: number, bound: Captures): Captures | undefined => {
    const pattern = patterns[index]
    if (pattern === undefined) return bound
    for (let j = 0; j < ordered.length && budget-- > 0; j++) {
      if (used[j]) continue
      const next = match(pattern, ordered[j] ?? null, bound)
      if (!next) continue
      used[j] = true
      const rest = place(index + 1, next)
      if (rest) return rest
      used[j] = false
    }
    return undefined
  }
  return place(0, captures)
}

/** Called after a difference: captures what it can, so that later steps still make sense. */
export function bindLoosely(pattern: Pattern, value: ScenarioValue, captures: Captures): Captures {
  if (typeof pattern === 'string') return matchText(pattern, value, captures) ?? captures
  if (typeof pattern !== 'object' || pattern === null) return captures
  if (isList(pattern)) {
    if (!isList(value)) return captures
    return pattern.reduce<Captures>(
      (bound, part, index) => (index < value.length ? bindLoosely(part, value[index] ?? null, bound) : bound),
      captures,
    )
  }
  const [operator, operand] = only(pattern)
  if (operator !== '$set' || !isList(value) || !isList(operand)) return captures
  return bindLoosely(
    operand,
    [...value].sort((a, b) => sequence(a) - sequence(b)),
    captures,
  )
}
