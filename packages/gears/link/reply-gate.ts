import { formatBytes, formatCount } from '../vocabulary/text'

/** Added for each value of a reply: what its element and its Buffer take in memory beside its own bytes. */
const VALUE_BYTES = 100
/** The engine sends lists 256 deep; the module crashes before it sends any that are much deeper. */
const MAX_DEPTH = 512
/** An error reply is a line, and holds what a function raised. */
const MAX_WORDS = 2 * 1024 * 1024
/** A length or an integer has 20 digits at most, a double or a large number of RESP3 some hundreds. */
const MAX_LINE = 1024
/** Pushes of RESP3 that come without any answer in between. */
const MAX_PUSHES = 10_000

const CR = 13
const LF = 10
const NONE: Buffer = Buffer.alloc(0)

type Shape = 'words' | 'number' | 'text' | 'list'

/** What begins a value of RESP2. */
const RESP2: Readonly<Record<string, Shape>> = { '+': 'words', '-': 'words', ':': 'number', $: 'text', '*': 'list' }
const SHAPES: ReadonlyMap<string, Shape> = new Map(
  Object.entries({
    ...RESP2,
    _: 'number',
    '#': 'number',
    ',': 'number',
    '(': 'number',
    '!': 'text',
    '=': 'text',
    '~': 'list',
    '%': 'list',
    '|': 'list',
    '>': 'list',
  } satisfies Readonly<Record<string, Shape>>),
)

/** Of the answers to one command, the text behind a key is cut to its beginning and its end. */
export interface TextCut {
  readonly key: string
  /** Longer ones are cut, bytes. */
  readonly over: number
  readonly head: number
  readonly tail: number
}

/** How a server broke the rules: continues "it sent". */
export class BrokenReply extends Error {
  override readonly name = 'BrokenReply'
}

export interface GateOptions {
  readonly protocol: 2 | 3
  /** The largest reply, bytes; each value counts 100 in addition to its own. */
  readonly maxBytes: number
  /** The command whose reply is this many replies later; undefined: none waits for one. */
  readonly awaited: (ahead: number) => string | undefined
  readonly cutOf: (command: string) => TextCut | undefined
}

/** The mark for what is left out of a text. */
export const leftOutNote = (bytes: number): string => `… ${bytes} bytes left out …`

/**
 * Reads the lengths in what a server sends, before a parser sees it: what would grow without bound, or is no RESP, never gets there. It
 * keeps nothing itself but the length that it is in. Texts may be cut on the way, so that they take no memory.
 */
export class ReplyGate {
  private readonly options: GateOptions
  /** Values that are missing of each list that is open, the innermost last. */
  private readonly open: number[] = []
  private state: 'line' | 'words' | 'text' | 'cut' = 'line'
  /** The start of a line whose end is in a later chunk. */
  private held: Buffer = NONE
  /** Of a text with its line break, or of what is left out of one. */
  private left = 0
  private words = 0
  /** After a part of a text that passes: how much is left out, and how much passes again. */
  private next: { readonly out: number; readonly tail: number } | undefined
  /** A text that may be the key whose value is cut; undefined: it is too long, or nothing is cut. */
  private key: string | undefined
  private valueIsCut = false

  private answeredCommand: string | undefined
  private isPush = false
  private cost = 0
  private ahead = 0
  private repliesRead = 0
  private pushes = 0

  private chunk: Buffer = NONE
  private at = 0
  /** Up to here the chunk was handed on, or left out. */
  private from = 0
  private pieces: Buffer[] = []

  private readonly steps = {
    line: () => this.line(),
    words: () => this.readWords(),
    text: () => this.text(),
    cut: () => this.leaveOut(),
  }

  constructor(options: GateOptions) {
    this.options = options
  }

  /** Whole answers so far. */
  get replies(): number {
    return this.repliesRead
  }

  /** The command whose answer is read; undefined between answers. */
  get command(): string | undefined {
    return this.answeredCommand
  }

  /**
   * The part of it that a parser may read.
   * @throws BrokenReply for this chunk as a whole, and all that follow
   */
  readChunk(chunk: Buffer): readonly Buffer[] {
    this.chunk = chunk
    this.at = 0
    this.from = 0
    this.ahead = 0
    this.pieces = []
    while (this.at < chunk.length) this.steps[this.state]()
    this.pass()
    this.chunk = NONE
    return this.pieces
  }

  /** Hands on what was read since the last time. */
  private pass(): void {
    if (this.at > this.from) this.pieces.push(this.chunk.subarray(this.from, this.at))
    this.from = this.at
  }

  private line(): void {
    const start = this.at
    const kind = String.fromCharCode(this.held[0] ?? this.chunk[start] ?? 0)
    const shape = this.held.length > 0 ? SHAPES.get(kind) : this.begin(kind)
    if (shape === 'words') {
      this.spend(VALUE_BYTES, 'too many values')
      this.words = 0
      this.state = 'words'
      return
    }
    const end = this.chunk.indexOf(LF, start)
    const length = this.held.length + (end < 0 ? this.chunk.length : end + 1) - start
    if (length > MAX_LINE) throw new BrokenReply('a length or a number that does not end')
    if (end < 0) {
      this.pass()
      this.held = Buffer.concat([this.held, this.chunk.subarray(start)])
      this.at = this.chunk.length
      this.from = this.at
      return
    }
    const line = Buffer.concat([this.held, this.chunk.subarray(start, end + 1)])
    if (line.at(-2) !== CR) throw new BrokenReply('a length or a number that does not end as it should')
    const digits = line.toString('latin1', 1, line.length - 2)
    const instead = shape === 'text' ? this.textBegins(digits, kind) : undefined
    if (shape === 'list') this.opens(lengthOf(digits), kind)
    if (shape === 'number') this.number(kind, digits)
    if (instead) {
      this.pass()
      this.pieces.push(instead)
    } else if (this.held.length > 0) this.pieces.push(this.held)
    this.held = NONE
    this.at = end + 1
    if (instead) this.from = this.at
  }

  /** The first byte of a value. */
  private begin(kind: string): Shape {
    const { awaited, protocol } = this.options
    const shape = SHAPES.get(kind)
    if (!shape) throw new BrokenReply('what is no reply of Redis')
    if (protocol === 2 && !Object.hasOwn(RESP2, kind))
      throw new BrokenReply('a value of RESP3, which was not asked for')
    if (this.open.length > 0) return shape
    this.cost = 0
    this.isPush = kind === '>'
    this.answeredCommand = this.isPush ? undefined : awaited(this.ahead)
    // What a server says at once, as at its limit of clients, answers nothing.
    const isGreeting = kind === '-' && this.repliesRead === 0
    if (!this.isPush && this.answeredCommand === undefined && !isGreeting)
      throw new BrokenReply('an answer to nothing that was asked')
    return shape
  }

  private readWords(): void {
    const end = this.chunk.indexOf(LF, this.at)
    const bytes = (end < 0 ? this.chunk.length : end + 1) - this.at
    this.words += bytes
    if (this.words > MAX_WORDS) throw new BrokenReply('words that do not end')
    this.at += bytes
    if (end < 0) return
    this.state = 'line'
    this.closes()
  }

  private number(kind: string, digits: string): void {
    if (kind === ':' && !/^[+-]?\d{1,20}$/.test(digits)) throw new BrokenReply('an integer that is none')
    this.valueIsCut = false
    this.spend(VALUE_BYTES, 'too many values')
    this.closes()
  }

  private opens(count: number, kind: string): void {
    this.valueIsCut = false
    if (count < 0) {
      this.spend(VALUE_BYTES, 'too many values')
      this.closes()
      return
    }
    const values = kind === '%' || kind === '|' ? 2 * count : count
    this.spend(VALUE_BYTES * (values + 1), `a list of ${formatCount(count)}`)
    if (this.open.length >= MAX_DEPTH) throw new BrokenReply(`lists nested more than ${MAX_DEPTH} deep`)
    this.open.push(values)
    if (values > 0) return
    this.open.pop()
    this.closes()
  }

  /** @returns the length to hand on in place of the one that was sent */
  private textBegins(digits: string, kind: string): Buffer | undefined {
    const length = lengthOf(digits)
    const cut = this.answeredCommand === undefined ? undefined : this.options.cutOf(this.answeredCommand)
    const isCut = this.valueIsCut && cut !== undefined && kind === '$' && length > cut.over
    this.valueIsCut = false
    this.key = length === cut?.key.length ? '' : undefined
    if (length < 0) {
      this.spend(VALUE_BYTES, 'too many values')
      this.closes()
      return undefined
    }
    if (!isCut) {
      this.spend(VALUE_BYTES + length, `a text of ${formatBytes(length)}`)
      this.state = 'text'
      this.left = length + 2
      return undefined
    }
    const out = length - cut.head - cut.tail
    const kept = cut.head + Buffer.byteLength(leftOutNote(out)) + cut.tail
    this.spend(VALUE_BYTES + kept, `a text of ${formatBytes(length)}`)
    this.state = 'text'
    this.left = cut.head
    this.next = { out, tail: cut.tail + 2 }
    return Buffer.from(`$${kept}\r\n`)
  }

  private text(): void {
    const bytes = Math.min(this.left, this.chunk.length - this.at)
    if (!this.next) this.checkBreak(bytes)
    if (this.key !== undefined) this.key += this.chunk.toString('latin1', this.at, this.at + bytes)
    this.at += bytes
    this.left -= bytes
    if (this.left > 0) return
    if (this.next) {
      this.pass()
      this.pieces.push(Buffer.from(leftOutNote(this.next.out)))
      this.left = this.next.out
      this.state = 'cut'
      return
    }
    const cut = this.answeredCommand === undefined ? undefined : this.options.cutOf(this.answeredCommand)
    this.valueIsCut = cut !== undefined && this.key === `${cut.key}\r\n`
    this.key = undefined
    this.state = 'line'
    this.closes()
  }

  /** Inside a text: `#left` bytes remain, its line break among them, of which this many arrive now. */
  private checkBreak(bytes: number): void {
    for (const [behind, expected] of [
      [2, CR],
      [1, LF],
    ] as const) {
      const ahead = this.left - behind
      if (ahead >= 0 && ahead < bytes && this.chunk[this.at + ahead] !== expected)
        throw new BrokenReply('a text that is longer than it says')
    }
  }

  private leaveOut(): void {
    const bytes = Math.min(this.left, this.chunk.length - this.at)
    this.at += bytes
    this.from = this.at
    this.left -= bytes
    if (this.left > 0 || !this.next) return
    this.left = this.next.tail
    this.next = undefined
    this.state = 'text'
  }

  private spend(bytes: number, what: string): void {
    this.cost += bytes
    if (this.cost > this.options.maxBytes)
      throw new BrokenReply(`${what}, more than one answer may come to (${formatBytes(this.options.maxBytes)})`)
  }

  /** A value has ended, and with it each list whose last one it was. */
  private closes(): void {
    let last = this.open.length - 1
    while (last >= 0) {
      const missing = (this.open[last] ?? 0) - 1
      this.open[last] = missing
      if (missing > 0) return
      this.open.pop()
      last--
    }
    this.ended()
  }

  private ended(): void {
    if (this.isPush) {
      this.pushes++
      if (this.pushes > MAX_PUSHES) throw new BrokenReply('endless pushes')
      return
    }
    this.pushes = 0
    this.ahead++
    this.repliesRead++
    this.answeredCommand = undefined
  }
}

/** @throws BrokenReply */
function lengthOf(digits: string): number {
  if (digits === '-1' || /^\d{1,15}$/.test(digits)) return Number(digits)
  throw new BrokenReply(/^-\d+$/.test(digits) ? 'a negative length' : 'a length that is no number')
}
