import { connect, type Socket } from 'node:net'

/** A reply as the scenarios write it: text, number, null, list, or an object whose one key names the RESP type. */
export type ScenarioValue =
  | string
  | number
  | null
  | readonly ScenarioValue[]
  | { readonly [type: string]: ScenarioValue | boolean }

/** An argument: text, or bytes in hex. */
export type ScenarioArgument = string | { readonly hex: string }

class Incomplete extends Error {}

const text = (bytes: Buffer): ScenarioValue => {
  const decoded = bytes.toString('utf8')
  return Buffer.from(decoded).equals(bytes) ? decoded : { hex: bytes.toString('hex') }
}

interface PendingRead {
  readonly resolve: (value: ScenarioValue) => void
  readonly reject: (error: Error) => void
}

/** A connection that preserves the RESP type of every reply. */
export class TypedConnection {
  private buffer = Buffer.alloc(0)
  private at = 0
  private resp3 = false
  private failure: Error | undefined
  private readonly waiting: PendingRead[] = []

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true)
    socket.on('data', (data) => {
      this.buffer = Buffer.concat([this.buffer, data])
      this.pump()
    })
    const end = (error?: Error): void => {
      this.failure ??= error ?? new Error('the server closed the connection')
      this.pump()
    }
    socket.on('error', end)
    socket.on('close', () => end())
  }

  static open(host: string, port: number): Promise<TypedConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host)
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new TypedConnection(socket))
      })
    })
  }

  /** Bytes that no step requested. */
  get rest(): string {
    return this.failure ? '' : this.buffer.toString('latin1')
  }

  send(argv: readonly ScenarioArgument[]): void {
    if (String(argv[0]).toUpperCase() === 'HELLO') this.resp3 = argv[1] === '3'
    const parts = [Buffer.from(`*${argv.length}\r\n`)]
    for (const argument of argv) {
      const bytes = typeof argument === 'string' ? Buffer.from(argument) : Buffer.from(argument.hex, 'hex')
      parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'))
    }
    this.socket.write(Buffer.concat(parts))
  }

  read(timeoutMs: number): Promise<ScenarioValue> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no reply within ${timeoutMs} ms`)), timeoutMs)
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer)
          settle(value)
        }
      this.waiting.push({ resolve: settled(resolve), reject: settled(reject) })
      this.pump()
    })
  }

  command(argv: readonly ScenarioArgument[], timeoutMs: number): Promise<ScenarioValue> {
    this.send(argv)
    return this.read(timeoutMs)
  }

  close(): void {
    this.socket.removeAllListeners('close')
    this.socket.destroy()
  }

  private pump(): void {
    while (this.waiting.length > 0) {
      this.at = 0
      try {
        const value = this.value()
        this.buffer = this.buffer.subarray(this.at)
        this.waiting.shift()?.resolve(value)
      } catch (error) {
        if (error instanceof Incomplete && !this.failure) return
        this.waiting.shift()?.reject(this.failure ?? (error instanceof Error ? error : new Error(String(error))))
      }
    }
  }

  private line(): Buffer {
    const end = this.buffer.indexOf('\r\n', this.at)
    if (end < 0) throw new Incomplete()
    const line = this.buffer.subarray(this.at, end)
    this.at = end + 2
    return line
  }

  private blob(length: number): ScenarioValue {
    const end = this.at + length
    if (this.buffer.length < end + 2) throw new Incomplete()
    const bytes = this.buffer.subarray(this.at, end)
    this.at = end + 2
    return text(bytes)
  }

  private list(length: number): ScenarioValue[] {
    return Array.from({ length }, () => this.value())
  }

  private value(): ScenarioValue {
    const line = this.line()
    const type = String.fromCharCode(line[0] ?? 0)
    const body = line.subarray(1)
    const number = Number(body.toString())
    switch (type) {
      case '+':
      case '-':
        return { [type]: text(body) }
      case ':':
        return number
      case '$':
        if (number >= 0) return this.blob(number)
        return this.resp3 ? { nil: '$' } : null
      case '*':
        return number < 0 ? { nil: '*' } : this.list(number)
      case '_':
        return null
      case ',':
      case '(':
        return { [type]: body.toString() }
      case '#':
        return { '#': body.toString() === 't' }
      case '=':
      case '!':
        return { [type]: this.blob(number) }
      case '%':
        return { '%': Array.from({ length: number }, () => [this.value(), this.value()]) }
      case '~':
      case '>':
        return { [type]: this.list(number) }
      default:
        throw new Error(`no RESP type: ${JSON.stringify(line.toString('latin1').slice(0, 80))}`)
    }
  }
}
