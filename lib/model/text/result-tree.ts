import { type PythonLiteral, parsePythonLiteral } from '@gearboard/gears/vocabulary/python-literal'
import { type ResultValue, signedText } from '@gearboard/gears/vocabulary/value'
import { type ResultTable, resultTable, resultText } from './result-table'

/** A result for display. Texts that hold a Python or JSON container are opened: `convertToStr` made them texts. */
export type ResultTree =
  | { readonly kind: 'text' | 'number' | 'nil' | 'status' | 'bytes' | 'boolean'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly ResultTree[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: ResultTree])[] }

/** Texts beyond it are shown as they are: opening them would freeze the page. */
const MAX_PARSED_LENGTH = 200_000
const MAX_DEPTH = 40
const MAX_COLUMNS = 12

export function treeOf(value: ResultValue): ResultTree {
  if (value === null) return { kind: 'nil', text: 'nil' }
  if (typeof value === 'number') return { kind: 'number', text: String(value) }
  if (typeof value === 'string') return parseContainer(value) ?? { kind: 'text', text: value }
  if ('error' in value) return { kind: 'text', text: signedText(value) }
  if ('status' in value) return { kind: 'status', text: value.status }
  if ('base64' in value) return { kind: 'bytes', text: escapedBytes(value.base64) }
  return { kind: 'list', items: value.map(treeOf) }
}

/** `\xff\x00` for each byte that is no printable ASCII. */
const escapedBytes = (base64: string): string =>
  [...atob(base64)]
    .map((char) => (/[\x20-\x7e]/.test(char) ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`))
    .join('')

/** Reads a text that is wholly one dict, list, tuple or set, in Python's words or JSON's; undefined otherwise. */
function parseContainer(text: string): ResultTree | undefined {
  if (!/^[[({]/.test(text) || text.length > MAX_PARSED_LENGTH) return undefined
  const literal = parsePythonLiteral(text)
  if (literal !== undefined) return ofPython(literal)
  try {
    return ofJson(JSON.parse(text), 0)
  } catch {
    return undefined
  }
}

function ofPython(literal: PythonLiteral): ResultTree {
  if (literal === null) return { kind: 'nil', text: 'None' }
  if (typeof literal === 'string') return { kind: 'text', text: literal }
  if (typeof literal === 'number') return { kind: 'number', text: String(literal) }
  if (typeof literal === 'boolean') return { kind: 'boolean', text: literal ? 'True' : 'False' }
  if (!('dict' in literal)) return { kind: 'list', items: literal.map(ofPython) }
  return { kind: 'map', entries: literal.dict.map(([key, value]) => [inlineText(ofPython(key)), ofPython(value)]) }
}

function ofJson(value: unknown, depth: number): ResultTree | undefined {
  if (depth > MAX_DEPTH) return undefined
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => [key, ofJson(item, depth + 1)] as const)
    const known = entries.flatMap(([key, item]) => (item ? [[key, item] as const] : []))
    if (known.length < entries.length) return undefined
    return Array.isArray(value)
      ? { kind: 'list', items: known.map(([, item]) => item) }
      : { kind: 'map', entries: known }
  }
  if (typeof value === 'string') return { kind: 'text', text: value }
  const kind = value === null ? 'nil' : typeof value === 'boolean' ? 'boolean' : 'number'
  return { kind, text: String(value) }
}

/** The tree on one line. */
export function inlineText(tree: ResultTree): string {
  switch (tree.kind) {
    case 'list':
      return `[${tree.items.map(inlineText).join(', ')}]`
    case 'map':
      return `{${tree.entries.map(([key, value]) => `${key}: ${inlineText(value)}`).join(', ')}}`
    case 'text':
    case 'nil':
    case 'boolean':
    case 'number':
    case 'status':
    case 'bytes':
      return tree.text
  }
}

/** Rows for any results: dicts by their keys, lists by position, anything else one column. Null where a row lacks the column. */
export function rowsOf(results: readonly ResultValue[]): ResultTable {
  const dicts = resultTable(results)
  if (dicts) return dicts
  const lists = results.map((result) => (isList(result) ? result : undefined))
  const width = Math.max(0, ...lists.map((list) => list?.length ?? 0))
  const positional = lists.every((list) => list !== undefined) && width > 0 && width <= MAX_COLUMNS
  const rows = positional
    ? lists.map((list) => Array.from({ length: width }, (_, i) => cell(list?.[i])))
    : results.map((result) => [resultText(result)])
  const columns = positional ? Array.from({ length: width }, (_, i) => String(i + 1)) : ['value']
  return {
    columns: columns.map((name, i) => ({
      name,
      numeric: rows.every((row) => /^-?\d+(?:\.\d+)?$/.test(row[i] ?? '0')),
    })),
    rows,
  }
}

const cell = (value: ResultValue | undefined): string | null => (value === undefined ? null : resultText(value))

const isList = (value: ResultValue): value is readonly ResultValue[] => Array.isArray(value)

/** The reply as redis-cli prints it. */
export function replyText(value: ResultValue, indent = ''): string {
  if (value === null) return '(nil)'
  if (typeof value === 'number') return `(integer) ${value}`
  if (typeof value === 'string') return JSON.stringify(value)
  if ('error' in value) return `(error) ${value.error}`
  if ('status' in value) return value.status
  if ('base64' in value) return `"${escapedBytes(value.base64).replaceAll('"', '\\"')}"`
  if (value.length === 0) return '(empty array)'
  const width = String(value.length).length
  return value
    .map((item, i) => {
      const label = `${String(i + 1).padStart(width)}) `
      return `${i === 0 ? '' : indent}${label}${replyText(item, indent + ' '.repeat(label.length))}`
    })
    .join('\n')
}
