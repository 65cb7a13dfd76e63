import { type ExecutionStatus, STATUS_MEANING } from '@gearboard/gears/vocabulary/execution'
import type { ExecutionDetail } from './execution'

/** The states of an execution that runs on one shard, and of the two roles in one that runs on all (protocol 2.2). */
const WAYS = {
  only: ['created', 'running', 'done'],
  initiator: ['created', 'pending_receive', 'running', 'pending_cluster', 'done'],
  worker: ['created', 'pending_run', 'running', 'pending_termination', 'done'],
} as const satisfies Record<string, readonly ExecutionStatus[]>

export type StateRole = keyof typeof WAYS

export interface StateLane {
  readonly role: StateRole
  /** In the order they are passed; `aborted` last, which may follow on each. With the keys of the shards that are there. */
  readonly states: readonly { readonly status: ExecutionStatus; readonly shards: readonly string[] }[]
}

type ReportedStates = Pick<ExecutionDetail, 'parts' | 'silent' | 'shard' | 'status' | 'coverage'>

/** Each shard's last reported state; the initiator's from the list if no shard reported more. */
function statusByShard({
  parts,
  shard,
  status,
}: ReportedStates): readonly { shard: string; status: ExecutionStatus }[] {
  return parts.length > 0 ? parts : [{ shard, status }]
}

/**
 * One lane if only one shard can have it: there is no other, or it runs while every other shard says that it does not know it. Before that,
 * the plan of a cluster-wide execution may not have been sent yet, and both lanes are shown.
 */
export function stateLanes(execution: ReportedStates): readonly StateLane[] {
  const there = statusByShard(execution)
  const { coverage, silent, status, shard } = execution
  const single = coverage.of <= 1 || (there.length === 1 && silent.length === 0 && status === 'running')
  const lane = (role: StateRole, of: typeof there): StateLane => ({
    role,
    states: [...WAYS[role], 'aborted' as const].map((state) => ({
      status: state,
      shards: of.filter((each) => each.status === state).map((each) => each.shard),
    })),
  })
  if (single) return [lane('only', there)]
  return [
    lane(
      'initiator',
      there.filter((each) => each.shard === shard),
    ),
    lane(
      'worker',
      there.filter((each) => each.shard !== shard),
    ),
  ]
}

/** What helps when a state lasts (protocol 2.3 and 2.5); null for final states. */
const HELP: Readonly<Record<ExecutionStatus, string | null>> = {
  created:
    'ExecutionThreads limits how many run at once (3 by default, set when the module is loaded). Runs of one KeysReader or StreamReader registration run one at a time. This one starts when an earlier one ends or is aborted.',
  pending_receive:
    'A hung or unreachable shard does not acknowledge: see Cluster. Once all have acknowledged, this shard still needs a free worker thread (ExecutionThreads). Waiting for other shards times out after ExecutionMaxIdleTime without progress (5 s by default).',
  pending_run:
    'It starts when the initiator says so: see Cluster for whether the initiator answers. This shard then still needs a free worker thread, which a long run may hold. Waiting for other shards times out after ExecutionMaxIdleTime without progress (5 s by default).',
  running:
    'An abort stops Python between two instructions: a blocking call, such as time.sleep, must return first. Waiting for a coroutine never times out; waiting for other shards times out after ExecutionMaxIdleTime without progress.',
  pending_cluster:
    'The row below shows the shards that have not finished; silent ones are missing there. It times out after ExecutionMaxIdleTime without progress (5 s by default).',
  pending_termination: 'This shard has finished. The initiator releases it when every shard has finished.',
  done: null,
  aborted: null,
}

export interface StateExplained {
  readonly status: ExecutionStatus
  /** What it waits for. */
  readonly meaning: string
  readonly help: string
  /** Keys of those that are in it. */
  readonly shards: readonly string[]
}

/** Each state that some shard is in and will leave, once, in the order of the lanes. */
export function explainStates(execution: ReportedStates): readonly StateExplained[] {
  const held = new Map<ExecutionStatus, readonly string[]>()
  for (const { status, shards } of stateLanes(execution).flatMap(({ states }) => states))
    if (shards.length > 0) held.set(status, [...(held.get(status) ?? []), ...shards])
  return [...held].flatMap(([status, shards]) => {
    const help = HELP[status]
    return help === null ? [] : [{ status, meaning: STATUS_MEANING[status], help, shards }]
  })
}
