const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?'
const EXTRAS = `\\[\\s*(?:${NAME}(?:\\s*,\\s*${NAME})*)?\\s*\\]`
const VERSION = '(?:===|==|~=|!=|<=|>=|<|>)\\s*[A-Za-z0-9._*+!-]+'
const VERSIONS = `${VERSION}(?:\\s*,\\s*${VERSION})*`
const SHAPE = new RegExp(
  `^(${NAME})\\s*(?:${EXTRAS})?\\s*(?:@\\s*[a-z][a-z0-9+.-]*:\\S+|\\(\\s*${VERSIONS}\\s*\\)|${VERSIONS})?\\s*(?:;\\s*\\S.*)?$`,
  'i',
)
const MAX_LENGTH = 512

/** Why a text is no requirement as pip reads it (PEP 508); undefined when it is one. Markers are not read. */
export function requirementProblem(text: string): string | undefined {
  if (text.trim() === '') return 'Write a requirement: requests==2.32.3'
  if (text.length > MAX_LENGTH) return `At most ${MAX_LENGTH} characters.`
  if (/[\0\r\n]/.test(text)) return 'One requirement on one line.'
  if (/^-/.test(text)) return 'Options of pip are not taken here.'
  if (/[^=<>!~]=[^=]/.test(text) && !text.includes('@') && !text.includes(';'))
    return 'Compare with two equals signs: name==1.0'
  return SHAPE.test(text) ? undefined : 'No requirement as pip reads it: name, name==1.0, name[extra]>=1,<2'
}

/** The project's name as pip compares it: lower case, with runs of `-_.` as one dash. Undefined for what is no requirement. */
export const requirementName = (text: string): string | undefined =>
  SHAPE.exec(text.trim())?.[1]
    ?.toLowerCase()
    .replace(/[-_.]+/g, '-')

export type RequirementState =
  | { readonly kind: 'installed' }
  | { readonly kind: 'new' }
  /** Another specifier of the same project is there: the module compares specifiers as text (protocol 6.7). */
  | { readonly kind: 'conflict'; readonly installed: string }

/** How a requirement stands to what the shards hold, by the text of their specifiers. */
export function requirementState(text: string, held: readonly string[]): RequirementState {
  if (held.includes(text)) return { kind: 'installed' }
  const name = requirementName(text)
  const other = name === undefined ? undefined : held.find((one) => requirementName(one) === name)
  return other === undefined ? { kind: 'new' } : { kind: 'conflict', installed: other }
}
