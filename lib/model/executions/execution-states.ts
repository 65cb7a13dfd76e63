import { type ExecutionStatus, STATUS_MEANING } from '@gearboard/gears/vocabulary/execution'
import type { ExecutionDetail } from './execution'

/** The way of an execution where it runs on one shard, and of the two roles where it runs on all (protocol 2.2). */
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

type Standing = Pick<ExecutionDetail, 'parts' | 'silent' | 'shard' | 'status' | 'coverage'>

/** Each shard's state as it was last told; the list's word for the initiator where no shard told more. */
function standings({ parts, shard, status }: Standing): readonly { shard: string; status: ExecutionStatus }[] {
  return parts.length > 0 ? parts : [{ shard, status }]
}

/**
 * One lane where one shard alone can have it: there is no other one, or it runs while every other one says that it does not know it.
 * Before that, the plan of a cluster-wide execution may not have been sent yet, and both lanes are shown.
 */
export function stateLanes(execution: Standing): readonly StateLane[] {
  const there = standings(execution)
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

/** What can be done about a state that lasts (protocol 2.3 and 2.5); null for those that last for ever. */
const HELP: Readonly<Record<ExecutionStatus, string | null>> = {
  created:
    'As many run at once as there are ExecutionThreads (3 unless set as the module is loaded), and those of one KeysReader or StreamReader registration one after the other. It starts when what runs before it ends or is aborted.',
  pending_receive:
    'A shard that is hung or cut off does not acknowledge: see Cluster. When all have, its own shard still needs a free worker thread (ExecutionThreads). Waiting for other shards ends after ExecutionMaxIdleTime without progress (5 s unless set).',
  pending_run:
    'The initiator says when to start: see in Cluster whether it answers. Then this shard still needs a free worker thread: what runs there longest keeps it. Waiting for other shards ends after ExecutionMaxIdleTime without progress (5 s unless set).',
  running:
    'An abort stops Python between two of its instructions: a call that blocks, such as time.sleep, must return first. What waits for a coroutine never times out; waiting for other shards ends after ExecutionMaxIdleTime without progress.',
  pending_cluster:
    'A shard that has not finished stands in the row below, or is silent. Without progress for ExecutionMaxIdleTime (5 s unless set) it gives up by itself.',
  pending_termination:
    'Its own work is done. The initiator releases it when every shard has finished; the slowest one decides.',
  done: null,
  aborted: null,
}

export interface StateExplained {
  readonly status: ExecutionStatus
  /** What it waits for. */
  readonly meaning: string
  readonly help: string
}

/** Each state that some shard is in and will leave, once, in the order of the lanes. */
export function explainStates(execution: Standing): readonly StateExplained[] {
  const held = new Set(
    stateLanes(execution).flatMap(({ states }) =>
      states.filter(({ shards }) => shards.length > 0).map(({ status }) => status),
    ),
  )
  return [...held].flatMap((status) => {
    const help = HELP[status]
    return help === null ? [] : [{ status, meaning: STATUS_MEANING[status], help }]
  })
}
