/** Values that can be written as a Python literal. */
export type PythonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue }

/** A literal that Python reads as this value, whatever text it holds. @throws TypeError for what has none: undefined, functions, cycles */
export const pythonText = (value: PythonValue): string => write(value, [])

function write(value: PythonValue, within: readonly unknown[]): string {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'boolean':
      return value ? 'True' : 'False'
    case 'bigint':
      return signed(String(value))
    case 'number':
      return numberText(value)
    case 'object':
      return value === null ? 'None' : compound(value, within)
    default:
      throw new TypeError(`Python has no literal for ${typeof value}`)
  }
}

function compound(value: Exclude<PythonValue & object, null>, within: readonly unknown[]): string {
  if (value instanceof Uint8Array) return `b'${Array.from(value, byteText).join('')}'`
  if (within.includes(value)) throw new TypeError('Python has no literal for a value that contains itself')
  const inner = [...within, value]
  if (isList(value)) return `[${value.map((item) => write(item, inner)).join(', ')}]`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`Python has no literal for a ${value.constructor.name}`)
  return `{${Object.entries(value)
    .map(([key, item]) => `${quoted(key)}: ${write(item, inner)}`)
    .join(', ')}}`
}

const isList = (value: object): value is readonly PythonValue[] => Array.isArray(value)

/** In brackets below zero: `-1 ** 2` is not `(-1) ** 2`. */
const signed = (digits: string): string => (digits.startsWith('-') ? `(${digits})` : digits)

function numberText(value: number): string {
  if (!Number.isFinite(value)) return `float('${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}')`
  return signed(Object.is(value, -0) ? '-0.0' : String(value))
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** As Python prints it; what cannot be seen, and surrogates without their other half, as escapes. */
const quoted = (text: string): string =>
  `'${text.replace(/[\\'\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => ESCAPES[char] ?? escapedChar(char))}'`

function escapedChar(char: string): string {
  const code = char.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${hex(code, 2)}`
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

const byteText = (byte: number): string =>
  byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${hex(byte, 2)}`

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')
