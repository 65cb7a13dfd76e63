import { type CommandReply, Double } from '../core'
import type { ShardExecution } from './execution'
import type { Worker } from './pool'
import type { ScriptSession } from './session'
import type { RegistrationInfo } from './shard-messages'
import type { GearsVersion } from './terms'

export interface RegistrationInit extends RegistrationInfo {
  readonly session: ScriptSession
  readonly plan: number
  readonly worker: Worker
}

/** The counters of protocol 3.6. */
export class RegistrationCounters {
  triggered = 0
  success = 0
  failures = 0
  aborted = 0
  lastRunMs = 0
  totalRunMs = 0
  lastLagMs = 0
  totalLagMs = 0
  lags = 0
  lastError: string | undefined

  get ended(): number {
    return this.success + this.failures + this.aborted
  }

  /** An execution that this registration asked for has ended. In 1.0 the last error is never forgotten. */
  count(execution: ShardExecution, version: GearsVersion): void {
    const error = execution.outcome?.errors[0]
    if (error !== undefined) {
      this.failures += 1
      this.lastError = error
    } else if (execution.status === 'aborted') {
      this.aborted += 1
    } else {
      this.success += 1
      if (version !== '1.0') this.lastError = undefined
    }
    this.lastRunMs = execution.totalMs
    this.totalRunMs += execution.totalMs
  }

  lag(ms: number): void {
    this.lastLagMs = ms
    this.totalLagMs += ms
    this.lags += 1
  }

  /** RG.CLEARREGISTRATIONSSTATS: those in flight stay counted. */
  clear(): void {
    this.triggered -= this.ended
    this.success = this.failures = this.aborted = 0
    this.lastRunMs = this.totalRunMs = this.lastLagMs = this.totalLagMs = this.lags = 0
    this.lastError = undefined
  }

  averageRunMs(): number {
    return this.ended === 0 ? 0 : this.totalRunMs / this.ended
  }

  averageLagMs(): number {
    return this.lags === 0 ? 0 : this.totalLagMs / this.lags
  }
}

/** A function that fires. Each reader adds when, and what DUMPREGISTRATIONS says of it. */
export abstract class ReaderRegistration {
  readonly counters = new RegistrationCounters()
  /** Finished executions that are kept, oldest first. */
  readonly kept = new Set<ShardExecution>()
  /** Executions that have not ended. */
  readonly live = new Set<ShardExecution>()
  unregistered = false

  constructor(readonly init: RegistrationInit) {}

  get id(): string {
    return this.init.id
  }

  /** The `args` pair list of DUMPREGISTRATIONS, 1.2's keys last. */
  abstract args(version: GearsVersion): readonly (readonly [string, ArgValue])[]
  /** StreamReader's status; others have none. */
  readonly status: string | undefined = undefined
  /** StreamReader alone reports lags. */
  readonly reportsLag: boolean = false
  /** Lets its reader fire it. */
  abstract attach(): void
  /** Stops whatever would fire it. */
  abstract detach(): void

  /** Why it can not be registered. `queued` are its script's others; the session `replaced` is about to go, and frees its names. */
  refusal(_queued: readonly ReaderRegistration[], _replaced: ScriptSession | undefined): string | undefined {
    return undefined
  }
}

/** What makes the registrations of a kind, and fires them. */
export interface RegistrationFactory {
  /** `_rg/flat_execution.py` has checked the reader's arguments. */
  make(init: RegistrationInit): ReaderRegistration
}

export type ArgValue = string | number | null | readonly string[]

/** The 1.2 `RegistrationData` pairs, or 1.0's. */
export function registrationData(registration: ReaderRegistration, version: GearsVersion): CommandReply[] {
  const { counters, init } = registration
  const args: CommandReply[] = registration.args(version).flat()
  const data: CommandReply[] = [
    ...['mode', init.mode],
    ...['numTriggered', counters.triggered],
    ...['numSuccess', counters.success],
    ...['numFailures', counters.failures],
    ...['numAborted', counters.aborted],
  ]
  if (version !== '1.0') {
    data.push('lastRunDurationMS', counters.lastRunMs, 'totalRunDurationMS', counters.totalRunMs)
    data.push('avgRunDurationMS', new Double(counters.averageRunMs()))
    if (registration.reportsLag) {
      data.push('lastEstimatedLagMS', counters.lastLagMs, 'avgEstimatedLagMS', new Double(counters.averageLagMs()))
    }
  }
  data.push('lastError', counters.lastError ?? null, 'args', args)
  if (registration.status !== undefined) data.push('status', registration.status)
  return data
}
