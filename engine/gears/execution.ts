import type { Context } from '../core'
import type { PartOptions, ReaderCall, Result } from '../python/entry'
import type { KeyScan } from './key-scan'
import type { Worker } from './pool'
import type { ScriptSession } from './session'
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

/** An execution's part on this shard, where it runs on all of them. */
export interface LocalPart {
  readonly options: PartOptions
  /** Python knows the execution now: records that came before are handed over. */
  begun(): void
  /** Its steps are through here. True when the whole is finished by that. */
  ended(): boolean
  /** Records for a global step on another shard; undefined is the end of this shard's. */
  send(step: number, shard: number, data: Uint8Array | undefined): void
  /** It leaves the lists of the other shards. */
  drop(): void
}

/** Who waits for a command that this execution may answer or rewrite. */
export interface CommandLink {
  readonly argv: readonly Buffer[]
  readonly context: Context | undefined
  /** For hooks: what `call_next` runs. */
  readonly next?: (argv: readonly Buffer[]) => ReturnType<Context['shard']['call']>
  /** KeysReader `commands`: the reply put in place of the command's own; undefined inside MULTI and Lua. */
  readonly override?: (result: Result) => string | undefined
}

export interface ExecutionInit {
  readonly id: string
  readonly session: ScriptSession
  readonly plan: number
  readonly steps: readonly StepTriple[]
  readonly mode: ExecutionMode
  readonly reader: ReaderType
  /** Opened when the execution begins to run; undefined where there is nothing to read. */
  readonly source: (execution: ShardExecution) => ReaderCall | undefined
  readonly worker: Worker
  /** The registration that fired it; a run of a script has none, and a plan of its own that goes with it. */
  readonly registration?: string
  readonly link?: CommandLink
  /** False where no client may wait (MULTI, Lua): a coroutine is then an error. */
  readonly asyncAllowed?: boolean
}

/** An execution on this shard. `Executions` moves it through its statuses. */
export class ShardExecution {
  static handles = 0
  /** Its number towards Python. */
  readonly handle: number
  status: Status = 'created'
  outcome: ExecutionOutcome | undefined
  /** What the outcome costs to keep, in bytes or so. */
  weight = 0
  readMs = 0
  /** What opening its source took; reading goes on in Python. */
  openingMs = 0
  totalMs = 0
  stepMs: number[]
  part: LocalPart | undefined
  shardsReceived = 0
  shardsCompleted = 0
  startedAt = 0
  started = false
  /** Its Python is on the stack now. */
  onStack = false
  /** A coroutine or another shard had news while it was on the stack. */
  woken = false
  abortRequested = false
  listed = true
  /** Its steps are through on this shard; others may still be at theirs. */
  over = false
  /** Its end has begun: nothing more happens to it. */
  ending = false
  scan: KeyScan | undefined
  /** StreamReader: the ids of the batch that it read. */
  batch: readonly string[] = []
  /** Milliseconds it may wait for other shards. */
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

  /** It waits for its start, and no other shard knows it. */
  get pending(): boolean {
    return !this.started && !this.onStack && !this.over && !this.part
  }

  /** Called once, when it is done or aborted; at once if it is already. */
  onFinished(callback: (execution: ShardExecution) => void): void {
    if (this.finished) callback(this)
    else this.callbacks.push(callback)
  }

  /** The end: callbacks in the order in which they came. */
  settle(status: 'done' | 'aborted', outcome: ExecutionOutcome): void {
    this.status = status
    this.outcome = outcome
    this.idle?.cancel()
    for (const callback of this.callbacks.splice(0)) callback(this)
  }
}
