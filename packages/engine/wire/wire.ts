/**
 * Frames between the main thread and a shard, packed so that a tick costs one message instead of one object per command.
 * A request is conn u32, argc u32, then length u32 and bytes per argument. A reply is conn u32, finished commands u32, length u32, bytes.
 */

const INITIAL = 64 * 1024
/** A buffer that has grown beyond this is released. */
const KEEP = 4 * 1024 * 1024
/** An argument may keep a batch up to this size in memory; small arguments of larger batches are copied. */
const SHARE = 16 * 1024

/** A growing byte buffer. */
export class ByteWriter {
  buffer = Buffer.allocUnsafeSlow(INITIAL)
  length = 0

  /** Makes room for `bytes` more. */
  reserve(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2))
    this.buffer.copy(grown, 0, 0, this.length)
    this.buffer = grown
  }

  u32(value: number): void {
    this.reserve(4)
    this.length = this.buffer.writeUInt32LE(value, this.length)
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  latin1(text: string): void {
    this.reserve(text.length)
    this.length += this.buffer.write(text, this.length, 'latin1')
  }

  /** Returns what was written in a transferable buffer; the writer starts again. */
  takeBuffer(): ArrayBuffer {
    const taken = new ArrayBuffer(this.length)
    new Uint8Array(taken).set(this.buffer.subarray(0, this.length))
    this.length = 0
    if (this.buffer.length > KEEP) this.buffer = Buffer.allocUnsafeSlow(INITIAL)
    return taken
  }
}

export function writeRequest(out: ByteWriter, conn: number, argv: readonly Uint8Array[]): void {
  out.u32(conn)
  out.u32(argv.length)
  for (const arg of argv) {
    out.u32(arg.length)
    out.bytes(arg)
  }
}

export function readRequests(batch: ArrayBuffer, each: (conn: number, argv: Buffer[]) => void): void {
  const bytes = Buffer.from(batch)
  const copy = bytes.length > SHARE
  let at = 0
  while (at < bytes.length) {
    const conn = bytes.readUInt32LE(at)
    const argc = bytes.readUInt32LE(at + 4)
    at += 8
    const argv: Buffer[] = []
    for (let i = 0; i < argc; i++) {
      const length = bytes.readUInt32LE(at)
      const arg = bytes.subarray(at + 4, at + 4 + length)
      argv.push(copy && length < bytes.length / 2 ? Buffer.from(arg) : arg)
      at += 4 + length
    }
    each(conn, argv)
  }
}

const REPLY_HEADER = 12

/** Collects encoded replies. Adjacent replies of a connection become one frame, and one write to its socket. */
export class ReplyBatch {
  readonly out = new ByteWriter()
  private open = -1
  private start = 0
  private finished = 0

  /** Appends what `encode` writes to the connection's frame; returns the number of bytes. */
  addReply(conn: number, finished: number, encode: (out: ByteWriter) => void): number {
    if (this.open !== conn) {
      this.close()
      this.open = conn
      this.start = this.out.length
      this.out.reserve(REPLY_HEADER)
      this.out.length += REPLY_HEADER
    }
    this.finished += finished
    const before = this.out.length
    encode(this.out)
    return this.out.length - before
  }

  takeFrames(): ArrayBuffer | undefined {
    this.close()
    return this.out.length === 0 ? undefined : this.out.takeBuffer()
  }

  private close(): void {
    if (this.open === -1) return
    const { buffer, length } = this.out
    buffer.writeUInt32LE(this.open, this.start)
    buffer.writeUInt32LE(this.finished, this.start + 4)
    buffer.writeUInt32LE(length - this.start - REPLY_HEADER, this.start + 8)
    this.open = -1
    this.finished = 0
  }
}

export function readReplies(batch: ArrayBuffer, each: (conn: number, finished: number, bytes: Buffer) => void): void {
  const bytes = Buffer.from(batch)
  let at = 0
  while (at < bytes.length) {
    const start = at + REPLY_HEADER
    const end = start + bytes.readUInt32LE(at + 8)
    each(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), bytes.subarray(start, end))
    at = end
  }
}
