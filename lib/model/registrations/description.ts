import { cutEnd } from '@gearboard/gears/vocabulary/text'

/** Longest name in a heading, a list or a history entry, characters; the detail views show the whole. */
export const NAME_CHARS = 160
/** Longer than this no description is read as JSON. */
const MAX_JSON = 100_000

/** Fields that people name things by in JSON, the most telling first. */
const NAMES = ['name', 'title', 'label', 'function', 'id']
const ABOUT = ['desc', 'description', 'summary', 'about', 'text']

/**
 * A description in words. Some tools (rgsync among them) describe a registration by a JSON text: then what it says in it, its name first, and
 * what it is about behind it.
 */
export function descriptionInWords(text: string): string {
  const told = toldByJson(text)
  if (!told) return text.trim()
  const { name, about, rest } = told
  if (name !== undefined) return about === undefined ? name : `${name}: ${about}`
  return about ?? rest
}

/** A short name of a description: of a JSON text its name alone, and of one endlessly its beginning. */
export function nameOfDescription(text: string): string {
  const told = toldByJson(text)
  return cutEnd((told ? (told.name ?? told.about ?? told.rest) : text.trim()).replaceAll(/\s+/g, ' '), NAME_CHARS)
}

function toldByJson(text: string) {
  const fields = fieldsOf(text)
  if (!fields) return undefined
  const texts = fields.flatMap(([key, value]) => {
    const words = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
    return words === '' ? [] : [[key.toLowerCase(), words] as const]
  })
  const first = (keys: readonly string[]) => keys.flatMap((key) => texts.find(([known]) => known === key)?.[1] ?? [])[0]
  const rest = texts.map(([key, words]) => `${key} ${words}`).join(', ')
  return { name: first(NAMES), about: first(ABOUT), rest: rest || text.trim() }
}

/** Undefined where the text is no JSON object. */
function fieldsOf(text: string): readonly (readonly [string, unknown])[] | undefined {
  if (!/^\s*\{/.test(text) || text.length > MAX_JSON) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? Object.entries(value) : undefined
  } catch {
    return undefined
  }
}
