import type { ShardApi } from '../core'
import type { Cluster } from './cluster'
import type { GearsConfig } from './gears-config'
import type { Numbers } from './numbers'
import type { Operations } from './operations'
import type { Message, OperationAnswer, ShardOperation } from './shard-messages'
import type { GearsVersion } from './terms'

/** Answers by shard index. */
export type OperationAnswers = ReadonlyMap<number, OperationAnswer>

interface OpenQuestion {
  readonly answers: Map<number, OperationAnswer>
  readonly complete: () => void
}

/** Sends operations to every shard and collects the answers (protocol 7). */
export class Questions {
  private readonly open = new Map<number, OpenQuestion>()
  private tokens = 0

  constructor(
    private readonly shard: ShardApi,
    private readonly version: GearsVersion,
    private readonly config: GearsConfig,
    private readonly cluster: Cluster,
    private readonly numbers: Numbers,
    private readonly operations: Operations,
  ) {
    cluster.onMessage((from, message) => this.receiveMessage(from, message))
  }

  /** Performs `operation` on every shard. `then` gets the answers that arrived in time. */
  ask(operation: ShardOperation, then: (answers: OperationAnswers) => void): void {
    let own: OperationAnswer | undefined
    let others: OperationAnswers | undefined
    const both = (): void => {
      if (own && others) then(new Map([...others, [this.cluster.index, own] as const].sort(([a], [b]) => a - b)))
    }
    this.askOthers(operation, (answers) => {
      others = answers
      both()
    })
    this.operations.perform(operation, (answer) => {
      own = answer
      both()
    })
  }

  /** Like `ask`, without this shard. */
  askOthers(operation: ShardOperation, then: (answers: OperationAnswers) => void): void {
    if (!this.cluster.formed) {
      then(new Map())
      return
    }
    this.tokens += 1
    const token = this.tokens
    const answers = new Map<number, OperationAnswer>()
    const end = (): void => {
      if (this.open.delete(token)) then(answers)
    }
    const timer = this.shard.timer(this.config.number('ExecutionMaxIdleTime'), end)
    this.open.set(token, {
      answers,
      complete: () => {
        timer.cancel()
        end()
      },
    })
    this.cluster.broadcast({ type: 'ask', token, operation })
  }

  private receiveMessage(from: number, message: Message): void {
    if (message.type === 'ask') {
      const { token, operation } = message
      if (operation.op !== 'require' || this.version === '1.0') this.numbers.countHidden()
      this.operations.perform(operation, (answer) => this.cluster.send(from, { type: 'answer', token, answer }))
    } else if (message.type === 'answer') {
      this.answered(from, message.token, message.answer)
    } else if (message.type === 'tell') {
      this.operations.perform(message.operation, () => {})
    }
  }

  private answered(from: number, token: number, answer: OperationAnswer): void {
    const question = this.open.get(token)
    if (!question) return
    question.answers.set(from, answer)
    if (question.answers.size === this.cluster.size - 1) question.complete()
  }
}
