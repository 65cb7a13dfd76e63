import { isOver } from '@gearboard/gears/vocabulary/execution'
import type { Execution } from './execution'

type ExecutionState = Pick<Execution, 'status' | 'outcome' | 'live'>

/** On its initiator; other shards may still work on it, which only the outcome shows. */
const hasEnded = ({ status }: ExecutionState): boolean => status === 'done' || status === 'aborted'

/** Why an action makes no sense for this execution now; undefined when it does. Buttons, palette, bulk bar and API share it. */
export const executionBlocked = {
  abort(e: ExecutionState): string | undefined {
    if (isOver(e.outcome)) return `Nothing to abort: it has finished (${e.outcome}).`
    if (!e.live) return 'No shard lists it any longer.'
    // `done` whose errors are not read yet: its outcome is unknown, its end is not.
    if (e.outcome === 'unknown' && hasEnded(e)) return 'Nothing to abort: it has finished.'
    return undefined
  },

  drop(e: ExecutionState): string | undefined {
    if (!e.live) return 'It is no longer on the server; this is Gearboard’s history.'
    // RG.DROPEXECUTION: "can not drop a not yet finished execution, abort it first."
    if (!hasEnded(e)) return 'It has not finished. Abort it first.'
    if (e.outcome === 'running' || e.outcome === 'waiting') return 'A shard is still working on it. Abort it first.'
    return undefined
  },
} as const
