import { validRange } from '@renovatebot/pep440'
import { type Environment, type MarkerTest, parseMarker } from './marker'

/** A PEP 508 requirement: `name[extra] >=1,<2 ; marker` or `name[extra] @ url ; marker`. */
export interface Specifier {
  /** In its canonical form (PEP 503). */
  readonly name: string
  readonly extras: readonly string[]
  /** PEP 440 conditions; empty allows any version. */
  readonly versions: string
  readonly url: string | undefined
  readonly marker: MarkerTest | undefined
  readonly text: string
}

const MAX_LENGTH = 4096
/** Throws with a readable message if the text is not a requirement. */
export function parseSpecifier(text: string): Specifier {
  const parts = text.length > MAX_LENGTH ? undefined : partsOf(text.trim())
  if (!parts || !validRange(parts.versions)) throw new Error('is not a valid PEP 508 requirement')
  const { marker } = parts
  return {
    name: canonical(parts.name),
    extras: parts.extras
      .split(',')
      .map((extra) => canonical(extra.trim()))
      .filter((extra) => extra !== ''),
    versions: parts.versions,
    url: parts.url,
    marker: marker === undefined ? undefined : parseMarker(marker),
    text: text.trim(),
  }
}

interface SpecifierParts {
  readonly name: string
  readonly extras: string
  readonly versions: string
  readonly url: string | undefined
  readonly marker: string | undefined
}

function partsOf(text: string): SpecifierParts | undefined {
  const name = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(text)?.[0] ?? ''
  if (!/[A-Za-z0-9]$/.test(name)) return undefined
  let rest = text.slice(name.length).trimStart()
  let extras = ''
  if (rest.startsWith('[')) {
    const end = rest.indexOf(']')
    if (end < 0) return undefined
    extras = rest.slice(1, end)
    rest = rest.slice(end + 1).trimStart()
  }
  if (rest.startsWith('@')) return withUrl(name, extras, rest.slice(1).trimStart())
  const semicolon = rest.indexOf(';')
  const head = (semicolon < 0 ? rest : rest.slice(0, semicolon)).trim()
  const marker = semicolon < 0 ? undefined : rest.slice(semicolon + 1)
  const versions = head.startsWith('(') && head.endsWith(')') ? head.slice(1, -1).trim() : head
  return /[()@]/.test(versions) ? undefined : { name, extras, versions, url: undefined, marker }
}

/** A semicolon starts a marker only beside a space; otherwise it belongs to the URL. */
function withUrl(name: string, extras: string, text: string): SpecifierParts | undefined {
  const blank = text.search(/\s/)
  const first = blank < 0 ? text : text.slice(0, blank)
  const rest = text.slice(first.length).trimStart()
  const at = rest === '' || rest.startsWith(';') ? first.length : first.lastIndexOf(';')
  const url = first.slice(0, at)
  if (url === '' || at < 0) return undefined
  const behind = `${first.slice(at)}${rest}`
  return { name, extras, versions: '', url, marker: behind === '' ? undefined : behind.slice(1) }
}

/** A project's name for comparison: lower case, with runs of `-_.` as one dash. */
export const canonical = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

/** Whether the specifier applies for a package that was requested with `extras`. */
export function applies({ marker }: Specifier, environment: Environment, extras: readonly string[]): boolean {
  if (!marker) return true
  return ['', ...extras].some((extra) => marker({ ...environment, extra }))
}
