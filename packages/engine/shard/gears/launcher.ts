import type { ReaderCall } from '../../python/entry'
import { hasFields, isAbsentOr, isFlag, isListOf, isOneOf, isText } from '../../type-guards'
import type { ShardApi } from '../core'
import type { Distribution } from './distribution'
import type { CommandLink, ShardExecution } from './execution'
import type { Executions } from './executions'
import type { Numbers } from './numbers'
import type { Pool } from './pool'
import type { ReaderRegistration } from './registration'
import type { Registrations } from './registrations'
import type { ScriptSession } from './script-session'
import type { RunSpec, SharedSource } from './shard-messages'
import { openSource } from './source'
import {
  type ExecutionMode,
  type GearsVersion,
  isExecutionMode,
  isStepTriple,
  type ReaderType,
  type StepTriple,
} from './terms'

interface FireOptions {
  readonly source: (execution: ShardExecution) => ReaderCall | undefined
  /** What the other shards read; undefined if they read nothing. */
  readonly shared?: SharedSource
  /** It need not wait for other executions of its registration. */
  readonly outOfOrder?: boolean
  readonly link?: CommandLink
  readonly asyncAllowed?: boolean
}

/** What `run` in _rg/flat_execution.py sends. */
export interface RunRequest {
  readonly mode: ExecutionMode
  readonly reader: ReaderType
  readonly spec: RunSpec
  readonly steps: readonly StepTriple[]
}

export const isRunRequest = hasFields<RunRequest>({
  mode: isExecutionMode,
  reader: isOneOf('KeysReader', 'StreamReader', 'PythonReader', 'CommandReader'),
  spec: hasFields<RunSpec>({
    pattern: isAbsentOr(isText),
    noScan: isAbsentOr(isFlag),
    readValue: isAbsentOr(isFlag),
    key: isAbsentOr(isText),
    fromId: isAbsentOr(isText),
  }),
  steps: isListOf(isStepTriple),
})

/** Starts the executions of this shard: of registrations that fire, and of builders that run. */
export class Launcher {
  constructor(
    private readonly shard: ShardApi,
    private readonly version: GearsVersion,
    private readonly numbers: Numbers,
    private readonly pool: Pool,
    private readonly executions: Executions,
    private readonly distribution: Distribution,
    private readonly registrations: Registrations,
  ) {}

  /** Starts an execution for an event or a TRIGGER. `ended` is called with it before its registration can be freed. */
  fire(
    registration: ReaderRegistration,
    options: FireOptions,
    ended?: (execution: ShardExecution) => void,
  ): ShardExecution {
    const { session, plan, steps, mode, reader, worker } = registration.init
    registration.counters.triggered += 1
    const execution = this.executions.create({
      id: this.numbers.nextExecutionId(),
      session,
      plan,
      steps,
      mode,
      reader,
      source: options.source,
      worker: options.outOfOrder ? this.pool.worker() : worker,
      registration: registration.id,
      link: options.link,
      asyncAllowed: options.asyncAllowed,
    })
    registration.live.add(execution)
    execution.onFinished(() => {
      registration.live.delete(execution)
      registration.counters.count(execution, this.version)
      this.registrations.keepExecution(registration, execution)
      ended?.(execution)
      this.registrations.freeIfOver(registration)
    })
    if (mode === 'sync') this.executions.runInPlace(execution)
    else this.distribution.start(execution, options.shared, undefined)
    return execution
  }

  /** Starts a builder's run. */
  run(
    { mode, reader, spec, steps }: RunRequest,
    session: ScriptSession,
    plan: number,
    pickled?: Uint8Array,
  ): ShardExecution {
    const shared = { ...spec, run: reader }
    const execution = this.executions.create({
      id: this.numbers.nextExecutionId(),
      session,
      plan,
      steps,
      mode,
      reader,
      source: (own) => openSource(this.shard, own, shared),
      worker: this.pool.worker(),
    })
    this.distribution.start(execution, shared, pickled)
    return execution
  }
}
