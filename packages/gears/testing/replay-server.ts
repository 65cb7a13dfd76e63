import { Readable } from 'node:stream'
import { LoopbackServer } from './loopback-server'

/** A TCP server that answers every command with the bytes it was given, and the handshake as Redis does. */
export class ReplayServer extends LoopbackServer {
  /**
   * The reply to each command, by its words; undefined sends none, several pieces are sent as fast as the socket takes them. Replies that
   * follow a late one wait for it.
   */
  answer: (command: readonly string[]) => Buffer | string | Iterable<Buffer> | Promise<string> | undefined = () =>
    undefined
  /** The reply to commands between MULTI and DISCARD, which never run: the probe asks that way what a user may send. */
  queue: (command: readonly string[]) => string | undefined = () => '+QUEUED\r\n'
  /** What was to be carried out; what was only queued is not among it. */
  readonly seen: (readonly string[])[] = []

  private constructor() {
    super((socket) => {
      let queuing = false
      let behind: Promise<void> | undefined
      let pending: Buffer = Buffer.alloc(0)
      socket.on('data', (chunk) => {
        pending = Buffer.concat([pending, chunk])
        for (let read = readCommand(pending); read; read = readCommand(pending)) {
          pending = pending.subarray(read.end)
          const word = read.command[0]?.toUpperCase()
          if (word === 'EXEC' || word === 'DISCARD') queuing = false
          const reply = handshake(read.command) ?? (queuing ? this.queue(read.command) : this.told(read.command))
          if (word === 'MULTI') queuing = reply === '+OK\r\n'
          if (reply instanceof Promise || behind) {
            behind = Promise.all([behind, reply]).then(([, told]) => {
              if ((typeof told === 'string' || Buffer.isBuffer(told)) && socket.writable) socket.write(told)
            })
          } else if (typeof reply === 'string' || Buffer.isBuffer(reply)) socket.write(reply)
          else if (reply) {
            // What follows a reply waits until that one has ended.
            socket.removeAllListeners('data').resume()
            Readable.from(reply).pipe(socket)
            return
          }
        }
      })
    })
  }

  static start(): Promise<ReplayServer> {
    return new ReplayServer().listen()
  }

  private told(command: readonly string[]) {
    this.seen.push(command)
    return this.answer(command)
  }
}

function handshake([name, argument]: readonly string[]): string | undefined {
  const word = name?.toUpperCase()
  if (word === 'HELLO' && argument === '3') return '%1\r\n$5\r\nproto\r\n:3\r\n'
  return word === 'CLIENT' || word === 'SELECT' ? '+OK\r\n' : undefined
}

/** The first whole command of the bytes, an array of bulk strings. */
function readCommand(bytes: Buffer): { command: string[]; end: number } | undefined {
  let at = 0
  const line = () => {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const text = bytes.toString('latin1', at + 1, end)
    at = end + 2
    return Number(text)
  }
  const count = line()
  if (count === undefined) return undefined
  const command: string[] = []
  for (let i = 0; i < count; i++) {
    const length = line()
    if (length === undefined || at + length + 2 > bytes.length) return undefined
    command.push(bytes.toString('latin1', at, at + length))
    at += length + 2
  }
  return { command, end: at }
}
