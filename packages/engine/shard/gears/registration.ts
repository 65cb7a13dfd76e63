import { type CommandReply, Double } from '../core'
import type { ShardExecution } from './execution'
import type { Worker } from './pool'
import type { ScriptSession } from './script-session'
import type { RegistrationInfo } from './shard-messages'
import type { GearsVersion } from './terms'

export interface RegistrationInit extends RegistrationInfo {
  readonly session: ScriptSession
  readonly plan: number
  readonly worker: Worker
}

/** The counters of protocol 3.6. */
class RegistrationCounters {
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

  /** Counts an execution of this registration that has ended. Version 1.0 never clears the last error. */
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

  /** Implements RG.CLEARREGISTRATIONSSTATS. Running executions are still counted. */
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

/** A registered function. Each reader adds when it fires and what DUMPREGISTRATIONS reports about it. */
export abstract class ReaderRegistration {
  readonly counters = new RegistrationCounters()
  /** Finished executions in the list, oldest first. */
  readonly kept = new Set<ShardExecution>()
  /** Executions that have not ended. */
  readonly live = new Set<ShardExecution>()
  unregistered = false

  constructor(readonly init: RegistrationInit) {}

  get id(): string {
    return this.init.id
  }

  /** The `args` pairs of DUMPREGISTRATIONS; those that 1.2 added come last. */
  abstract args(version: GearsVersion): readonly (readonly [string, ArgValue])[]
  /** The status of a StreamReader; other readers have none. */
  readonly status: string | undefined = undefined
  /** True for StreamReader only. */
  readonly reportsLag: boolean = false
  /** Lets the reader fire it. */
  abstract attach(): void
  /** Stops the reader from firing it. */
  abstract detach(): void

  /**
   * Returns why it cannot be registered. `queued` are the other registrations of its script. The session `replaced` is about to end, and
   * its names become free.
   */
  refusal(_queued: readonly ReaderRegistration[], _replaced: ScriptSession | undefined): string | undefined {
    return undefined
  }
}

/** Makes the registrations of one reader. */
export interface RegistrationFactory {
  /** `_rg/flat_execution.py` has checked the reader's arguments. */
  make(init: RegistrationInit): ReaderRegistration
}

export type ArgValue = string | number | null | readonly string[]

/** The `RegistrationData` pairs of 1.2, or those of 1.0. */
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
