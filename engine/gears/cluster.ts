import { randomBytes } from 'node:crypto'
import type { Reply } from '../core'
import type { Distribution, Execution, Mode, ReaderName, StepTriple } from './execution'
import type { Distributor } from './executions'
import type { Gears } from './gears'
import { NO_CLUSTER_ID } from './ids'
import { type Answer, type Operation, perform } from './operations'
import { type SessionInfo, sessionInfo } from './session'
import { openSource } from './source'

/** What shards say to each other. `id` is an execution's. */
type Message =
  | { readonly type: 'hello'; readonly runId: string; readonly answer: boolean }
  | {
      readonly type: 'plan'
      readonly id: string
      readonly registration: string | undefined
      readonly session: SessionInfo
      readonly pickled: Uint8Array | undefined
      readonly mode: Mode
      readonly reader: ReaderName
      readonly steps: readonly StepTriple[]
      readonly source: string
    }
  | { readonly type: 'acknowledged' | 'go' | 'completed' | 'release'; readonly id: string }
  | { readonly type: 'records'; readonly id: string; readonly step: number; readonly data: Uint8Array | undefined }
  | { readonly type: 'ask'; readonly token: number; readonly operation: Operation }
  | { readonly type: 'answer'; readonly token: number; readonly answer: Answer }
  | { readonly type: 'tell'; readonly operation: Operation }

/** By the shard's index. */
export type Answers = ReadonlyMap<number, Answer>

interface Question {
  readonly answers: Map<number, Answer>
  readonly complete: () => void
}

/** An execution's part on this shard, of one that runs on all. */
interface Part {
  readonly execution: Execution
  /** Records that came before it began. */
  early: { step: number; sender: number; data: Uint8Array | undefined }[]
}

/** This shard among the others: distributed executions, and commands that reach every shard (protocol 7). */
export class Cluster implements Distributor {
  private runId: string | undefined
  private readonly runIds = new Map<number, string>()
  private readonly parts = new Map<string, Part>()
  private readonly questions = new Map<number, Question>()
  private tokens = 0

  constructor(private readonly gears: Gears) {
    gears.shard.onMessage((from, message) => {
      if (isMessage(message)) this.receive(from, message)
    })
  }

  /** Several shards, and RG.REFRESHCLUSTER was done here. */
  get formed(): boolean {
    const { shard } = this.gears
    return this.runId !== undefined && shard.clusterEnabled && shard.peers.length > 1
  }

  get shardId(): string {
    return this.formed ? this.gears.shard.self.id : NO_CLUSTER_ID
  }

  get currentRunId(): string | undefined {
    return this.runId
  }

  distributes(mode: Mode): boolean {
    return this.formed && mode === 'async'
  }

  distribution(): Distribution {
    return { initiator: this.gears.shard.self.index, shards: this.gears.shard.peers.length }
  }

  /** RG.REFRESHCLUSTER. */
  refresh(): void {
    this.runId = randomBytes(20).toString('hex')
    this.runIds.set(this.gears.shard.self.index, this.runId)
    this.broadcast({ type: 'hello', runId: this.runId, answer: true })
  }

  /** RG.INFOCLUSTER. */
  info(): Reply {
    if (!this.formed) return 'no cluster mode'
    const nodes = this.gears.shard.peers
      .filter(({ slots }) => slots !== undefined)
      .map(({ index, id, host, port, slots }): Reply => {
        const [min, max] = slots ?? [0, 0]
        const at: Reply[] = ['id', id, 'ip', host, 'port', port, 'unixSocket', 'None']
        return [...at, 'runid', this.runIds.get(index) ?? null, 'minHslot', min, 'maxHslot', max, 'pendingMessages', 0]
      })
    return ['MyId', this.shardId, 'MyRunId', this.runId ?? null, nodes]
  }

  // -- distributed executions ---------------------------------------------------------------------------------------------------

  /** The initiator sends the plan, waits until all have it, then all start. */
  launch(execution: Execution, plan: { shared: string | undefined; pickled: Uint8Array | undefined }): void {
    const { session, registration, mode, reader, steps } = execution.init
    this.track(execution)
    execution.status = 'pending_receive'
    this.gears.executions.armIdle(execution)
    this.broadcast({
      type: 'plan',
      id: execution.id,
      registration: registration?.id,
      session: sessionInfo(session),
      pickled: plan.pickled,
      mode,
      reader,
      steps,
      // The event happened elsewhere: the other shards take part with nothing to read.
      source: plan.shared ?? '{"empty":true}',
    })
  }

  private track(execution: Execution): void {
    const part: Part = { execution, early: [] }
    this.parts.set(execution.id, part)
    execution.onFinished(() => this.parts.delete(execution.id))
  }

  options(execution: Execution) {
    const { distribution } = execution.init
    if (!distribution) return undefined
    const { index } = this.gears.shard.self
    return {
      shards: [index, distribution.shards] as const,
      initiator: distribution.initiator === index,
      initiatorIndex: distribution.initiator,
    }
  }

  /** Python knows it now: what came early is handed over. */
  begun(execution: Execution): void {
    const part = this.parts.get(execution.id)
    if (!part) return
    for (const { step, sender, data } of part.early.splice(0)) this.deliver(execution, step, sender, data)
  }

  ended(execution: Execution): boolean {
    const { distribution } = execution.init
    const part = this.parts.get(execution.id)
    if (!distribution || !part) return true
    if (distribution.initiator === this.gears.shard.self.index) return this.mayRelease(part)
    execution.status = 'pending_termination'
    this.gears.executions.armIdle(execution)
    this.send(distribution.initiator, { type: 'completed', id: execution.id })
    return false
  }

  /** The initiator is through when all are. */
  private mayRelease({ execution }: Part): boolean {
    if (execution.shardsCompleted < this.gears.shard.peers.length - 1) {
      execution.status = 'pending_cluster'
      this.gears.executions.armIdle(execution)
      return false
    }
    this.broadcast({ type: 'release', id: execution.id })
    return true
  }

  /** Records for a global step of the execution with this handle; undefined is the end of this shard's. */
  sendRecords(handle: number, step: number, shard: number, data: Uint8Array | undefined): void {
    const execution = this.gears.executions.running(handle)
    if (execution) this.send(shard, { type: 'records', id: execution.id, step, data })
  }

  private deliver(execution: Execution, step: number, sender: number, data: Uint8Array | undefined): void {
    this.gears.python.ask((entry) => entry.deliver(execution.handle, step, sender, data))
    this.gears.executions.wake(execution)
  }

  /** An execution whose reply was given: it leaves every shard. */
  dropEverywhere(execution: Execution): void {
    this.gears.executions.drop(execution)
    if (execution.init.distribution) this.tell({ op: 'drop', id: execution.id })
  }

  // -- messages -----------------------------------------------------------------------------------------------------------------

  private receive(from: number, message: Message): void {
    switch (message.type) {
      case 'hello':
        this.runIds.set(from, message.runId)
        if (message.answer && this.runId) this.send(from, { type: 'hello', runId: this.runId, answer: false })
        break
      case 'plan':
        this.accept(from, message)
        break
      case 'records':
        this.receiveRecords(from, message.id, message.step, message.data)
        break
      case 'ask':
        if (message.operation.op !== 'require') this.gears.countHidden()
        perform(this.gears, message.operation, (answer) => {
          this.send(from, { type: 'answer', token: message.token, answer })
        })
        break
      case 'answer':
        this.answered(from, message.token, message.answer)
        break
      case 'tell':
        perform(this.gears, message.operation, () => {})
        break
      default:
        this.progress(message.type, message.id)
    }
  }

  private accept(from: number, message: Extract<Message, { type: 'plan' }>): void {
    const { gears } = this
    const registration = message.registration === undefined ? undefined : gears.registrations.get(message.registration)
    const session = registration?.init.session ?? gears.sessionOf(message.session)
    const plan =
      registration?.init.plan ??
      (message.pickled &&
        gears.python.ask((entry) => entry.load_plan(session.key, message.pickled ?? new Uint8Array())))
    if (plan === undefined) return
    gears.joined(registration !== undefined)
    const execution = gears.executions.create({
      id: message.id,
      session,
      plan,
      steps: message.steps,
      mode: message.mode,
      reader: message.reader,
      source: (own) => openSource(gears, own, message.source),
      worker: registration?.init.worker ?? gears.pool.worker(),
      distribution: { initiator: from, shards: gears.shard.peers.length },
      ownsPlan: registration === undefined,
      ...(registration ? { registration } : {}),
    })
    if (!registration) gears.hold(session, execution)
    execution.status = 'pending_run'
    this.track(execution)
    gears.executions.armIdle(execution)
    this.send(from, { type: 'acknowledged', id: message.id })
  }

  private receiveRecords(from: number, id: string, step: number, data: Uint8Array | undefined): void {
    const part = this.parts.get(id)
    if (!part) return
    if (part.execution.started) this.deliver(part.execution, step, from, data)
    else part.early.push({ step, sender: from, data })
  }

  private progress(type: 'acknowledged' | 'go' | 'completed' | 'release', id: string): void {
    const part = this.parts.get(id)
    if (!part) return
    const { execution } = part
    const others = this.gears.shard.peers.length - 1
    if (type === 'acknowledged') {
      execution.shardsReceived += 1
      if (execution.shardsReceived < others) return
      execution.idle?.cancel()
      this.broadcast({ type: 'go', id })
      this.gears.executions.enqueue(execution)
    } else if (type === 'go') {
      execution.idle?.cancel()
      this.gears.executions.enqueue(execution)
    } else if (type === 'completed') {
      execution.shardsCompleted += 1
      if (execution.over && this.mayRelease(part)) this.gears.executions.finish(execution, 'done')
    } else {
      this.gears.executions.finish(execution, 'done')
    }
  }

  // -- questions ----------------------------------------------------------------------------------------------------------------

  /** Performs `operation` on every shard; `then` gets the answers of those that gave one in time, by shard. */
  ask(operation: Operation, then: (answers: Answers) => void): void {
    const { self } = this.gears.shard
    let own: Answer | undefined
    let others: Answers | undefined
    const both = (): void => {
      if (own && others) then(new Map([...others, [self.index, own] as const].sort(([a], [b]) => a - b)))
    }
    this.askOthers(operation, (answers) => {
      others = answers
      both()
    })
    perform(this.gears, operation, (answer) => {
      own = answer
      both()
    })
  }

  /** As `ask`, without this shard. */
  askOthers(operation: Operation, then: (answers: Answers) => void): void {
    if (!this.formed) {
      then(new Map())
      return
    }
    const { shard } = this.gears
    this.tokens += 1
    const token = this.tokens
    const answers = new Map<number, Answer>()
    const end = (): void => {
      if (this.questions.delete(token)) then(answers)
    }
    const timer = shard.timer(this.gears.config.number('ExecutionMaxIdleTime'), end)
    this.questions.set(token, {
      answers,
      complete: () => {
        timer.cancel()
        end()
      },
    })
    this.broadcast({ type: 'ask', token, operation })
  }

  /** Performs `operation` on the other shards, without waiting. */
  tell(operation: Operation): void {
    if (this.formed) this.broadcast({ type: 'tell', operation })
  }

  private answered(from: number, token: number, answer: Answer): void {
    const question = this.questions.get(token)
    if (!question) return
    question.answers.set(from, answer)
    if (question.answers.size === this.gears.shard.peers.length - 1) question.complete()
  }

  private broadcast(message: Message): void {
    const { shard } = this.gears
    for (const { index } of shard.peers) if (index !== shard.self.index) this.send(index, message)
  }

  private send(to: number, message: Message): void {
    this.gears.shard.send(to, message)
  }
}

/** Shards of one process run the same code: what carries a type is a message. */
function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message
}
