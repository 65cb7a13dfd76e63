/** A value as Python prints it. Numbers beyond what a double holds exactly, and bytes, stay text as printed. */
export type PythonLiteral =
  | string
  | number
  | boolean
  | null
  | readonly PythonLiteral[]
  | { readonly dict: readonly (readonly [key: PythonLiteral, value: PythonLiteral])[] }

/** Deeper values are not read: a hostile text must not exhaust the stack. */
const MAX_DEPTH = 40

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

/** Reads the `repr()` of strings, numbers, None, booleans, lists, tuples, sets and dicts; undefined when `text` is anything else. */
export function parsePythonLiteral(text: string): PythonLiteral | undefined {
  try {
    const reader = new LiteralReader(text)
    const value = reader.value(0)
    return reader.atEnd() ? value : undefined
  } catch (error) {
    if (error instanceof NotALiteral) return undefined
    throw error
  }
}

class NotALiteral extends Error {}

class LiteralReader {
  private at = 0

  constructor(private readonly text: string) {}

  atEnd(): boolean {
    return this.text.slice(this.at).trim() === ''
  }

  value(depth: number): PythonLiteral {
    if (depth > MAX_DEPTH) throw new NotALiteral()
    this.blanks()
    const char = this.text[this.at]
    if (char === "'" || char === '"') return this.string(char)
    if (char === '[') return this.items('[', ']', depth)
    if (char === '(') return this.items('(', ')', depth)
    if (char === '{') return this.dictOrSet(depth)
    return this.word()
  }

  private items(open: string, close: string, depth: number): readonly PythonLiteral[] {
    this.takeChar(open)
    return this.itemsAfter([], close, depth)
  }

  private itemsAfter(items: PythonLiteral[], close: string, depth: number): readonly PythonLiteral[] {
    while (!this.takeIf(close)) {
      items.push(this.value(depth + 1))
      if (!this.takeIf(',')) {
        this.takeChar(close)
        return items
      }
    }
    return items
  }

  private dictOrSet(depth: number): PythonLiteral {
    this.takeChar('{')
    if (this.takeIf('}')) return { dict: [] }
    const first = this.value(depth + 1)
    if (this.takeIf('}')) return [first]
    if (this.takeIf(',')) return this.itemsAfter([first], '}', depth)
    this.takeChar(':')
    const dict: [PythonLiteral, PythonLiteral][] = [[first, this.value(depth + 1)]]
    while (this.takeIf(',')) {
      if (this.peek() === '}') break
      const key = this.value(depth + 1)
      this.takeChar(':')
      dict.push([key, this.value(depth + 1)])
    }
    this.takeChar('}')
    return { dict }
  }

  private string(quote: string): string {
    this.at++
    let value = ''
    for (;;) {
      value += this.match(quote === "'" ? /[^'\\]*/y : /[^"\\]*/y)?.[0] ?? ''
      const char = this.text[this.at]
      if (char === undefined) throw new NotALiteral()
      if (char === quote) {
        this.at++
        return value
      }
      value += this.escaped()
    }
  }

  private escaped(): string {
    const coded = this.match(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/y)
    if (coded) {
      const [, two, four, eight] = coded
      const code = Number.parseInt(two ?? four ?? eight ?? '', 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
    }
    const next = this.text[this.at + 1] ?? ''
    this.at += 2
    return ESCAPES[next] ?? `\\${next}`
  }

  private word(): PythonLiteral {
    const word = this.match(/b'(?:\\.|[^'\\])*'|b"(?:\\.|[^"\\])*"|[\w.+-]+/iy)?.[0]
    if (word === undefined) throw new NotALiteral()
    if (word === 'None') return null
    if (word === 'True' || word === 'False') return word === 'True'
    if (/^-?\d+$/.test(word)) return Number.isSafeInteger(Number(word)) ? Number(word) : word
    if (/^-?(?:\d+\.\d*|\d*\.\d+|\d+)(?:e[+-]?\d+)?$/i.test(word)) return Number(word)
    if (/^b['"]/i.test(word)) return word
    throw new NotALiteral()
  }

  /** Matches here and moves behind it; `pattern` is sticky, so that a long text is not copied. */
  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match) this.at += match[0].length
    return match
  }

  private blanks(): void {
    this.match(/\s*/y)
  }

  private peek(): string | undefined {
    this.blanks()
    return this.text[this.at]
  }

  private takeIf(char: string): boolean {
    if (this.peek() !== char) return false
    this.at++
    return true
  }

  private takeChar(char: string): void {
    if (!this.takeIf(char)) throw new NotALiteral()
  }
}
