import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests of one connection that wait for the ones before them: more than the smallest ones of one read of a socket (64 kB). */
const MOST_WAITING = 4096
/** Of all connections together: each is some kilobytes. */
const MOST_WAITING_IN_ALL = 8192

const isOver = (socket: Socket): boolean => socket.destroyed || socket.writableEnded

/**
 * One request at a time of each connection. HTTP lets a client send the next ones before it has the first answer; Node would begin them all
 * at once, and keep every answer until the first is read.
 */
export class Lines {
  private readonly lines = new WeakMap<Socket, (() => void)[]>()
  private waiting = 0

  /** Calls `begin` when the answers before this one are sent. Nothing more is read meanwhile; a connection that brings far too much is closed. */
  enter(socket: Socket, response: ServerResponse, begin: () => void): void {
    const run = () => {
      response.once('close', () => this.advance(socket))
      begin()
    }
    const line = this.lines.get(socket)
    if (!line) {
      this.lines.set(socket, [])
      run()
    } else if (line.length >= MOST_WAITING || this.waiting >= MOST_WAITING_IN_ALL) {
      socket.destroy()
    } else {
      line.push(run)
      this.waiting++
      socket.pause()
    }
  }

  /** A new connection. Node reads on after each request that it has read, and after each answer: not while some wait. */
  join(socket: Socket): void {
    socket.on('resume', () => {
      if ((this.lines.get(socket)?.length ?? 0) > 0) socket.pause()
    })
  }

  /** Whether an answer is in progress. */
  isBusy(socket: Socket): boolean {
    return this.lines.has(socket)
  }

  private advance(socket: Socket): void {
    const line = this.lines.get(socket) ?? []
    const next = isOver(socket) ? undefined : line.shift()
    if (!next) {
      this.waiting -= line.length
      this.lines.delete(socket)
      return
    }
    this.waiting--
    if (line.length === 0) socket.resume()
    // Others have their turn between two requests of one connection.
    setImmediate(() => {
      if (isOver(socket)) this.advance(socket)
      else next()
    })
  }
}
