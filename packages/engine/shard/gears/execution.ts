import type { PartOptions, ReaderCall, Result } from '../../python/entry'
import type { Context } from '../core'
import type { KeyScan } from './key-scan'
import type { Worker } from './pool'
import type { ScriptSession } from './script-session'
import type { ExecutionMode, ReaderType, StepTriple } from './terms'

export type Status =
  | 'created'
  | 'pending_receive'
  | 'pending_run'
  | 'running'
  | 'pending_cluster'
  | 'pending_termination'
  | 'done'
  | 'aborted'

export interface ExecutionOutcome {
  readonly results: readonly Result[]
  readonly errors: readonly string[]
}

/** A distributed execution's part on this shard. */
export interface LocalPart {
  readonly options: PartOptions
  /** Python has stored the execution; delivers the records that arrived before. */
  begun(): void
  /** The steps on this shard have ended. Returns true if that ends the execution as a whole. */
  ended(): boolean
  /** Sends records to a global step on another shard; undefined marks the end of this shard's records. */
  send(step: number, shard: number, data: Uint8Array | undefined): void
  /** Removes the execution from the lists of the other shards. */
  drop(): void
}

/** The client whose command this execution may answer or rewrite. */
export interface CommandLink {
  readonly argv: readonly Buffer[]
  /** For hooks: the command that `call_next` runs. */
  readonly next?: (argv: readonly Buffer[]) => ReturnType<Context['shard']['call']>
  /** For KeysReader `commands`: replaces the command's reply. Undefined inside MULTI and Lua. */
  readonly override?: (result: Result) => string | undefined
}

export interface ExecutionInit {
  readonly id: string
  readonly session: ScriptSession
  readonly plan: number
  readonly steps: readonly StepTriple[]
  readonly mode: ExecutionMode
  readonly reader: ReaderType
  /** Opens the reader when the execution starts; undefined if there is nothing to read. */
  readonly source: (execution: ShardExecution) => ReaderCall | undefined
  readonly worker: Worker
  /** The registration that fired it. A run of a script has none, and frees its plan at the end. */
  readonly registration?: string
  readonly link?: CommandLink
  /** False if no client may block (MULTI, Lua); a coroutine is then an error. */
  readonly asyncAllowed?: boolean
}

/** An execution on this shard. `Executions` changes its status. */
export class ShardExecution {
  static handles = 0
  /** Its number in Python. */
  readonly handle: number
  status: Status = 'created'
  outcome: ExecutionOutcome | undefined
  /** The approximate size of the outcome in bytes. */
  weight = 0
  readMs = 0
  /** How long opening the reader took, ms; further reading happens in Python. */
  openingMs = 0
  totalMs = 0
  stepMs: number[]
  part: LocalPart | undefined
  shardsReceived = 0
  shardsCompleted = 0
  startedAt = 0
  started = false
  /** Its Python code is on the stack. */
  onStack = false
  /** While it was on the stack, a coroutine ended or records arrived. */
  woken = false
  abortRequested = false
  listed = true
  /** Its steps on this shard have ended; other shards may still be running theirs. */
  over = false
  /** It is ending, so later events are ignored. */
  ending = false
  scan: KeyScan | undefined
  /** StreamReader: the ids of the batch that was read. */
  batch: readonly string[] = []
  /** The timer that limits the wait for other shards. */
  idle: { cancel(): void } | undefined
  private readonly callbacks: ((execution: ShardExecution) => void)[] = []

  constructor(readonly init: ExecutionInit) {
    ShardExecution.handles += 1
    this.handle = ShardExecution.handles
    this.stepMs = init.steps.map(() => 0)
  }

  get id(): string {
    return this.init.id
  }

  get finished(): boolean {
    return this.status === 'done' || this.status === 'aborted'
  }

  /** True while it waits to start and no other shard knows it. */
  get pending(): boolean {
    return !this.started && !this.onStack && !this.over && !this.part
  }

  /** Calls back once, when it is done or aborted; immediately if it already is. */
  onFinished(callback: (execution: ShardExecution) => void): void {
    if (this.finished) callback(this)
    else this.callbacks.push(callback)
  }

  /** Sets the final status and runs the callbacks in their order. */
  settle(status: 'done' | 'aborted', outcome: ExecutionOutcome): void {
    this.status = status
    this.outcome = outcome
    this.idle?.cancel()
    for (const callback of this.callbacks.splice(0)) callback(this)
  }
}
