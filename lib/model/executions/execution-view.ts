import { isOver, type Outcome, STATUS_MEANING } from '@gearboard/gears/vocabulary/execution'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { Execution } from './execution'

/** Who submitted it, in its own words; null if unknown. */
export const executionName = (e: Pick<Execution, 'origin'>): string | null =>
  e.origin.kind === 'unknown' ? null : e.origin.name

export interface ShownDuration {
  readonly ms: number
  /** The server's figure of its work, or ours: time since we first saw it, which is less than it has really been there. */
  readonly measured: 'server' | 'observed'
}

type Timed = Pick<Execution, 'outcome' | 'status' | 'live' | 'durationMs' | 'firstSeen' | 'unheardSince'>

/** How long it took, or has run as far as is known. The module reports no duration before the end, so until then it is the time observed. */
export function shownDuration(e: Timed, now: number): ShownDuration | null {
  if (isInFlight(e)) return { ms: Math.max(0, (e.unheardSince ?? now) - e.firstSeen), measured: 'observed' }
  return e.durationMs === null ? null : { ms: e.durationMs, measured: 'server' }
}

/** Some shard still works on it, as far as we know. */
export const isInFlight = (e: Pick<Execution, 'outcome' | 'live'>): boolean =>
  e.live && (e.outcome === 'running' || e.outcome === 'waiting')

/** A shard that answers says so. */
export const isHeardInFlight = (e: Pick<Execution, 'outcome' | 'live' | 'unheardSince'>): boolean =>
  isInFlight(e) && e.unheardSince === undefined

export const OUTCOME_UNSEEN = 'Removed from the server before its outcome was read.'

/** The reason behind a row's state, for its second line; null where there is nothing to say. */
export function executionReason(e: Execution): string | null {
  if (e.outcome === 'failed') return e.firstError
  if (e.outcome === 'aborted') {
    if (e.abortCause === 'idle') return 'Timed out waiting for another shard (ExecutionMaxIdleTime).'
    return e.abortCause === 'forced' ? 'Its Python code was stopped.' : null
  }
  if (e.outcome === 'unknown' && !e.live) return OUTCOME_UNSEEN
  if (isInFlight(e) && e.unheardSince !== undefined) return UNHEARD
  if (isOver(e.outcome) || e.status === 'running' || e.status === 'done') return null
  return `${e.status}: ${STATUS_MEANING[e.status]}`
}

/**
 * What an abort came to where it aborted nothing: Python code that swallows the exception continues, and the run ends by itself; undefined if the abort worked, or its outcome is not yet known.
 */
export function endedByItself(reached: readonly { readonly outcome?: Outcome }[]): string | undefined {
  const own = reached.flatMap(({ outcome }) => (outcome === 'ok' || outcome === 'failed' ? [outcome] : []))
  if (own.length === 0) return undefined
  const how = [...new Set(own)].map((outcome) => (outcome === 'ok' ? 'without errors' : 'with errors')).join(' and ')
  const who = reached.length === 1 ? 'it' : `${formatCount(own.length)} of ${formatCount(reached.length)}`
  return `Not aborted: ${who} finished first, ${how}. Python code that catches every exception also catches the abort.`
}

/** Beside what is in flight on shards that do not answer. */
const UNHEARD = 'Its shard does not answer; it may have finished since.'

const UNLISTED_OTHERWISE = 'dropped by another client, evicted by a limit (MaxExecutions'

/** Why no shard lists it any longer, as far as that is known. */
export function goneInWords({ gone, registered }: Pick<Execution, 'gone' | 'registered'>): string {
  switch (gone?.cause) {
    case 'dropped':
      return gone.by === null ? 'Dropped through Gearboard.' : `Dropped through Gearboard by ${gone.by}.`
    case 'restarted':
      return 'Lost when its server restarted.'
    case 'another_server':
      return 'Its address now leads to another server, which was running at the same time.'
    case 'shard_left':
      return 'Its shard is no longer a master of the cluster.'
    case 'unlisted':
      return registered
        ? `No longer on the server: ${UNLISTED_OTHERWISE}, MaxExecutionsPerRegistration), or a trigger’s run, which is removed when it ends.`
        : `No longer on the server: ${UNLISTED_OTHERWISE}), or a blocking run, which is removed when it ends.`
    case undefined:
      return 'It was removed while Gearboard was not polling.'
  }
}
