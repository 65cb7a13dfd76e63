import { type PythonLiteral, parsePythonLiteral } from '@gearboard/gears/vocabulary/python-literal'
import { type ResultValue, signedText } from '@gearboard/gears/vocabulary/value'
import { jsonOf } from './json'

/** A result as one line of text. */
export function resultText(value: ResultValue): string {
  if (value === null) return 'nil'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if ('error' in value) return signedText(value)
  if ('status' in value) return value.status
  if ('base64' in value) return `(bytes, base64) ${value.base64}`
  return `[${value.map(resultText).join(', ')}]`
}

export interface ResultTable {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[]
  /** Null where a row lacks the column. */
  readonly rows: readonly (readonly (string | null)[])[]
}

const MAX_COLUMNS = 12

/** Columns for results that are all dicts, printed by Python or as JSON; undefined when some are not, or they have too little in common. */
export function resultTable(results: readonly ResultValue[]): ResultTable | undefined {
  const records: ReadonlyMap<string, string>[] = []
  const names = new Set<string>()
  for (const result of results) {
    const record = typeof result === 'string' && result.startsWith('{') ? recordOf(result) : undefined
    if (!record) return undefined
    records.push(record)
    for (const name of record.keys()) names.add(name)
    if (names.size > MAX_COLUMNS) return undefined
  }
  if (names.size === 0) return undefined
  return {
    columns: [...names].map((name) => ({
      name,
      numeric: records.every((record) => /^-?\d+(?:\.\d+)?$/.test(record.get(name) ?? '0')),
    })),
    rows: records.map((record) => [...names].map((name) => record.get(name) ?? null)),
  }
}

function recordOf(text: string): ReadonlyMap<string, string> | undefined {
  const value = parsePythonLiteral(text)
  if (isDict(value)) return new Map(value.dict.map(([key, item]) => [literalText(key), literalText(item)]))
  const json = jsonOf(text)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  return new Map(
    Object.entries(json).map(([key, item]) => [key, typeof item === 'string' ? item : JSON.stringify(item)]),
  )
}

const isDict = (value: PythonLiteral | undefined): value is Extract<PythonLiteral, { dict: unknown }> =>
  typeof value === 'object' && value !== null && 'dict' in value

/** As Python would print it, strings without their quotes at the top. */
function literalText(value: PythonLiteral, nested = false): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return nested ? JSON.stringify(value) : value
  if (isDict(value))
    return `{${value.dict.map(([k, v]) => `${literalText(k, true)}: ${literalText(v, true)}`).join(', ')}}`
  return `[${value.map((item) => literalText(item, true)).join(', ')}]`
}
