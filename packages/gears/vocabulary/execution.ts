import { every } from './exhaustive'

/** The module's names for the state of an execution on one shard (protocol 2.2). */
export const EXECUTION_STATUSES = [
  'created',
  'pending_receive',
  'pending_run',
  'running',
  'pending_cluster',
  'pending_termination',
  'done',
  'aborted',
] as const
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number]

/** What became of an execution. `done` alone says nothing: it is ok or failed by its errors, and unknown until they are read. */
export const OUTCOMES = ['running', 'waiting', 'ok', 'failed', 'aborted', 'unknown'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What each status waits for, as shown on pages. */
export const STATUS_MEANING = {
  created: 'created, waits for a worker thread',
  pending_receive: 'plan sent to the other shards, waits for their acknowledgement',
  pending_run: "acknowledged, waits for the initiator's start",
  running: 'steps execute, or wait for a coroutine or for records of other shards',
  pending_cluster: 'the initiator has finished its part and waits for the other shards',
  pending_termination: "finished its part, waits for the initiator's release",
  done: 'finished, with or without errors',
  aborted: 'aborted by command outside Python, or timed out',
} as const satisfies Record<ExecutionStatus, string>

/** The text that the idle timeout appends to the errors (protocol 2.5). */
export const IDLE_TIMEOUT = 'Execution max idle reached'
/** The exception that an abort injects into running Python (protocol 2.5). */
const FORCED_STOP = /\b(?:gears|spam)\.forcestopped\b|\bforcestopped\b/

export const ABORT_CAUSES = ['idle', 'forced', 'command'] as const
export type AbortCause = (typeof ABORT_CAUSES)[number]

/** Why an execution counts as aborted, by its last state and its errors; undefined when it was not. */
export function abortCause(status: ExecutionStatus, errors: readonly string[]): AbortCause | undefined {
  if (errors.some((text) => text === IDLE_TIMEOUT)) return 'idle'
  if (status === 'aborted') return 'command'
  // An abort of running Python ends as `done` with this error: the only trace of it.
  if (status === 'done' && errors.some((text) => FORCED_STOP.test(text))) return 'forced'
  return undefined
}

/** What one shard reports of an execution: its part of RG.GETEXECUTION. */
export interface ExecutionReport {
  readonly status: ExecutionStatus
  /** -1 is read as null: not finished, or finished a moment ago (protocol 11.2). */
  readonly results: number | null
  readonly errors: readonly string[]
}

/** The outcome on one shard. `report` is what RG.GETEXECUTION said; without it `done` stays unknown. */
export function outcomeOf(status: ExecutionStatus, report: ExecutionReport | undefined): Outcome {
  switch (status) {
    case 'created':
    case 'pending_receive':
    case 'pending_run':
      return 'waiting'
    case 'running':
    case 'pending_cluster':
    case 'pending_termination':
      return 'running'
    case 'aborted':
      return 'aborted'
    case 'done':
      if (report?.status !== 'done' || report.results === null) return 'unknown'
      if (abortCause('done', report.errors)) return 'aborted'
      return report.errors.length > 0 ? 'failed' : 'ok'
  }
}

/** Strongest first: one failing shard makes the whole execution a failed one, one that still runs a running one. */
const MERGE_ORDER = every<Outcome>()(['running', 'waiting', 'failed', 'aborted', 'unknown', 'ok'])

/** The outcome over all shards that hold the execution; unknown when none is known. */
export function mergeOutcomes(outcomes: readonly Outcome[]): Outcome {
  return MERGE_ORDER.find((outcome) => outcomes.includes(outcome)) ?? 'unknown'
}

/** Final: nothing about it changes later. */
export const isOver = (outcome: Outcome): boolean => outcome === 'ok' || outcome === 'failed' || outcome === 'aborted'

/** A step of the plan, in data-flow order. Durations are ms; null when all are 0: untimed, or each under 1 ms. */
export interface ExecutionStep {
  readonly type: string
  readonly name: string
  readonly arg: string
  readonly durationMs: number | null
  /** True for collect and repartition, which move records between shards. */
  readonly global: boolean
}

/** What one shard reports about an execution (RG.GETEXECUTION id SHARD). Times are ms. */
export interface ExecutionPart {
  readonly shard: string
  readonly status: ExecutionStatus
  readonly shardsReceived: number
  readonly shardsCompleted: number
  readonly results: number | null
  readonly errors: readonly string[]
  /** Error texts beyond those in `errors`; absent: there are none. */
  readonly errorsLeftOut?: number | undefined
  readonly totalDurationMs: number
  readonly readDurationMs: number
  readonly steps: readonly ExecutionStep[]
  /** Steps beyond those in `steps`, at the end of the plan; absent: there are none. */
  readonly stepsLeftOut?: number | undefined
}

/** How many error texts a shard reported. */
export const errorCount = ({ errors, errorsLeftOut = 0 }: Pick<ExecutionPart, 'errors' | 'errorsLeftOut'>): number =>
  errors.length + errorsLeftOut
