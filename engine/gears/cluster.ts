import { randomBytes } from 'node:crypto'
import type { CommandReply, ShardApi } from '../core'
import { NO_CLUSTER_ID } from './ids'
import type { Message, ShardOperation } from './shard-messages'

/** This shard among the others (protocol 7): whether they form a cluster, who each of them is, and what they say to each other. */
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

  /** Several shards, and RG.REFRESHCLUSTER was done here. */
  get formed(): boolean {
    return this.runId !== undefined && this.shard.clusterEnabled && this.size > 1
  }

  get shardId(): string {
    return this.formed ? this.shard.self.id : NO_CLUSTER_ID
  }

  get currentRunId(): string | undefined {
    return this.runId
  }

  /** This shard's place among the shards. */
  get index(): number {
    return this.shard.self.index
  }

  /** The number of shards. */
  get size(): number {
    return this.shard.peers.length
  }

  /** RG.REFRESHCLUSTER. */
  refresh(): void {
    this.runId = randomBytes(20).toString('hex')
    this.runIds.set(this.index, this.runId)
    this.broadcast({ type: 'hello', runId: this.runId, answer: true })
  }

  /** RG.INFOCLUSTER. */
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

  /** Has `operation` performed on the other shards, without waiting. */
  tell(operation: ShardOperation): void {
    if (this.formed) this.broadcast({ type: 'tell', operation })
  }
}

/** Shards of one process run the same code: what carries a type is a message. */
function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message
}
