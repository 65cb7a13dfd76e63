import { receiveMessageOnPort } from 'node:worker_threads'
import type { PeerLine } from './messages'
import { wake } from './signals'

/** The lines to the other shards of the process; order is kept per line. */
export class PeerLines<Message> {
  private readonly lines = new Map<number, PeerLine>()

  constructor(
    lines: readonly PeerLine[],
    private readonly receive: (from: number, message: Message) => void,
  ) {
    for (const line of lines) this.lines.set(line.index, line)
  }

  /** Receives from the event loop from now on. */
  listen(): void {
    for (const line of this.lines.values()) this.listenTo(line)
  }

  /** A peer was restarted: its old line is dead. */
  replace(line: PeerLine): void {
    this.lines.get(line.index)?.port.close()
    this.lines.set(line.index, line)
    this.listenTo(line)
  }

  send(to: number, message: Message): void {
    const line = this.lines.get(to)
    if (!line) return
    line.port.postMessage(message)
    wake(new Int32Array(line.signals))
  }

  /** Takes what has arrived, where the event loop does not turn because Python runs. */
  drain(receive: (from: number, message: Message) => void): void {
    for (const line of this.lines.values()) {
      for (let item = receiveMessageOnPort(line.port); item; item = receiveMessageOnPort(line.port))
        receive(line.index, item.message)
    }
  }

  private listenTo(line: PeerLine): void {
    line.port.on('message', (message: Message) => this.receive(line.index, message))
  }
}
