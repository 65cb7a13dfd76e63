const NAME = /[A-Za-z0-9][A-Za-z0-9._-]*/y
const VERSION = /(?:===|==|~=|!=|<=|>=|<|>) ?[A-Za-z0-9._*+!-]+/y
const URL = /@ ?[a-z][a-z0-9+.-]*:\S+/iy
const COMMA = / ?, ?/y
const BLANK = / ?/y
const MARKER = / ?; ?\S.*/y
/** How what pip takes instead of a project's name begins: an archive or a repository by its URL, a file on the server. */
const PLACE = /^(?:(?:git|hg|svn|bzr)(?:\+[a-z]+)?:\/\/|https?:\/\/|file:\/\/|\/)/i
/** Longest requirement, characters: as many as a request takes. */
export const MAX_REQUIREMENT_CHARS = 2048

/** The name of a project that a requirement begins with; undefined where the text is none as PEP 508 has it. Its blanks are single. */
function projectOf(text: string): string | undefined {
  let at = 0
  const takeMatch = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }
  const takeChar = (char: string): boolean => {
    if (text[at] !== char) return false
    at++
    return true
  }
  const named = (): boolean => /[A-Za-z0-9]$/.test(takeMatch(NAME) ?? '')
  const versioned = (): boolean => takeMatch(VERSION) !== undefined
  const listed = (item: () => boolean): boolean => {
    do if (!item()) return false
    while (takeMatch(COMMA) !== undefined)
    return true
  }
  if (!named()) return undefined
  const project = text.slice(0, at)
  takeMatch(BLANK)
  if (takeChar('[')) {
    takeMatch(BLANK)
    if (text[at] !== ']' && !listed(named)) return undefined
    takeMatch(BLANK)
    if (!takeChar(']')) return undefined
    takeMatch(BLANK)
  }
  if (takeChar('(')) {
    takeMatch(BLANK)
    if (!listed(versioned)) return undefined
    takeMatch(BLANK)
    if (!takeChar(')')) return undefined
  } else if (takeMatch(URL) === undefined && /[=~!<>]/.test(text.charAt(at)) && !listed(versioned)) return undefined
  takeMatch(MARKER)
  return text.slice(at).trim() === '' ? project : undefined
}

/** A URL or a path, with a marker or a note in brackets behind it or none. */
function isPlace(text: string): boolean {
  const scheme = PLACE.exec(text)?.[0]
  if (scheme === undefined) return false
  const rest = text.slice(scheme.length)
  const blank = rest.indexOf(' ')
  if (blank < 0) return rest !== ''
  const marker = rest.indexOf(';')
  if (marker > 0 && marker <= blank + 1) return rest.slice(marker + 1).trim() !== ''
  const open = rest.lastIndexOf('[', blank + 1)
  return open > 0 && rest.indexOf(']', open) === rest.length - 1
}

/** The project of a wheel's file name: name, version, sometimes a build, and three tags, between dashes. */
function wheelProject(text: string): string | undefined {
  const end = text.search(/\.whl(?:$|[#? ])/)
  const parts = text.slice(text.lastIndexOf('/', end) + 1, Math.max(end, 0)).split('-')
  const [name = ''] = parts
  return (parts.length === 5 || parts.length === 6) && /^[A-Za-z0-9_.]+$/.test(name) ? name : undefined
}

const single = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** Why a text is no requirement as pip reads it (PEP 508, or a URL or path); undefined when it is one. Markers are not read. */
export function requirementProblem(text: string): string | undefined {
  if (text.trim() === '') return 'Enter a requirement, such as requests==2.32.3'
  if (text.length > MAX_REQUIREMENT_CHARS) return `At most ${MAX_REQUIREMENT_CHARS.toLocaleString('en')} characters.`
  if (/[\0\r\n]/.test(text)) return 'Enter one requirement per line.'
  const wanted = single(text)
  if (wanted.startsWith('-')) return optionProblem(wanted)
  if (/^\.{0,2}[/\\]|^[a-z]:\\|^~\//i.test(wanted) && !wanted.startsWith('/'))
    return 'Enter the full path on the server, or a URL: the server resolves it.'
  if (isPlace(wanted) || projectOf(wanted) !== undefined) return undefined
  if (/[^=<>!~]=[^=]/.test(wanted) && !/[@;]/.test(wanted)) return 'Use two equals signs: name==1.0'
  return 'Not a valid pip requirement. Examples: name, name==1.0, name[extra]>=1,<2, name @ URL'
}

/** Each requirement reaches pip alone, as one argument (protocol 6.7): what pip reads from a file or a command line has no effect there. */
function optionProblem(option: string): string {
  if (/^(?:-r|--requirement)\b/.test(option))
    return 'Paste the lines of that file instead: the server does not have it.'
  if (/^(?:-c|--constraint)\b/.test(option))
    return 'Add the version to each requirement: constraint files are not read.'
  if (/^(?:-e|--editable)\b/.test(option))
    return 'Remove -e and write the URL, as in name @ git+https://host/repository.git'
  if (/^(?:-i|--index-url|--extra-index-url|-f|--find-links|--trusted-host|--no-index|--pre)\b/.test(option))
    return 'Set this in pip.conf on the server: RedisGears passes each requirement to pip without options.'
  return 'pip options are not supported here.'
}

/** The project's name as pip compares it: lower case, with runs of `-_.` as one dash. Undefined where the text does not tell. */
export function requirementName(text: string): string | undefined {
  if (text.length > MAX_REQUIREMENT_CHARS) return undefined
  const wanted = single(text)
  const name = projectOf(wanted) ?? /[#&]egg=([A-Za-z0-9._-]+)/.exec(wanted)?.[1] ?? wheelProject(wanted)
  return name?.toLowerCase().replace(/[-_.]+/g, '-')
}

export interface ReadRequirements {
  readonly requirements: readonly string[]
  /** Lines that are none, counted from 1, with the reason. */
  readonly problems: readonly { readonly line: number; readonly text: string; readonly why: string }[]
  /** Hashes were left out: pip takes them in files only. */
  readonly hashesLeftOut: boolean
}

const INSTALL = /^(?:[$#%!] ?)?(?:sudo )?(?:python[0-9.]* -m )?pip[0-9.]* install /
const HASH = / --hash[= ]\S+/g

/**
 * The requirements in a pasted text: one or many lines of a requirements file, with its comments, continued lines, hashes and quotes, or a
 * `pip install` command. Nothing is left out silently.
 */
export function readRequirements(text: string): ReadRequirements {
  const requirements: string[] = []
  const problems: { line: number; text: string; why: string }[] = []
  let hashesLeftOut = false
  for (const { line, text: whole } of logicalLines(text)) {
    const plain = whole.replace(HASH, '')
    if (plain !== whole) hashesLeftOut = true
    for (const word of wordsOf(plain)) {
      const wanted = unquoted(word)
      if (wanted === '' || requirements.includes(wanted)) continue
      const why = requirementProblem(wanted)
      if (why === undefined) requirements.push(wanted)
      else problems.push({ line, text: wanted, why })
    }
  }
  return { requirements, problems, hashesLeftOut }
}

/** Lines as pip reads a file: continued by a backslash, without comments, which begin a line or follow a blank. */
function logicalLines(text: string): { readonly line: number; readonly text: string }[] {
  const lines: { line: number; text: string }[] = []
  let open: { line: number; text: string } | undefined
  for (const [i, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const continued = /\\\s*$/.test(raw)
    const part = raw.replace(/\\\s*$/, '')
    open = { line: open?.line ?? i + 1, text: `${open?.text ?? ''}${open ? ' ' : ''}${part}` }
    if (continued) continue
    lines.push(open)
    open = undefined
  }
  if (open) lines.push(open)
  return lines.map(({ line, text }) => ({ line, text: single(withoutComment(text)) })).filter(({ text }) => text !== '')
}

function withoutComment(line: string): string {
  const at = line.search(/(?:^|\s)#/)
  return at < 0 ? line : line.slice(0, at)
}

/** One requirement a line; of a command, its arguments without the options that only concern the command. */
function wordsOf(line: string): readonly string[] {
  const command = INSTALL.exec(line)
  if (!command) return [line]
  const words = line.slice(command[0].length).match(/"[^"]*"|'[^']*'|\S+/g) ?? []
  return words.filter((word) => !/^(?:-U|-q|-v|--upgrade|--user|--quiet|--no-cache-dir|--force-reinstall)$/.test(word))
}

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2]?.trim() ?? text

export type RequirementPresence =
  | { readonly kind: 'installed' }
  | { readonly kind: 'new' }
  /** Another specifier of the same project is there: the module compares specifiers as text (protocol 6.7). */
  | { readonly kind: 'conflict'; readonly installed: string }

/** How a requirement compares to what the shards hold, by the text of their specifiers. */
export function requirementPresence(text: string, held: readonly string[]): RequirementPresence {
  if (held.includes(text)) return { kind: 'installed' }
  const name = requirementName(text)
  const other = name === undefined ? undefined : held.find((one) => requirementName(one) === name)
  return other === undefined ? { kind: 'new' } : { kind: 'conflict', installed: other }
}
