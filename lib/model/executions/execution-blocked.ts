import { isOver } from '@gearboard/gears/vocabulary/execution'
import type { Execution } from './execution'

type ExecutionState = Pick<Execution, 'status' | 'outcome' | 'live'>

/** On its initiator; other shards may still work on it, which only the outcome tells. */
const hasEnded = ({ status }: ExecutionState): boolean => status === 'done' || status === 'aborted'

/** Why an action makes no sense for this execution now; undefined when it does. Buttons, palette, bulk bar and API share it. */
export const executionBlocked = {
  abort(e: ExecutionState): string | undefined {
    if (isOver(e.outcome)) return `Nothing to abort: it is over (${e.outcome}).`
    if (!e.live) return 'No shard lists it any more.'
    // `done` whose errors are not read yet: its outcome is unknown, its end is not.
    if (e.outcome === 'unknown' && hasEnded(e)) return 'Nothing to abort: it has finished.'
    return undefined
  },

  drop(e: ExecutionState): string | undefined {
    if (!e.live) return 'No shard holds it any more; this is what Gearboard remembers.'
    // RG.DROPEXECUTION: "can not drop a not yet finished execution, abort it first."
    if (!hasEnded(e)) return 'It has not finished: abort it first.'
    if (e.outcome === 'running' || e.outcome === 'waiting') return 'A shard still works on it: abort it first.'
    return undefined
  },
} as const
