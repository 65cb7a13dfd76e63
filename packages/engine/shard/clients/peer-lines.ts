import { receiveMessageOnPort } from 'node:worker_threads'
import type { PeerLine } from '../../wire/messages'
import { wake } from '../../wire/signals'

/** The ports to the other shards of the process. Each keeps the order of its messages. */
export class PeerLines<Message> {
  private readonly lines = new Map<number, PeerLine>()

  constructor(
    lines: readonly PeerLine[],
    private readonly onMessage: (from: number, message: Message) => void,
  ) {
    for (const line of lines) this.lines.set(line.index, line)
  }

  /** From now on, messages arrive through the event loop. */
  listen(): void {
    for (const line of this.lines.values()) this.listenTo(line)
  }

  /** Another shard was restarted, so its old port is closed. */
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

  /** Receives the messages that have arrived, for the time when Python keeps the event loop from running. */
  drain(onMessage: (from: number, message: Message) => void): void {
    for (const line of this.lines.values()) {
      for (let item = receiveMessageOnPort(line.port); item; item = receiveMessageOnPort(line.port))
        onMessage(line.index, item.message)
    }
  }

  private listenTo(line: PeerLine): void {
    line.port.on('message', (message: Message) => this.onMessage(line.index, message))
  }
}
