import type { Socket } from 'node:net'
import { ProtocolError, RequestParser } from './resp-parse'

/** When a client has this many commands without a reply, its socket is paused. */
const WINDOW = { commands: 512, bytes: 1024 * 1024 }
/** When a client has this many bytes of replies unread, no further commands are read from it. */
const UNREAD = 1024 * 1024
/** How many bytes the socket takes before the shard is notified. */
const DRAIN_STEP = 1024 * 1024

/** Limits the input that all connections may hold together; a connection that exceeds it is closed. */
export interface InputBudget {
  used: number
  readonly max: number
}

/** What a connection needs from its shard. */
export interface ConnectionListener {
  open(connection: ClientConnection, address: string, local: string): void
  request(connection: ClientConnection, argv: readonly Buffer[]): void
  drained(connection: ClientConnection, bytes: number): void
  closed(connection: ClientConnection): void
}

/** One socket: parses requests within limits, passes them on, writes replies, and pauses a client that sends faster than it is served. */
export class ClientConnection {
  /** Commands passed on without a final reply. */
  outstanding = 0
  private outstandingBytes = 0
  private readonly parser = new RequestParser()
  private charged = 0
  private undrained = 0
  private ending = false

  constructor(
    readonly id: number,
    private readonly socket: Socket,
    private readonly commands: ConnectionListener,
    private readonly budget: InputBudget,
    stranger: boolean,
  ) {
    this.parser.stranger = stranger
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.receiveBytes(chunk))
    socket.on('drain', () => this.drain())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.closed())
    commands.open(
      this,
      `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`,
      `${socket.localAddress ?? '?'}:${socket.localPort ?? 0}`,
    )
  }

  /** Writes replies from the shard; they finish this many commands. */
  deliver(finished: number, bytes: Buffer): void {
    if (finished > 0) {
      this.outstandingBytes -= (this.outstandingBytes * finished) / this.outstanding
      this.outstanding -= finished
    }
    if (bytes.length > 0 && !this.socket.destroyed) {
      this.socket.write(bytes)
      this.undrained += bytes.length
    }
    if (this.socket.writableLength === 0) this.drain()
    else if (finished > 0) this.pump()
  }

  admit(): void {
    this.parser.stranger = false
    this.pump()
  }

  /** Replies with an error to all outstanding commands and closes: the client's shard has died. */
  abandon(error: string): void {
    if (!this.socket.destroyed) this.socket.write(`-${error}\r\n`.repeat(this.outstanding))
    this.outstanding = 0
    this.end(true)
  }

  end(flush: boolean): void {
    this.ending = true
    if (flush) this.socket.end(() => this.socket.destroy())
    else this.socket.destroy()
  }

  private receiveBytes(chunk: Buffer): void {
    if (this.ending) return
    this.parser.feed(chunk)
    this.pump()
  }

  private get full(): boolean {
    if (this.outstanding === 0) return this.socket.writableLength > UNREAD
    return (
      this.parser.stranger ||
      this.outstanding >= WINDOW.commands ||
      this.outstandingBytes >= WINDOW.bytes ||
      this.socket.writableLength > UNREAD
    )
  }

  private pump(): void {
    if (this.ending) return
    try {
      this.handOver()
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.socket.write(`-ERR ${error.message}\r\n`)
      this.end(true)
      return
    }
    this.charge(this.parser.held)
    if (this.budget.used > this.budget.max) {
      this.end(false)
      return
    }
    if (this.full) this.socket.pause()
    else if (this.socket.isPaused()) this.socket.resume()
  }

  private handOver(): void {
    while (!this.full) {
      const argv = this.parser.next()
      if (!argv) return
      this.outstanding += 1
      for (const arg of argv) this.outstandingBytes += arg.length
      this.commands.request(this, argv)
    }
  }

  private charge(held: number): void {
    this.budget.used += held - this.charged
    this.charged = held
  }

  private drain(): void {
    if (this.undrained >= DRAIN_STEP) {
      this.commands.drained(this, this.undrained)
      this.undrained = 0
    }
    this.pump()
  }

  private closed(): void {
    this.ending = true
    this.charge(0)
    this.commands.closed(this)
  }
}
