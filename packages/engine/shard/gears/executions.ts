import { steadyMs } from '../../clock'
import type { Advance, PythonEntry, PythonOutcome, ReaderCall, Result } from '../../python/entry'
import type { ShardApi } from '../core'
import type { AtomicLock } from './atomic-lock'
import { type ExecutionInit, type ExecutionOutcome, ShardExecution } from './execution'
import type { GearsConfig } from './gears-config'
import type { PythonInterpreter } from './python-interpreter'
import type { ScriptSession } from './script-session'
import type { ScriptSessions } from './script-sessions'

/** The maximum size of the results and errors that finished executions keep together, in bytes. The oldest are dropped first. */
const MAX_WEIGHT = 128 * 1024 * 1024

/** How often an abort checks whether Python has stopped: the same interval as in RedisGears. */
const ABORT_LOOK_MS = 1

/** Python's answer while the execution waits for records of other shards. */
const WAITS_FOR_SHARDS = 2

const EMPTY: ExecutionOutcome = { results: [], errors: [] }

/** The outcome of an execution that read no record. */
const NOTHING: PythonOutcome = [[]]
const EMPTY_SOURCE: ReaderCall = ['empty']

/** The executions of a shard: it creates them, runs them on the pool or in place, keeps and evicts them (protocol 2). */
export class Executions {
  private readonly listed = new Map<string, ShardExecution>()
  private readonly byHandle = new Map<number, ShardExecution>()
  private weight = 0

  constructor(
    private readonly shard: ShardApi,
    private readonly python: PythonInterpreter,
    private readonly config: GearsConfig,
    private readonly lock: AtomicLock,
    private readonly sessions: ScriptSessions,
  ) {}

  get size(): number {
    return this.listed.size
  }

  list(): Iterable<ShardExecution> {
    return this.listed.values()
  }

  get(id: string): ShardExecution | undefined {
    return this.listed.get(id)
  }

  /** The sessions of the executions in the list. */
  heldSessions(): ScriptSession[] {
    return [...this.listed.values()].map(({ init }) => init.session)
  }

  /** Finds an execution by its number in Python. */
  running(handle: number): ShardExecution | undefined {
    return this.byHandle.get(handle)
  }

  /** Creates an execution. It holds its session until it is dropped. */
  create(init: ExecutionInit): ShardExecution {
    const limit = this.config.number('MaxExecutions')
    while (limit > 0 && this.listed.size >= limit) this.evictOldest()
    const execution = new ShardExecution(init)
    this.listed.set(execution.id, execution)
    this.byHandle.set(execution.handle, execution)
    if (init.registration === undefined) init.session.runs.add(execution)
    return execution
  }

  /**
   * Removes it from the list, by command or eviction. If it is still running, it ends unlisted. Its session ends with the last of its runs.
   */
  drop(execution: ShardExecution): void {
    if (!execution.listed) return
    execution.listed = false
    this.listed.delete(execution.id)
    this.weight -= execution.weight
    const { session } = execution.init
    if (session.runs.delete(execution)) execution.onFinished(() => this.sessions.release(session))
  }

  /** Removes an execution from every shard after its reply was sent. */
  dropEverywhere(execution: ShardExecution): void {
    this.drop(execution)
    execution.part?.drop()
  }

  clear(): void {
    for (const execution of [...this.listed.values()]) this.drop(execution)
  }

  /** Queues it for the pool. */
  enqueue(execution: ShardExecution): void {
    execution.init.worker.addTask(() => this.begin(execution))
  }

  /** Runs it immediately, inside the command that caused it. If it waits for a coroutine, it continues as async_local. */
  runInPlace(execution: ShardExecution): void {
    this.lock.hold(() => this.begin(execution))
  }

  private begin(execution: ShardExecution): void {
    if (execution.ending) return
    execution.status = 'running'
    execution.startedAt = steadyMs()
    const { init } = execution
    const began = steadyMs()
    const source = init.source(execution)
    if (execution.ending) return
    execution.openingMs = steadyMs() - began
    const { part } = execution
    if (source === undefined && !part) {
      // Without records no function is called, so Python is not needed, unless other shards may send records.
      this.complete(execution, NOTHING)
      return
    }
    const asyncAllowed = init.asyncAllowed ?? true
    const profiled = this.config.number('ProfileExecutions') !== 0
    execution.started = true
    this.runPython(execution, (entry) =>
      entry.begin(execution.handle, init.plan, asyncAllowed, profiled, part?.options, ...(source ?? EMPTY_SOURCE)),
    )
  }

  /** Resumes it in its turn, because a coroutine ended or records arrived. */
  wake(execution: ShardExecution): void {
    if (execution.ending || execution.over || !execution.started) return
    if (execution.onStack) execution.woken = true
    else execution.init.worker.addTask(() => this.advance(execution))
  }

  private advance(execution: ShardExecution): void {
    if (execution.ending || execution.over) return
    this.runPython(execution, (entry) => entry.advance(execution.handle))
  }

  private runPython(execution: ShardExecution, call: (entry: PythonEntry) => Advance): void {
    execution.idle?.cancel()
    execution.woken = false
    execution.onStack = true
    const state = this.python.run(call, execution.init.mode === 'sync')
    execution.onStack = false
    if (execution.ending || execution.over) return
    if (typeof state !== 'number') this.complete(execution, state)
    else if (execution.abortRequested) this.stop(execution)
    else if (execution.woken) this.wake(execution)
    else if (state === WAITS_FOR_SHARDS) this.armIdle(execution)
  }

  /** A distributed execution waits for other shards only for a limited time (protocol 2.5). */
  armIdle(execution: ShardExecution): void {
    execution.idle?.cancel()
    execution.idle = this.shard.timer(this.config.number('ExecutionMaxIdleTime'), () => {
      this.stop(execution, 'Execution max idle reached')
    })
  }

  private complete(execution: ShardExecution, outcome: PythonOutcome | undefined): void {
    execution.over = true
    this.keepOutcome(execution, outcome)
    if (execution.part?.ended() ?? true) this.finish(execution, 'done')
    // Its Python was aborted. If the other shards have not ended by the next check, it would wait in vain, so it is stopped.
    else if (execution.abortRequested) this.shard.timer(ABORT_LOOK_MS, () => this.stop(execution))
  }

  /** The part on this shard has ended: stores its results, errors and times. */
  private keepOutcome(execution: ShardExecution, outcome: PythonOutcome | undefined): void {
    if (outcome === undefined) {
      execution.outcome = { results: [], errors: [this.python.failure] }
      return
    }
    const [results, errors = [], readMs = 0, stepMs] = outcome
    execution.outcome = { results, errors }
    execution.weight = weightOf(results) + weightOf(errors)
    execution.readMs = Math.floor(execution.openingMs + readMs)
    if (stepMs) execution.stepMs = stepMs.map(Math.floor)
  }

  /** Ends it as `done` or `aborted`, with the results so far. */
  finish(execution: ShardExecution, status: 'done' | 'aborted', error?: string): void {
    if (execution.ending) return
    execution.ending = true
    if (!execution.outcome && execution.started) {
      const outcome = this.python.ask((entry) => entry.stop(execution.handle))
      if (outcome !== null) this.keepOutcome(execution, outcome)
    }
    const { results, errors } = execution.outcome ?? EMPTY
    execution.totalMs = execution.started ? Math.round(steadyMs() - execution.startedAt) : 0
    this.byHandle.delete(execution.handle)
    this.python.sampleNowAndThen()
    if (execution.init.registration === undefined) this.python.ask((entry) => entry.drop_plan(execution.init.plan))
    if (execution.listed) {
      this.weight += execution.weight
      this.evictHeavy()
    }
    execution.settle(status, { results, errors: error === undefined ? errors : [...errors, error] })
  }

  /** Aborts an execution whose Python is not running; keeps the results so far. */
  stop(execution: ShardExecution, error?: string): void {
    this.finish(execution, 'aborted', error)
  }

  /** Stops one that waits to start and that no other shard knows. Distributed executions continue. */
  stopPending(execution: ShardExecution): void {
    if (execution.pending) this.stop(execution)
  }

  /**
   * Aborts it: immediately if it waits or is below others on the stack, at the next bytecode if its Python is running. Calls `then` after
   * its end.
   */
  abort(execution: ShardExecution, then: () => void): void {
    if (execution.onStack && !execution.over) {
      execution.abortRequested = true
      const outcome = this.python.ask((entry) => entry.abort(execution.handle))
      if (outcome) this.complete(execution, outcome)
    } else {
      this.stop(execution)
    }
    execution.onFinished(then)
  }

  private evictOldest(): void {
    const [oldest] = this.listed.values()
    if (oldest) this.drop(oldest)
  }

  private evictHeavy(): void {
    if (this.weight <= MAX_WEIGHT) return
    for (const execution of [...this.listed.values()]) {
      if (this.weight <= MAX_WEIGHT) return
      if (execution.finished) this.drop(execution)
    }
  }
}

/** What a result or a list costs in addition to its bytes. */
const ITEM_BYTES = 8

function weightOf(results: readonly Result[]): number {
  let weight = 0
  for (const result of results) {
    weight += ITEM_BYTES
    if (typeof result === 'string' || result instanceof Uint8Array) weight += result.length
    else if (typeof result === 'object') weight += weightOf(result)
  }
  return weight
}
