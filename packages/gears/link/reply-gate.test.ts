import { describe, expect, it, test } from 'vitest'
import { type GateOptions, leftOutNote, ReplyGate } from './reply-gate'

const MB = 1024 * 1024
const CUT = { key: 'PD', over: 40, head: 10, tail: 10 }

const gateOf = (options: Partial<GateOptions> = {}) =>
  new ReplyGate({ protocol: 2, maxBytes: MB, awaited: () => 'RG.DUMPEXECUTIONS', cutOf: () => undefined, ...options })

/** What passes of bytes that come in pieces of this size. */
function passed(bytes: string, size: number, options: Partial<GateOptions> = {}): string {
  const gate = gateOf(options)
  const whole = Buffer.from(bytes, 'latin1')
  const pieces: Buffer[] = []
  for (let at = 0; at < whole.length; at += size) pieces.push(...gate.readChunk(whole.subarray(at, at + size)))
  return Buffer.concat(pieces).toString('latin1')
}

const text = (value: string) => `$${Buffer.byteLength(value)}\r\n${value}\r\n`

const HONEST: readonly (readonly [what: string, bytes: string, replies: number])[] = [
  ['words, a number, nil and an empty text', '+OK\r\n:-3\r\n$-1\r\n*-1\r\n$0\r\n\r\n', 5],
  ['lists in lists, an empty one among them', `*3\r\n*0\r\n*2\r\n*1\r\n:1\r\n${text('a')}*-1\r\n`, 1],
  ['an error among values, and one alone', '*2\r\n-boom: it\r\n:1\r\n-ERR no\r\n', 2],
  ['a text with line breaks and what looks like a length', `${text('$9\r\n*3\r\n')}+OK\r\n`, 2],
  ['integers of 64 bits', ':9223372036854775807\r\n:-9223372036854775808\r\n:+1\r\n', 3],
  ['an error of many lines of code in one', `-${'x'.repeat(30_000)}\r\n`, 1],
]

describe('what follows the rules passes as it came, however it is split', () => {
  it.each(HONEST)('%s', (_, bytes, replies) => {
    for (const size of [1, 2, 3, 7, 64, 1 << 20]) {
      const gate = gateOf()
      const whole = Buffer.from(bytes, 'latin1')
      const pieces: Buffer[] = []
      for (let at = 0; at < whole.length; at += size) pieces.push(...gate.readChunk(whole.subarray(at, at + size)))
      expect(Buffer.concat(pieces).toString('latin1')).toBe(bytes)
      expect(gate.replies).toBe(replies)
    }
  })
  it('RESP3 where it was asked for', () => {
    const bytes = '%1\r\n+a\r\n,1.5\r\n_\r\n#t\r\n~1\r\n(12345678901234567890123\r\n>2\r\n+x\r\n+y\r\n=7\r\ntxt:abc\r\n'
    for (const size of [1, 5, 1000]) expect(passed(bytes, size, { protocol: 3 })).toBe(bytes)
  })
})

const LIES: readonly (readonly [what: string, bytes: string, words: RegExp])[] = [
  ['a text of 600 MB', '$600000000\r\n', /^a text of 600 MB, more than one answer may come to/],
  ['a text beyond what a number can say', '$99999999999999999999\r\n', /^a length that is no number/],
  ['a list of a billion', '*1000000000\r\n', /^a list of 1,000,000,000, more than/],
  ['a list of a billion within another', '*2\r\n:1\r\n*1000000000\r\n', /^a list of 1,000,000,000, more than/],
  ['lists nested 100,000 deep', '*1\r\n'.repeat(100_000), /^lists nested more than 512 deep/],
  ['a length without an end', `$${'1'.repeat(5000)}`, /^a length or a number that does not end/],
  ['an integer without an end', `:${'1'.repeat(5000)}`, /^a length or a number that does not end/],
  ['words without an end', `+${'x'.repeat(3 * MB)}`, /^words that do not end/],
  ['an error without an end', `-${'x'.repeat(3 * MB)}`, /^words that do not end/],
  ['a negative length', '$-5\r\n', /^a negative length/],
  ['a list of less than nothing', '*-2\r\n', /^a negative length/],
  ['a length that is a word', '$abc\r\n', /^a length that is no number/],
  ['no length', '*\r\n', /^a length that is no number/],
  ['an integer that is a fraction', ':1.5\r\n', /^an integer that is none/],
  ['an integer that is none', ':\r\n', /^an integer that is none/],
  ['a text longer than it says', '$2\r\nabcdef\r\n', /^a text that is longer than it says/],
  ['a line that ends without its CR', '*1\n:1\r\n', /^a length or a number that does not end as it should/],
  ['a map of RESP3', '%1\r\n+a\r\n:1\r\n', /^a value of RESP3/],
  ['a push of RESP3', '>1\r\n+a\r\n', /^a value of RESP3/],
  ['nil of RESP3 within a list', '*1\r\n_\r\n', /^a value of RESP3/],
  ['a double of RESP3', ',1.5\r\n', /^a value of RESP3/],
  ['what is no reply', 'hello\r\n', /^what is no reply of Redis/],
  ['many small values', '*12000\r\n', /^a list of 12,000, more than/],
  ['texts that are too much together', `*3\r\n${text('x'.repeat(400_000)).repeat(3)}`, /^a text of 400 kB, more than/],
]

describe('what does not is refused before a parser keeps it', () => {
  it.each(LIES)('%s', (_, bytes, words) => {
    for (const size of [1000, 4096, 1 << 20]) {
      const gate = gateOf()
      let handed = 0
      const feed = () => {
        for (let at = 0; at < bytes.length; at += size)
          handed += Buffer.concat([...gate.readChunk(Buffer.from(bytes.slice(at, at + size), 'latin1'))]).length
      }
      expect(feed).toThrow(words)
      expect(handed).toBeLessThanOrEqual(2 * MB)
    }
  })

  test('small values without an end, though each alone is well', () => {
    const gate = gateOf()
    gate.readChunk(Buffer.from('*10000\r\n'))
    let handed = 0
    expect(() => {
      for (;;) {
        for (const piece of gate.readChunk(Buffer.from(text('x'.repeat(1000))))) handed += piece.length
      }
    }).toThrow(/^a text of .*, more than one answer may come to/)
    expect(handed).toBeLessThanOrEqual(MB)
  })

  test('pushes without an end, where RESP3 was asked for', () => {
    const gate = gateOf({ protocol: 3 })
    expect(() => {
      for (;;) gate.readChunk(Buffer.from('>1\r\n+invalidate\r\n'))
    }).toThrow(/^endless pushes/)
  })

  test('answers to nothing that was asked, but for an error at once', () => {
    const awaited = (ahead: number) => (ahead < 1 ? 'PING' : undefined)
    expect(passed('+PONG\r\n', 100, { awaited })).toBe('+PONG\r\n')
    expect(() => passed('+PONG\r\n+PONG\r\n', 100, { awaited })).toThrow(/^an answer to nothing that was asked/)
    const greeting = '-ERR max number of clients reached\r\n'
    expect(passed(greeting, 3, { awaited: () => undefined })).toBe(greeting)
    expect(() => passed('+OK\r\n', 100, { awaited: () => undefined })).toThrow(/^an answer to nothing/)
  })
})

describe('a text behind a key may be cut', () => {
  const long = `${'h'.repeat(10)}${'m'.repeat(5000)}${'t'.repeat(10)}`
  const short = `${'h'.repeat(10)}${leftOutNote(5000)}${'t'.repeat(10)}`
  const entry = (value: string) => `*4\r\n${text('id')}${text('1-1')}${text('PD')}${text(value)}`
  const latin1 = (value: string) => Buffer.from(value).toString('latin1')

  it('to its two ends, however it is split, and takes only their bytes', () => {
    for (const size of [1, 2, 9, 100, 1 << 20]) {
      const list = `*2\r\n${entry(long)}${entry('short')}+OK\r\n`
      expect(passed(list, size, { cutOf: () => CUT, maxBytes: 3000 })).toBe(
        latin1(`*2\r\n${entry(short)}${entry('short')}+OK\r\n`),
      )
    }
  })
  it('only behind that key, and only of a command whose answers are cut', () => {
    const others = `*4\r\n${text('PDX')}${text(long)}${text('desc')}${text(long)}`
    expect(passed(others, 1000, { cutOf: () => CUT })).toBe(others)
    const nested = `*2\r\n${text('PD')}*1\r\n${text(long)}`
    expect(passed(nested, 1000, { cutOf: () => CUT })).toBe(nested)
    expect(passed(entry(long), 1000)).toBe(entry(long))
  })
})
