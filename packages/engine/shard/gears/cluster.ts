import { randomBytes } from 'node:crypto'
import type { CommandReply, ShardApi } from '../core'
import { NO_CLUSTER_ID } from './ids'
import type { Message, ShardOperation } from './shard-messages'

/** This shard's view of the cluster (protocol 7): whether it is formed, which shards it has, and messages to them. */
export class Cluster {
  private runId: string | undefined
  private readonly runIds = new Map<number, string>()

  constructor(private readonly shard: ShardApi) {
    this.onMessage((from, message) => {
      if (message.type !== 'hello') return
      this.runIds.set(from, message.runId)
      if (message.answer && this.runId) this.send(from, { type: 'hello', runId: this.runId, answer: false })
    })
  }

  /** True after RG.REFRESHCLUSTER on this shard, if there are several shards. */
  get formed(): boolean {
    return this.runId !== undefined && this.shard.clusterEnabled && this.size > 1
  }

  get shardId(): string {
    return this.formed ? this.shard.self.id : NO_CLUSTER_ID
  }

  get currentRunId(): string | undefined {
    return this.runId
  }

  /** This shard's index among the shards. */
  get index(): number {
    return this.shard.self.index
  }

  /** The number of shards. */
  get size(): number {
    return this.shard.peers.length
  }

  /** Implements RG.REFRESHCLUSTER. */
  refresh(): void {
    this.runId = randomBytes(20).toString('hex')
    this.runIds.set(this.index, this.runId)
    this.broadcast({ type: 'hello', runId: this.runId, answer: true })
  }

  /** Implements RG.INFOCLUSTER. */
  info(): CommandReply {
    if (!this.formed) return 'no cluster mode'
    const nodes = this.shard.peers
      .filter(({ slots }) => slots !== undefined)
      .map(({ index, id, host, port, slots }): CommandReply => {
        const [min, max] = slots ?? [0, 0]
        const at: CommandReply[] = ['id', id, 'ip', host, 'port', port, 'unixSocket', 'None']
        return [...at, 'runid', this.runIds.get(index) ?? null, 'minHslot', min, 'maxHslot', max, 'pendingMessages', 0]
      })
    return ['MyId', this.shardId, 'MyRunId', this.runId ?? null, nodes]
  }

  onMessage(handler: (from: number, message: Message) => void): void {
    this.shard.onMessage((from, message) => {
      if (isMessage(message)) handler(from, message)
    })
  }

  send(to: number, message: Message): void {
    this.shard.send(to, message)
  }

  broadcast(message: Message): void {
    for (const { index } of this.shard.peers) if (index !== this.index) this.send(index, message)
  }

  /** Sends `operation` to the other shards without waiting for their answers. */
  tell(operation: ShardOperation): void {
    if (this.formed) this.broadcast({ type: 'tell', operation })
  }
}

/** The raw boundary: shards of one process run the same code, so any object with a type is a message. */
function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message
}
