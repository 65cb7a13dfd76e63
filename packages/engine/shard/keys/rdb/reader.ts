/** The payload is invalid. */
export class BadPayload extends Error {}

const bad = (what: string): never => {
  throw new BadPayload(what)
}

/** Reads RDB's primitives in order. Every step checks how many bytes are left. */
export class RdbReader {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.at === this.bytes.length
  }

  takeBytes(length: number): Buffer {
    const end = this.at + length
    if (length < 0 || end > this.bytes.length) bad('truncated')
    const taken = this.bytes.subarray(this.at, end)
    this.at = end
    return taken
  }

  byte(): number {
    return this.takeBytes(1).readUInt8()
  }

  uint64(): bigint {
    return this.takeBytes(8).readBigUInt64LE()
  }

  double(): number {
    return this.takeBytes(8).readDoubleLE()
  }

  /** A length of 6, 14, 32 or 64 bits. */
  bigLength(): bigint {
    const first = this.byte()
    const kind = first >> 6
    if (kind === 0) return BigInt(first & 63)
    if (kind === 1) return BigInt(((first & 63) << 8) | this.byte())
    if (first === 0x80) return BigInt(this.takeBytes(4).readUInt32BE())
    if (first === 0x81) return this.takeBytes(8).readBigUInt64BE()
    return bad('not a length')
  }

  /** A number of items; at most the number of bytes left, because each item takes at least one. */
  count(): number {
    const length = this.bigLength()
    return length <= BigInt(this.bytes.length - this.at) ? Number(length) : bad('a length exceeds the data')
  }

  /** A string: plain, as an integer, or compressed. */
  string(): Buffer {
    const first = this.bytes[this.at] ?? bad('truncated')
    if (first >> 6 !== 3) return this.takeBytes(this.count())
    this.at += 1
    switch (first & 63) {
      case 0:
        return text(this.takeBytes(1).readInt8())
      case 1:
        return text(this.takeBytes(2).readInt16LE())
      case 2:
        return text(this.takeBytes(4).readInt32LE())
      case 3:
        return this.compressed()
      default:
        return bad('not a string')
    }
  }

  /** RDB's old scores: text, with three special lengths for nan and the infinities. */
  textDouble(): number {
    const length = this.byte()
    if (length === 253) return Number.NaN
    if (length === 254) return Number.POSITIVE_INFINITY
    if (length === 255) return Number.NEGATIVE_INFINITY
    const value = Number(this.takeBytes(length).toString('latin1'))
    return Number.isNaN(value) ? bad('not a number') : value
  }

  private compressed(): Buffer {
    const packedLength = this.count()
    const length = Number(this.bigLength())
    const packed = this.takeBytes(packedLength)
    // LZF expands three bytes to at most 264.
    return length <= packed.length * 88 ? decompress(packed, length) : bad('a length exceeds the data')
  }
}

const text = (value: number): Buffer => Buffer.from(String(value))

/** Expands LZF: runs of literals, and references to earlier output. */
function decompress(packed: Buffer, length: number): Buffer {
  const out = Buffer.alloc(length)
  let to = 0
  for (let at = 0; at < packed.length; ) {
    const control = packed.readUInt8(at++)
    if (control < 32) {
      const run = control + 1
      if (at + run > packed.length || to + run > length) bad('damaged')
      packed.copy(out, to, at, at + run)
      at += run
      to += run
      continue
    }
    const long = control >> 5 === 7
    if (at + Number(long) >= packed.length) bad('damaged')
    const run = 2 + (long ? 7 + packed.readUInt8(at++) : control >> 5)
    const from = to - 1 - (((control & 31) << 8) | packed.readUInt8(at++))
    if (from < 0 || to + run > length) bad('damaged')
    // Copies byte by byte, because a reference may overlap its own output.
    for (let i = 0; i < run; i++) out[to + i] = out[from + i] ?? 0
    to += run
  }
  return to === length ? out : bad('damaged')
}
