import { satisfies, valid, validRange } from '@renovatebot/pep440'

/** The variables of PEP 508 markers, by name. */
export type Environment = Readonly<Record<string, string>>

/** Evaluates a marker in an environment. */
export type MarkerTest = (environment: Environment) => boolean

const TOKEN = /\s*(?:(\(|\)|<=|>=|===|==|!=|~=|<|>)|'([^']*)'|"([^"]*)"|([a-z_][a-z_.0-9]*))/gy
/** Names from before PEP 508, which setuptools wrote. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'os.name': 'os_name',
    'sys.platform': 'sys_platform',
    'platform.version': 'platform_version',
    'platform.machine': 'platform_machine',
    'platform.python_implementation': 'platform_python_implementation',
    python_implementation: 'platform_python_implementation',
  }),
)

/** The maximum depth of parentheses, so that a hostile text cannot overflow the stack. */
const MAX_DEPTH = 50

type MarkerToken =
  | { readonly kind: 'sign' | 'word'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
type Operand = (environment: Environment) => string

/** Throws if the text is not a marker. */
export function parseMarker(text: string): MarkerTest {
  const tokens = tokensOf(text)
  let at = 0
  const next = (): MarkerToken | undefined => tokens[at++]
  const follows = (word: string): boolean => {
    const token = tokens[at]
    if (!token || token.kind === 'text' || token.text !== word) return false
    at += 1
    return true
  }

  const either = (): MarkerTest => {
    const parts = [both()]
    while (follows('or')) parts.push(both())
    return (environment) => parts.some((part) => part(environment))
  }
  const both = (): MarkerTest => {
    const parts = [term()]
    while (follows('and')) parts.push(term())
    return (environment) => parts.every((part) => part(environment))
  }
  let depth = 0
  const term = (): MarkerTest => {
    if (!follows('(')) return comparison()
    depth += 1
    if (depth > MAX_DEPTH) throw malformed(text)
    const inner = either()
    if (!follows(')')) throw malformed(text)
    depth -= 1
    return inner
  }
  const comparison = (): MarkerTest => {
    const left = operand(next())
    const operator = follows('not') ? `not ${next()?.text}` : (next()?.text ?? '')
    const right = operand(next())
    const holds = OPERATORS.get(operator)
    if (!holds) throw malformed(text)
    return (environment) => holds(left(environment), right(environment))
  }
  const operand = (token: MarkerToken | undefined): Operand => {
    if (!token || token.kind === 'sign') throw malformed(text)
    if (token.kind === 'text') return () => token.text
    const name = OLD_NAMES.get(token.text) ?? token.text
    return (environment) => {
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined
      if (value === undefined) throw malformed(text)
      return value
    }
  }

  const marker = either()
  if (at < tokens.length) throw malformed(text)
  return marker
}

function tokensOf(text: string): MarkerToken[] {
  const tokens: MarkerToken[] = []
  const trimmed = text.trim()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed)
    if (!match) throw malformed(text)
    const [, sign, single, double, word] = match
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else tokens.push({ kind: 'text', text: single ?? double ?? '' })
  }
  return tokens
}

const malformed = (text: string): Error => new Error(`has an invalid PEP 508 marker: ${text.trim()}`)

/** Compares as versions if both sides are versions, otherwise as strings. */
function compare(operator: string, asTexts: (left: string, right: string) => boolean) {
  return (left: string, right: string): boolean =>
    valid(left) && validRange(`${operator}${right}`)
      ? satisfies(left, `${operator}${right}`, { prereleases: true })
      : asTexts(left, right)
}

const never = (): boolean => false

const OPERATORS: ReadonlyMap<string, (left: string, right: string) => boolean> = new Map(
  Object.entries({
    in: (left, right) => right.includes(left),
    'not in': (left, right) => !right.includes(left),
    '==': compare('==', (left, right) => left === right),
    '!=': compare('!=', (left, right) => left !== right),
    '<': compare('<', (left, right) => left < right),
    '<=': compare('<=', (left, right) => left <= right),
    '>': compare('>', (left, right) => left > right),
    '>=': compare('>=', (left, right) => left >= right),
    '~=': compare('~=', never),
    '===': (left, right) => left === right,
  }),
)
