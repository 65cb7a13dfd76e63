/** An argument of any bytes: text, or base64 of bytes that are no UTF-8. */
export type Word = string | { readonly base64: string }

export type Split =
  | { readonly words: readonly Word[] }
  /** `at`: offset in the line where it goes wrong. */
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

function readWord(
  line: string,
  start: number,
): { bytes: readonly number[]; end: number } | { error: string; at: number } {
  const bytes: number[] = []
  let at = start
  while (at < line.length) {
    const char = charAt(line, at)
    if (BLANK.test(char)) break
    if (char !== '"' && char !== "'") {
      bytes.push(...encoder.encode(char))
      at += char.length
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

/** A whole code point: a lone half of a surrogate pair would be lost in UTF-8. */
const charAt = (line: string, at: number): string => String.fromCodePoint(line.codePointAt(at) ?? 0)

/** Where the closing quote ends; undefined when there is none. */
function readDouble(line: string, start: number, bytes: number[]): number | undefined {
  let at = start
  while (at < line.length) {
    const char = charAt(line, at)
    if (char === '"') return at + 1
    const hex = /^\\x([0-9a-fA-F]{2})/.exec(line.slice(at, at + 4))?.[1]
    if (hex !== undefined) {
      bytes.push(Number.parseInt(hex, 16))
      at += 4
    } else if (char === '\\' && at + 1 < line.length) {
      const escaped = charAt(line, at + 1)
      const code = ESCAPES[escaped]
      bytes.push(...(code === undefined ? encoder.encode(escaped) : [code]))
      at += 1 + escaped.length
    } else {
      bytes.push(...encoder.encode(char))
      at += char.length
    }
  }
  return undefined
}

function readSingle(line: string, start: number, bytes: number[]): number | undefined {
  let at = start
  while (at < line.length) {
    const char = charAt(line, at)
    if (char === "'") return at + 1
    const escaped = line.startsWith("\\'", at)
    bytes.push(...encoder.encode(escaped ? "'" : char))
    at += escaped ? 2 : char.length
  }
  return undefined
}

function toWord(bytes: readonly number[]): Word {
  const array = Uint8Array.from(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(array)
  } catch {
    return { base64: btoa(bytes.map((byte) => String.fromCharCode(byte)).join('')) }
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

export const joinWords = (words: readonly Word[]): string => words.map(joinWord).join(' ')

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
    return { error: 'This is no JSON.', at }
  }
  if (!Array.isArray(value)) return { error: 'It must be a JSON array: ["first", "second"].', at: 0 }
  return { words: value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))) }
}

/** A pasted line: a JSON array when it starts like one, else words. The command's own name is no argument. */
export function wordsFromPaste(text: string): Split {
  return text.trimStart().startsWith('[') ? wordsFromJson(text) : splitWords(text)
}
