import type { PartOptions } from '../../python/entry'
import { Binary } from '../../python/native'
import type { Cluster } from './cluster'
import type { ExecutionInit, LocalPart, ShardExecution } from './execution'
import type { Executions } from './executions'
import type { PythonInterpreter } from './python-interpreter'
import { sessionInfo } from './script-session'
import type { Message, PlanMessage, SharedSource } from './shard-messages'

/** Distributes executions over the shards (protocol 7): sends those that start here, and runs this shard's part of others. */
export class Distribution {
  private readonly parts = new Map<string, ShardPart>()

  constructor(
    private readonly cluster: Cluster,
    private readonly executions: Executions,
    private readonly python: PythonInterpreter,
  ) {
    cluster.onMessage((from, message) => this.receiveMessage(from, message))
  }

  /**
   * Starts an execution: on all shards if its mode and the cluster require it, otherwise on this shard's pool. `shared` is what the other
   * shards read.
   */
  start(execution: ShardExecution, shared: SharedSource, pickled: Uint8Array | undefined): void {
    const { session, registration, mode, reader, steps } = execution.init
    if (mode !== 'async' || !this.cluster.formed) {
      this.executions.enqueue(execution)
      return
    }
    const message: PlanMessage = {
      type: 'plan',
      id: execution.id,
      registration,
      session: sessionInfo(session),
      pickled,
      mode,
      reader,
      steps,
      source: shared,
    }
    this.createPart(execution, this.cluster.index).turn(() => {
      // All shards start when all have the plan.
      execution.status = 'pending_receive'
      this.executions.armIdle(execution)
      this.cluster.broadcast(message)
    })
  }

  /** Creates this shard's part of an execution that the shard `initiator` starts. */
  join(initiator: number, init: ExecutionInit): void {
    const execution = this.executions.create(init)
    this.createPart(execution, initiator).turn(() => {
      execution.status = 'pending_run'
      this.executions.armIdle(execution)
      this.cluster.send(initiator, { type: 'acknowledged', id: init.id })
    })
  }

  private createPart(execution: ShardExecution, initiator: number): ShardPart {
    const part = new ShardPart(execution, initiator, this.cluster, this.executions, this.python)
    execution.part = part
    this.parts.set(execution.id, part)
    execution.onFinished(() => this.parts.delete(execution.id))
    return part
  }

  private receiveMessage(from: number, message: Message): void {
    switch (message.type) {
      case 'records':
        this.parts.get(message.id)?.receiveRecords(message.step, from, message.data)
        break
      case 'acknowledged':
      case 'go':
      case 'completed':
      case 'release': {
        const part = this.parts.get(message.id)
        part?.turn(() => part[message.type]())
      }
    }
  }
}

/**
 * A distributed execution on one shard. In order: all acknowledge the plan, all start, they exchange records, all complete, all release it.
 */
class ShardPart implements LocalPart {
  /** Python has stored the execution, so records can be delivered. */
  private known = false
  /** Records that arrived before that. */
  private early: { step: number; sender: number; data: Uint8Array | undefined }[] = []

  constructor(
    private readonly execution: ShardExecution,
    private readonly initiator: number,
    private readonly cluster: Cluster,
    private readonly executions: Executions,
    private readonly python: PythonInterpreter,
  ) {}

  /** Runs a task in turn on the execution's worker. While the pool is full it stays `created`, as in RedisGears. */
  turn(task: () => void): void {
    const { execution } = this
    execution.init.worker.addTask(() => {
      if (!execution.ending) task()
    })
  }

  get options(): PartOptions {
    return [this.cluster.index, this.cluster.size, this.initiator]
  }

  private get initiates(): boolean {
    return this.initiator === this.cluster.index
  }

  private get others(): number {
    return this.cluster.size - 1
  }

  begun(): void {
    this.known = true
    for (const { step, sender, data } of this.early.splice(0)) this.deliver(step, sender, data)
  }

  send(step: number, shard: number, data: Uint8Array | undefined): void {
    this.cluster.send(shard, { type: 'records', id: this.execution.id, step, data })
  }

  receiveRecords(step: number, sender: number, data: Uint8Array | undefined): void {
    if (this.known) this.deliver(step, sender, data)
    else this.early.push({ step, sender, data })
  }

  private deliver(step: number, sender: number, data: Uint8Array | undefined): void {
    const { execution } = this
    this.python.ask((entry) => entry.deliver(execution.handle, step, sender, data && new Binary(data)))
    this.executions.wake(execution)
  }

  /** Another shard has the plan. */
  acknowledged(): void {
    this.execution.shardsReceived += 1
    if (this.execution.shardsReceived < this.others) return
    this.cluster.broadcast({ type: 'go', id: this.execution.id })
    this.go()
  }

  /** All shards have the plan. */
  go(): void {
    this.execution.idle?.cancel()
    this.executions.enqueue(this.execution)
  }

  ended(): boolean {
    if (this.initiates) return this.allCompleted()
    this.execution.status = 'pending_termination'
    this.executions.armIdle(this.execution)
    this.cluster.send(this.initiator, { type: 'completed', id: this.execution.id })
    return false
  }

  /** Another shard has completed its part. */
  completed(): void {
    this.execution.shardsCompleted += 1
    if (this.execution.over && this.allCompleted()) this.release()
  }

  /** On the initiator: when all shards have completed, tells them to release the execution. */
  private allCompleted(): boolean {
    if (this.execution.shardsCompleted < this.others) {
      this.execution.status = 'pending_cluster'
      this.executions.armIdle(this.execution)
      return false
    }
    this.cluster.broadcast({ type: 'release', id: this.execution.id })
    return true
  }

  release(): void {
    this.executions.finish(this.execution, 'done')
  }

  drop(): void {
    this.cluster.tell({ op: 'drop', id: this.execution.id })
  }
}
