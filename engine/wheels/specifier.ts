import { validRange } from '@renovatebot/pep440'
import { type Environment, type Marker, parseMarker } from './marker'

/** A requirement as PEP 508 writes it: `name[extra] >=1,<2 ; marker` or `name[extra] @ url ; marker`. */
export interface Specifier {
  /** In its canonical form (PEP 503). */
  readonly name: string
  readonly extras: readonly string[]
  /** PEP 440 conditions; empty takes any version. */
  readonly versions: string
  readonly url: string | undefined
  readonly marker: Marker | undefined
  readonly text: string
}

const MAX_LENGTH = 4096
const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?'
const SHAPE = new RegExp(
  `^\\s*(${NAME})\\s*(?:\\[([^\\]]*)\\])?\\s*(?:@\\s*(\\S+)|\\(([^()]*)\\)|([^;()@]*))\\s*(?:;(.*))?$`,
  's',
)

/** Throws, in words, for what is no requirement. */
export function parseSpecifier(text: string): Specifier {
  const match = text.length > MAX_LENGTH ? null : SHAPE.exec(text)
  const [, name = '', extras = '', url, bracketed, plain, marker] = match ?? []
  const versions = (bracketed ?? plain ?? '').trim()
  if (!match || !validRange(versions)) throw new Error('is no requirement as PEP 508 writes it')
  return {
    name: canonical(name),
    extras: extras
      .split(',')
      .map((extra) => canonical(extra.trim()))
      .filter((extra) => extra !== ''),
    versions,
    url,
    marker: marker === undefined ? undefined : parseMarker(marker),
    text: text.trim(),
  }
}

/** A project's name as it is compared: lower case, with runs of `-_.` as one dash. */
export const canonical = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

/** Whether the specifier counts here, asked for by a package with `extras`. */
export function applies({ marker }: Specifier, environment: Environment, extras: readonly string[]): boolean {
  if (!marker) return true
  return ['', ...extras].some((extra) => marker({ ...environment, extra }))
}
