import type { Cluster } from './cluster'
import { describe } from './describe'
import type { Executions } from './executions'
import type { Numbers } from './numbers'
import type { Registrar } from './registrar'
import type { Registrations } from './registrations'
import type { Requirements } from './requirements'
import type { OperationAnswer, ShardOperation } from './shard-messages'
import { StreamReaderRegistration } from './stream-reader'
import type { GearsVersion } from './terms'

const NO_EXECUTION: OperationAnswer = { error: 'execution does not exist' }

/** Performs the operations that shards request from each other. */
export class Operations {
  constructor(
    private readonly version: GearsVersion,
    private readonly cluster: Cluster,
    private readonly numbers: Numbers,
    private readonly executions: Executions,
    private readonly requirements: Requirements,
    private readonly registrations: Registrations,
    private readonly registrar: Registrar,
  ) {}

  /** `reply` may be called later. */
  perform(operation: ShardOperation, reply: (answer: OperationAnswer) => void): void {
    if (operation.op === 'abort') this.abort(operation.id, reply)
    else reply(this.answerTo(operation))
  }

  private answerTo(operation: Exclude<ShardOperation, { op: 'abort' }>): OperationAnswer {
    switch (operation.op) {
      case 'drop': {
        const execution = this.executions.get(operation.id)
        if (execution) this.executions.drop(execution)
        return {}
      }
      case 'describe': {
        const execution = this.executions.get(operation.id)
        return execution ? { value: describe(execution, this.cluster.shardId, this.version) } : {}
      }
      case 'unregister':
        this.registrar.unregister(operation.id, operation.abortPending)
        return {}
      case 'pause':
      case 'unpause':
        return this.setPaused(operation.id, operation.op)
      case 'clear':
        for (const { counters } of this.registrations.list()) counters.clear()
        return {}
      case 'register':
        this.numbers.registeredElsewhere(operation.batch.registrations.map(({ id }) => id))
        return { error: this.registrar.apply(operation.batch) }
      case 'require':
        return { error: this.requirements.storeWheels(operation.names, operation.wheels, true) }
    }
  }

  private abort(id: string, reply: (answer: OperationAnswer) => void): void {
    const execution = this.executions.get(id)
    if (!execution) {
      reply(NO_EXECUTION)
      return
    }
    // RedisGears looks the execution up again after it has stopped its Python code. A blocking run or a trigger has left the list by then,
    // and RedisGears reports that.
    const runs = execution.onStack
    this.executions.abort(execution, () => {
      const gone = runs && execution.status === 'done' && !this.executions.get(id)
      reply(gone ? NO_EXECUTION : {})
    })
  }

  private setPaused(id: string, op: 'pause' | 'unpause'): OperationAnswer {
    const registration = this.registrations.get(id)
    if (!registration) return { error: `Execution ${id} does not exists on shard ${this.cluster.shardId}` }
    if (!(registration instanceof StreamReaderRegistration))
      return { error: `Reader ${registration.init.reader} does not support ${op}` }
    registration[op]()
    return {}
  }
}
