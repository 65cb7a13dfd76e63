/** Parses RESP requests as Redis does (networking.c), multibulk and inline, with its limits and error texts. */

const INLINE_MAX = 64 * 1024
const BULK_MAX = 512 * 1024 * 1024
const MULTIBULK_MAX = 2 ** 31 - 1
/** What an argument costs in addition to its bytes, so that a million empty ones are not free. */
const ARGUMENT_COST = 100
/** Redis's limits for a client that has not authenticated. */
const STRANGER = { arguments: 10, bytes: 16384 }

const CR = 13
const LF = 10
const STAR = 42
const DOLLAR = 36

export class ProtocolError extends Error {}

const EMPTY: Buffer = Buffer.alloc(0)
const LENGTH = /^(?:0|-?[1-9][0-9]{0,17})$/

/**
 * The incremental parser of one connection. Call `feed` with what arrived, then `next` until it returns undefined (more input is needed).
 * After it throws a `ProtocolError` with the text after `-ERR `, the connection cannot be used.
 */
export class RequestParser {
  /** Whether the limits for clients that have not authenticated apply. */
  stranger = false
  private buffer: Buffer = EMPTY
  private at = 0
  /** Parts of a bulk string that has not arrived completely; they are joined once. */
  private parts: Buffer[] = []
  private partsLength = 0
  private wanted = 0
  private argv: Buffer[] = []
  private left = 0
  private bulk = -1
  private argvBytes = 0

  /** How many bytes this parser holds, including the arguments of an unfinished command. */
  get held(): number {
    return this.buffer.length - this.at + this.partsLength + this.argvBytes
  }

  feed(chunk: Buffer): void {
    if (this.wanted > 0) {
      this.parts.push(chunk)
      this.partsLength += chunk.length
      if (this.partsLength < this.wanted) return
      this.buffer = Buffer.concat(this.parts)
      this.at = 0
      this.parts = []
      this.partsLength = 0
      this.wanted = 0
      return
    }
    this.buffer = this.at === this.buffer.length ? chunk : Buffer.concat([this.buffer.subarray(this.at), chunk])
    this.at = 0
  }

  next(): Buffer[] | undefined {
    while (this.wanted === 0 && this.at < this.buffer.length) {
      const done = this.left > 0 ? this.argument() : this.start()
      if (done === 'more') return undefined
      if (done) return done
    }
    return undefined
  }

  private start(): Buffer[] | 'more' | undefined {
    if (this.buffer[this.at] !== STAR) return this.inline()
    const count = this.count('multibulk length', 'too big mbulk count string')
    if (count === undefined) return 'more'
    if (count > MULTIBULK_MAX) throw new ProtocolError('Protocol error: invalid multibulk length')
    if (this.stranger && count > STRANGER.arguments)
      throw new ProtocolError('Protocol error: unauthenticated multibulk length')
    if (count > 0) this.left = count
    return undefined
  }

  private argument(): Buffer[] | 'more' | undefined {
    if (this.bulk < 0) {
      const first = this.buffer[this.at]
      if (first !== DOLLAR)
        throw new ProtocolError(`Protocol error: expected '$', got '${String.fromCharCode(first ?? 0)}'`)
      const length = this.count('bulk length', 'too big bulk count string')
      if (length === undefined) return 'more'
      if (length < 0 || length > BULK_MAX) throw new ProtocolError('Protocol error: invalid bulk length')
      if (this.stranger && length > STRANGER.bytes)
        throw new ProtocolError('Protocol error: unauthenticated bulk length')
      this.bulk = length
    }
    const end = this.at + this.bulk
    if (this.buffer.length < end + 2) return this.wait(this.bulk + 2)
    this.argv.push(this.buffer.subarray(this.at, end))
    this.argvBytes += this.bulk + ARGUMENT_COST
    this.at = end + 2
    this.bulk = -1
    this.left -= 1
    if (this.left > 0) return undefined
    const argv = this.argv
    this.argv = []
    this.argvBytes = 0
    return argv
  }

  private wait(bytes: number): 'more' {
    const tail = this.buffer.subarray(this.at)
    this.parts = [tail]
    this.partsLength = tail.length
    this.wanted = bytes
    this.buffer = EMPTY
    this.at = 0
    return 'more'
  }

  /** The number after `*` or `$`; undefined while its line is incomplete. */
  private count(what: string, tooBig: string): number | undefined {
    const end = this.buffer.indexOf(CR, this.at)
    if (end < 0 || end + 1 >= this.buffer.length) {
      if (this.buffer.length - this.at > INLINE_MAX) throw new ProtocolError(`Protocol error: ${tooBig}`)
      return undefined
    }
    const text = this.buffer.toString('latin1', this.at + 1, Math.min(end, this.at + 32))
    if (!LENGTH.test(text)) throw new ProtocolError(`Protocol error: invalid ${what}`)
    this.at = end + 2
    return Number(text)
  }

  private inline(): Buffer[] | 'more' | undefined {
    const end = this.buffer.indexOf(LF, this.at)
    if (end < 0) {
      if (this.buffer.length - this.at > INLINE_MAX) throw new ProtocolError('Protocol error: too big inline request')
      return 'more'
    }
    const stop = end > this.at && this.buffer[end - 1] === CR ? end - 1 : end
    const argv = splitInline(this.buffer.subarray(this.at, stop))
    if (!argv) throw new ProtocolError('Protocol error: unbalanced quotes in request')
    this.at = end + 1
    return argv.length > 0 ? argv : undefined
  }
}

const SPACE = new Set([32, 9, 10, 11, 12, 13, 0])
const ESCAPES: Record<string, number> = { n: 10, r: 13, t: 9, b: 8, a: 7 }
const HEX = /^[0-9a-f]{2}$/i

/** Like `sdssplitargs`: splits words, "double quotes" with escapes, and 'single quotes'. Undefined if quotes are unbalanced. */
function splitInline(line: Buffer): Buffer[] | undefined {
  const argv: Buffer[] = []
  let at = 0
  for (;;) {
    while (at < line.length && SPACE.has(line[at] ?? 0)) at++
    if (at >= line.length) return argv
    const word: number[] = []
    while (at < line.length && !SPACE.has(line[at] ?? 0)) {
      const char = String.fromCharCode(line[at] ?? 0)
      if (char !== '"' && char !== "'") {
        word.push(line[at] ?? 0)
        at += 1
        continue
      }
      const end = char === '"' ? doubleQuoted(line, at + 1, word) : singleQuoted(line, at + 1, word)
      if (end === undefined || (end < line.length && !SPACE.has(line[end] ?? 0))) return undefined
      at = end
    }
    argv.push(Buffer.from(word))
  }
}

function doubleQuoted(line: Buffer, from: number, word: number[]): number | undefined {
  for (let at = from; at < line.length; at++) {
    const char = String.fromCharCode(line[at] ?? 0)
    if (char === '"') return at + 1
    if (char !== '\\' || at + 1 >= line.length) {
      word.push(line[at] ?? 0)
      continue
    }
    const hex = line.toString('latin1', at + 2, at + 4)
    const next = String.fromCharCode(line[at + 1] ?? 0)
    if (next === 'x' && HEX.test(hex)) {
      word.push(Number.parseInt(hex, 16))
      at += 3
    } else {
      word.push(ESCAPES[next] ?? next.charCodeAt(0))
      at += 1
    }
  }
  return undefined
}

function singleQuoted(line: Buffer, from: number, word: number[]): number | undefined {
  for (let at = from; at < line.length; at++) {
    if (line[at] === 39) return at + 1
    if (line[at] === 92 && line[at + 1] === 39) at += 1
    word.push(line[at] ?? 0)
  }
  return undefined
}
