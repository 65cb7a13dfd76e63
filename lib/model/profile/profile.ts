import type { ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import { abortCause, type ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import { stepLabel } from '../executions/plan-step'
import { groupBy } from '../list/group-by'
import { type Percentiles, spreadOf } from '../record/statistics'

/** Durations of one function's executions. */
export interface FunctionProfile extends Percentiles {
  /** Null: executions that nothing is known of but their ids. */
  readonly name: string | null
  /** The latest durations, oldest first, ms. */
  readonly latest: readonly number[]
}

/** Durations of one step of a function, over its profiled executions; on several shards the slowest one's. */
export interface StepProfile extends Percentiles {
  readonly name: string | null
  /** As in the plan: 1 is the reader. */
  readonly number: number
  /** The module's step type, or `reader`. */
  readonly type: string
  readonly title: string
  readonly builtIn: boolean
}

export interface Profile {
  readonly functions: readonly FunctionProfile[]
  readonly steps: readonly StepProfile[]
  /** Executions that ended by themselves and whose times were read, and those of them whose steps were timed. */
  readonly executions: number
  readonly profiled: number
}

/** A finished execution with the reports of its shards. */
export interface ProfiledExecution {
  readonly name: string | null
  readonly firstSeen: number
  readonly parts: readonly ExecutionPart[]
}

/** Rows of each list at most, slowest first. */
const TOP = 100
const LATEST = 60

const slowestFirst = (a: Percentiles, b: Percentiles): number => b.p95 - a.p95 || b.total - a.total

/** The slowest functions and steps by their 95th percentile. */
export function profileOf(executions: Iterable<ProfiledExecution>): Profile {
  const ordered = [...executions].filter(({ parts }) => ranToItsEnd(parts)).sort((a, b) => a.firstSeen - b.firstSeen)
  const ofFunctions = groupBy(ordered, ({ name }) => name)
  const timed = ordered.flatMap(({ name, parts }) => {
    const times = stepTimes(parts)
    return times.length > 0 ? [times.map((step) => ({ name, ...step }))] : []
  })
  const ofSteps = groupBy(timed.flat(), ({ name, number, type, title }) => JSON.stringify([name, number, type, title]))
  const functions = [...ofFunctions].flatMap(([name, runs]): FunctionProfile[] => {
    const values = runs.map(({ parts }) => Math.max(...parts.map((part) => part.totalDurationMs)))
    const spread = spreadOf(values)
    return spread ? [{ name, latest: values.slice(-LATEST), ...spread }] : []
  })
  const allSteps = [...ofSteps.values()].flatMap((times): StepProfile[] => {
    const [first] = times
    const spread = spreadOf(times.map(({ ms }) => ms))
    if (!first || !spread) return []
    const { ms: _, ...step } = first
    return [{ ...step, ...spread }]
  })
  return {
    functions: functions.sort(slowestFirst).slice(0, TOP),
    steps: allSteps.sort(slowestFirst).slice(0, TOP),
    executions: ordered.length,
    profiled: timed.length,
  }
}

/** One that was aborted says nothing of how long its function takes. */
const ranToItsEnd = (parts: readonly ExecutionPart[]): boolean =>
  parts.length > 0 && parts.every(({ status, errors }) => abortCause(status, errors) === undefined)

/** The reader is always timed and is shown beside steps only: without ProfileExecutions there are none. */
function stepTimes(parts: readonly ExecutionPart[]) {
  const timed = parts.filter((part) => part.steps.some((step) => step.durationMs !== null))
  const [first] = timed
  if (!first) return []
  const reader = {
    number: 1,
    type: 'reader',
    title: 'reader',
    builtIn: false,
    ms: Math.max(...timed.map((part) => part.readDurationMs)),
  }
  return [
    reader,
    ...first.steps.map((step, index) => ({
      number: index + 2,
      type: step.type,
      ...stepLabel(step),
      ms: Math.max(...timed.map((part) => part.steps[index]?.durationMs ?? 0)),
    })),
  ]
}

/** A run for whose length ProfileExecutions is switched on. */
export interface ProfiledRunState {
  /** The one in progress; `executionId` is null until the server has answered. `since`: our clock, ms. */
  readonly run: { readonly since: number; readonly executionId: string | null } | null
  /** Shards (`at`) where ProfileExecutions could not be switched back yet, and why; it is tried again. */
  readonly owed: readonly ErrorDetail[]
}
