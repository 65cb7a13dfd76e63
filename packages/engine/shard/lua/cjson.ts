import { formatG } from '../keys/numbers'
import {
  badArgument,
  bytesArgument,
  JSON_NULL,
  JsonNull,
  type Library,
  LuaError,
  LuaTable,
  type LuaValue,
  Opaque,
  typeName,
} from './values'

/** lua-cjson 2.1 with Redis's settings. */

const MAX_DEPTH = 1000
/** An array may have this many places per item, and always up to `safe` places. */
const SPARSE = { ratio: 2, safe: 10 }
const PRECISION = 14

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

const quoted = (bytes: Buffer): string =>
  `"${bytes
    .toString('latin1')
    // Escapes all characters that JSON cannot contain unescaped.
    .replace(
      /[^ !#-.0-[\]-~\x80-\xff]/g,
      (char) => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )}"`

/** The length of a table as an array; -1 for an object. */
function arrayLength({ entries }: LuaTable): number {
  let length = 0
  for (const [key] of entries) {
    if (typeof key !== 'number' || !Number.isInteger(key) || key < 1) return -1
    length = Math.max(length, key)
  }
  if (length > entries.length * SPARSE.ratio && length > SPARSE.safe)
    throw new LuaError('Cannot serialise table: excessively sparse array')
  return length
}

function encodeTable(table: LuaTable, depth: number): string {
  if (depth > MAX_DEPTH) throw new LuaError(`Cannot serialise, excessive nesting (${depth})`)
  const length = arrayLength(table)
  if (length > 0) {
    const items = new Array<LuaValue>(length).fill(null)
    for (const [key, item] of table.entries) items[Number(key) - 1] = item
    return `[${items.map((item) => encode(item, depth)).join(',')}]`
  }
  const fields = table.entries.map(([key, item]) => {
    if (typeof key === 'number') return `"${formatG(key, PRECISION)}":${encode(item, depth)}`
    if (Buffer.isBuffer(key)) return `${quoted(key)}:${encode(item, depth)}`
    throw new LuaError(`Cannot serialise ${typeName(key)}: table key must be a number or string`)
  })
  return `{${fields.join(',')}}`
}

function encode(value: LuaValue, depth: number): string {
  if (value === null || value instanceof JsonNull) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (Buffer.isBuffer(value)) return quoted(value)
  if (value instanceof LuaTable) return encodeTable(value, depth + 1)
  if (value instanceof Opaque) throw new LuaError(`Cannot serialise ${value.type}: type not supported`)
  if (!Number.isFinite(value)) throw new LuaError('Cannot serialise number: must not be NaN or Inf')
  return formatG(value, PRECISION)
}

type JsonTokenKind =
  | 'T_OBJ_BEGIN'
  | 'T_OBJ_END'
  | 'T_ARR_BEGIN'
  | 'T_ARR_END'
  | 'T_STRING'
  | 'T_NUMBER'
  | 'T_BOOLEAN'
  | 'T_NULL'
  | 'T_COLON'
  | 'T_COMMA'
  | 'T_END'

interface JsonToken {
  /** The kind of the token, or an error. */
  readonly kind:
    | JsonTokenKind
    | 'invalid token'
    | 'invalid number'
    | 'unexpected end of string'
    | 'invalid escape code'
    | 'invalid unicode escape code'
  /** Starts at 1. */
  readonly at: number
  readonly value: LuaValue
}

const SIGNS: Readonly<Record<string, JsonTokenKind>> = {
  '{': 'T_OBJ_BEGIN',
  '}': 'T_OBJ_END',
  '[': 'T_ARR_BEGIN',
  ']': 'T_ARR_END',
  ':': 'T_COLON',
  ',': 'T_COMMA',
}
const NUMBER = /-?(?:0x[0-9a-f]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan)/iy
const SPACE = /[ \t\n\r]*/y
const WORDS: readonly (readonly [string, JsonTokenKind, LuaValue])[] = [
  ['true', 'T_BOOLEAN', true],
  ['false', 'T_BOOLEAN', false],
  ['null', 'T_NULL', JSON_NULL],
]
const UNESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function numberOf(text: string): number {
  if (/nan/i.test(text)) return Number.NaN
  if (/inf/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text)
}

/** Parses JSON, with lua-cjson's error texts. */
class Parser {
  private at = 0
  private token: JsonToken

  constructor(private readonly text: string) {
    this.token = this.next()
  }

  whole(): LuaValue {
    const value = this.value(0)
    this.expect('T_END', 'the end')
    return value
  }

  private value(depth: number): LuaValue {
    const { kind, value } = this.token
    if (kind === 'T_OBJ_BEGIN') return this.object(depth + 1)
    if (kind === 'T_ARR_BEGIN') return this.array(depth + 1)
    if (kind !== 'T_STRING' && kind !== 'T_NUMBER' && kind !== 'T_BOOLEAN' && kind !== 'T_NULL') this.fail('value')
    this.advance()
    return value
  }

  private object(depth: number): LuaTable {
    this.descend(depth)
    const fields = new Map<string, LuaValue>()
    if (!this.skip('T_OBJ_END')) {
      do {
        const key = this.expect('T_STRING', 'object key string')
        this.expect('T_COLON', 'colon')
        fields.set(Buffer.isBuffer(key) ? key.toString('latin1') : '', this.value(depth))
      } while (this.more('T_OBJ_END', 'comma or object end'))
    }
    const table = new LuaTable()
    for (const [key, value] of fields) table.entries.push([Buffer.from(key, 'latin1'), value])
    return table
  }

  private array(depth: number): LuaTable {
    this.descend(depth)
    const items: LuaValue[] = []
    if (!this.skip('T_ARR_END')) {
      do items.push(this.value(depth))
      while (this.more('T_ARR_END', 'comma or array end'))
    }
    return LuaTable.list(items)
  }

  private descend(depth: number): void {
    if (depth > MAX_DEPTH)
      throw new LuaError(`Found too many nested data structures (${depth}) at character ${this.token.at}`)
    this.advance()
  }

  private more(end: JsonTokenKind, expected: string): boolean {
    if (this.skip(end)) return false
    this.expect('T_COMMA', expected)
    return true
  }

  private skip(kind: JsonTokenKind): boolean {
    if (this.token.kind !== kind) return false
    this.advance()
    return true
  }

  private expect(kind: JsonTokenKind, expected: string): LuaValue {
    const { value } = this.token
    if (this.token.kind !== kind) this.fail(expected)
    this.advance()
    return value
  }

  private fail(expected: string): never {
    throw new LuaError(`Expected ${expected} but found ${this.token.kind} at character ${this.token.at}`)
  }

  private advance(): void {
    this.token = this.next()
  }

  private next(): JsonToken {
    SPACE.lastIndex = this.at
    SPACE.exec(this.text)
    this.at = SPACE.lastIndex
    const at = this.at + 1
    const char = this.text[this.at]
    if (char === undefined) return { kind: 'T_END', at, value: null }
    const sign = SIGNS[char]
    if (sign) {
      this.at += 1
      return { kind: sign, at, value: null }
    }
    if (char === '"') return this.string(at)
    for (const [word, kind, value] of WORDS) {
      if (!this.text.startsWith(word, this.at)) continue
      this.at += word.length
      return { kind, at, value }
    }
    NUMBER.lastIndex = this.at
    const number = NUMBER.exec(this.text)?.[0]
    if (number === undefined) return { kind: /[-0-9]/.test(char) ? 'invalid number' : 'invalid token', at, value: null }
    this.at += number.length
    return { kind: 'T_NUMBER', at, value: numberOf(number) }
  }

  private string(at: number): JsonToken {
    const parts: Buffer[] = []
    let from = this.at + 1
    for (let i = from; i < this.text.length; i++) {
      const char = this.text[i]
      if (char === '"') {
        parts.push(Buffer.from(this.text.slice(from, i), 'latin1'))
        this.at = i + 1
        return { kind: 'T_STRING', at, value: Buffer.concat(parts) }
      }
      if (char !== '\\') continue
      parts.push(Buffer.from(this.text.slice(from, i), 'latin1'))
      const escaped = this.escape(i + 1)
      if (!escaped) {
        const kind = this.text[i + 1] === 'u' ? 'invalid unicode escape code' : 'invalid escape code'
        return { kind, at: i + 1, value: null }
      }
      parts.push(Buffer.from(escaped.text))
      from = i + 1 + escaped.length
      i = from - 1
    }
    return { kind: 'unexpected end of string', at: this.text.length + 1, value: null }
  }

  /** The character after a backslash at `at`, and its length. */
  private escape(at: number): { readonly text: string; readonly length: number } | undefined {
    const plain = UNESCAPED[this.text[at] ?? '']
    if (plain !== undefined) return { text: plain, length: 1 }
    const unit = this.unit(at)
    if (unit === undefined || (unit >= 0xdc00 && unit < 0xe000)) return undefined
    if (unit < 0xd800 || unit >= 0xe000) return { text: String.fromCharCode(unit), length: 5 }
    const low = this.text[at + 5] === '\\' ? this.unit(at + 6) : undefined
    if (low === undefined || low < 0xdc00 || low >= 0xe000) return undefined
    return { text: String.fromCharCode(unit, low), length: 11 }
  }

  private unit(at: number): number | undefined {
    const digits = /^u([0-9a-f]{4})/i.exec(this.text.slice(at, at + 5))?.[1]
    return digits === undefined ? undefined : Number.parseInt(digits, 16)
  }
}

function one(args: readonly LuaValue[], to: string): void {
  if (args.length !== 1) throw badArgument(1, to, 'expected 1 argument')
}

export const cjson: Library = {
  functions: {
    encode(args) {
      one(args, 'encode')
      return [Buffer.from(encode(args[0] ?? null, 0), 'latin1')]
    },
    decode(args) {
      one(args, 'decode')
      return [new Parser(bytesArgument(args, 1, 'decode').toString('latin1')).whole()]
    },
  },
  constants: { null: JSON_NULL, _NAME: Buffer.from('cjson'), _VERSION: Buffer.from('2.1.0') },
}
