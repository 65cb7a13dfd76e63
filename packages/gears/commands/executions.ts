import { command, noArgs } from '../command'
import type { Proof } from '../proof'
import { type Decoded, flag, integer, list, Mismatch, map, oneOf, pairs, text } from '../reply'
import {
  EXECUTION_STATUSES,
  type ExecutionPart,
  type ExecutionStatus,
  type ExecutionStep,
} from '../vocabulary/execution'
import { growing, NO_DANGERS, READS_RESULTS, waiting } from './dangers'
import { errorText, executionResults, ok } from './shared'

const status = oneOf(...EXECUTION_STATUSES)

/** An entry of RG.DUMPEXECUTIONS: the state of an execution on the shard asked. */
export interface ListedExecution {
  readonly id: string
  readonly status: ExecutionStatus
  /** Started by a registration, not by a run. */
  readonly registered: boolean
}

/** The executions that one shard holds, in arbitrary order. */
export const dumpExecutions = command({
  name: 'RG.DUMPEXECUTIONS',
  access: 'watch',
  guard: {
    dangers: [
      growing('0.7 ms and 117 kB for each 1,000 executions kept', 'looks are further apart the longer one takes'),
    ],
    sender: 'gearboard',
  },
  reads: true,
  args: noArgs,
  decode: list(
    map(
      pairs({ executionId: text, status, registered: flag }),
      (entry): ListedExecution => ({
        id: entry.executionId,
        status: entry.status,
        registered: entry.registered,
      }),
    ),
  ),
})

const step = pairs({ type: text, duration: integer, name: text, arg: text })

const plan = pairs({
  status,
  shards_received: integer,
  shards_completed: integer,
  results: integer,
  // Older documentation calls it a count; it is a list of texts.
  errors: list(errorText),
  total_duration: integer,
  read_duration: integer,
  steps: list(step),
})

const GLOBAL_STEPS: ReadonlySet<string> = new Set(['collect', 'repartition'])

/** The steps in data-flow order: the module lists the last one first. All durations are 0 when ProfileExecutions was off. */
function inDataFlowOrder(steps: readonly Decoded<typeof step>[]): readonly ExecutionStep[] {
  const profiled = steps.some(({ duration }) => duration !== 0)
  return steps
    .map(({ type, name, arg, duration }) => ({
      type,
      name,
      arg,
      durationMs: profiled ? duration : null,
      global: GLOBAL_STEPS.has(type),
    }))
    .reverse()
}

function resultCount(count: number): number | null {
  if (count < -1) throw new Mismatch('-1 or a count', String(count)).within('.results')
  return count === -1 ? null : count
}

const part = map(
  pairs({ shard_id: text, execution_plan: map(plan, toPart) }),
  ({ shard_id, execution_plan }): ExecutionPart => ({
    shard: shard_id,
    ...execution_plan,
  }),
)

function toPart(p: Decoded<typeof plan>): Omit<ExecutionPart, 'shard'> {
  return {
    status: p.status,
    shardsReceived: p.shards_received,
    shardsCompleted: p.shards_completed,
    results: resultCount(p.results),
    errors: p.errors,
    totalDurationMs: p.total_duration,
    readDurationMs: p.read_duration,
    steps: inDataFlowOrder(p.steps),
  }
}

/**
 * The plan and state of an execution on the shard asked; `shard` is forty zeros outside cluster mode. Always `SHARD`: `CLUSTER`, the default on
 * a cluster, is an execution itself, and answers an empty list when a shard is down (measured).
 */
export const getExecution = command({
  name: 'RG.GETEXECUTION',
  access: 'watch',
  guard: {
    dangers: [
      growing('with the errors and steps of an execution', 'a budget a second; each that ended is asked once'),
      {
        harm: 'blocks-server',
        when: 'C code holds the lock of Python, such as a long regex: the main thread waits for it (tried: 3 to 5 s)',
        protects: 'the budget halves where answers are slow',
      },
    ],
    sender: 'gearboard',
    refuses: (words) => (words[1] === 'SHARD' ? undefined : 'without SHARD it is an execution itself'),
  },
  route: 'every',
  reads: true,
  args: (id: string) => [id, 'SHARD'],
  decode: list(part),
})

/**
 * Results and errors of a finished execution, which it keeps. Only the initiator, the shard named in the id, has the results.
 * @param proof that reading them does no harm
 */
export const getResults = command({
  name: 'RG.GETRESULTS',
  access: 'watch',
  guard: { dangers: [READS_RESULTS], sender: 'gearboard', proof: 'results' },
  reads: true,
  args: (id: string, _: Proof<'results'>) => [id],
  proof: ([, proof]) => proof,
  decode: executionResults,
})

/** As `getResults`, once the execution has finished. */
export const getResultsBlocking = command({
  name: 'RG.GETRESULTSBLOCKING',
  access: 'library',
  guard: {
    dangers: [READS_RESULTS, waiting('until the execution ends')],
    sender: 'person',
    proof: 'results',
  },
  reads: true,
  blocks: true,
  args: (id: string, _: Proof<'results'>) => [id],
  proof: ([, proof]) => proof,
  decode: executionResults,
})

/** Running Python is stopped when it next executes bytecode; the reply waits for it. On a cluster `execution does not exist` may come although it worked. */
export const abortExecution = command({
  name: 'RG.ABORTEXECUTION',
  access: 'operate',
  guard: { dangers: [waiting('until running Python stops')], sender: 'person' },
  blocks: true,
  args: (id: string) => [id],
  decode: ok,
})

/** Forgets a finished execution on every shard. */
export const dropExecution = command({
  name: 'RG.DROPEXECUTION',
  access: 'operate',
  guard: { dangers: NO_DANGERS, sender: 'person' },
  args: (id: string) => [id],
  decode: ok,
})
