/** An argument of any bytes: text, or base64 of bytes that are no UTF-8. */
export type Word = string | { readonly base64: string }

export type Split =
  | { readonly words: readonly Word[] }
  /** `at`: offset of the error in the line. */
  | { readonly error: string; readonly at: number }

const BLANK = /[ \n\r\t\0]/
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 }

/**
 * Splits a line as redis-cli does (sdssplitargs): double quotes know `\xff`, `\n`, `\r`, `\t`, `\b`, `\a` and `\"`, single quotes only
 * `\'`, and a closing quote must be followed by a blank or the end.
 */
export function splitWords(line: string): Split {
  const words: Word[] = []
  let at = 0
  for (;;) {
    while (at < line.length && BLANK.test(line.charAt(at))) at++
    if (at >= line.length) return { words }
    const word = readWord(line, at)
    if ('error' in word) return word
    words.push(toWord(word.bytes))
    at = word.end
  }
}

const encoder = new TextEncoder()
const byte = (code: number): Uint8Array => Uint8Array.of(code)

function readWord(
  line: string,
  start: number,
): { bytes: readonly Uint8Array[]; end: number } | { error: string; at: number } {
  const bytes: Uint8Array[] = []
  let at = start
  while (at < line.length) {
    const char = line.charAt(at)
    if (BLANK.test(char)) break
    if (char !== '"' && char !== "'") {
      at = takeRun(/[^ \n\r\t\0"']+/y, line, at, bytes)
      continue
    }
    const quoted = char === '"' ? readDouble(line, at + 1, bytes) : readSingle(line, at + 1, bytes)
    if (quoted === undefined) return { error: `This ${char === '"' ? 'double' : 'single'} quote is never closed.`, at }
    if (quoted < line.length && !BLANK.test(line.charAt(quoted)))
      return { error: 'A closing quote must be followed by a space.', at: quoted }
    return { bytes, end: quoted }
  }
  return { bytes, end: at }
}

/** Takes what the sticky `run` matches at `at` unchanged, and returns where that ends. */
function takeRun(run: RegExp, line: string, at: number, bytes: Uint8Array[]): number {
  run.lastIndex = at
  const text = run.exec(line)?.[0] ?? ''
  bytes.push(encoder.encode(text))
  return at + text.length
}

/** Where the closing quote ends; undefined when there is none. */
function readDouble(line: string, start: number, bytes: Uint8Array[]): number | undefined {
  let at = start
  while (at < line.length) {
    const char = line.charAt(at)
    if (char === '"') return at + 1
    const hex = char === '\\' ? /^\\x([0-9a-fA-F]{2})/.exec(line.slice(at, at + 4))?.[1] : undefined
    if (hex !== undefined) {
      bytes.push(byte(Number.parseInt(hex, 16)))
      at += 4
    } else if (char === '\\' && at + 1 < line.length) {
      // A whole code point: half of a surrogate pair would be lost in UTF-8.
      const escaped = String.fromCodePoint(line.codePointAt(at + 1) ?? 0)
      const code = ESCAPES[escaped]
      bytes.push(code === undefined ? encoder.encode(escaped) : byte(code))
      at += 1 + escaped.length
    } else at = char === '\\' ? takeRun(/\\/y, line, at, bytes) : takeRun(/[^"\\]+/y, line, at, bytes)
  }
  return undefined
}

function readSingle(line: string, start: number, bytes: Uint8Array[]): number | undefined {
  let at = start
  while (at < line.length) {
    const char = line.charAt(at)
    if (char === "'") return at + 1
    if (line.startsWith("\\'", at)) {
      bytes.push(encoder.encode("'"))
      at += 2
    } else at = char === '\\' ? takeRun(/\\/y, line, at, bytes) : takeRun(/[^'\\]+/y, line, at, bytes)
  }
  return undefined
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function toWord(parts: readonly Uint8Array[]): Word {
  const bytes = joined(parts)
  try {
    return decoder.decode(bytes)
  } catch {
    return { base64: btoa(Array.from(bytes, (code) => String.fromCharCode(code)).join('')) }
  }
}

/** Plain in a line: nothing that a split would take for more than itself. */
const PLAIN = /^[^\s"'\\\p{Cc}]+$/u

/** One word as `splitWords` reads it back: as it is, or in double quotes. */
export function joinWord(word: Word): string {
  if (typeof word !== 'string') return `"${[...atob(word.base64)].map(hexByte).join('')}"`
  if (PLAIN.test(word)) return word
  return `"${word
    .replace(/["\\]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/\p{Cc}/gu, controlCode)}"`
}

const hexByte = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`

const controlCode = (char: string): string =>
  [...encoder.encode(char)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')

/** Reads a pasted JSON array: texts as they are, numbers and true/false/null as JSON writes them, anything nested as JSON. */
export function wordsFromJson(text: string): Split {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const at = Number(/position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? 0)
    return { error: 'This is not valid JSON.', at }
  }
  if (!Array.isArray(value)) return { error: 'Enter a JSON array: ["first", "second"].', at: 0 }
  try {
    return { words: value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))) }
  } catch {
    // The stack ends there.
    return { error: 'The brackets are nested too deeply.', at: 0 }
  }
}
