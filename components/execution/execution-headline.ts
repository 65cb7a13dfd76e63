import { type ExecutionStatus, STATUS_MEANING } from '@gearboard/gears/vocabulary/execution'
import { plural } from '@gearboard/gears/vocabulary/text'
import { errorTitle } from '@gearboard/gears/vocabulary/traceback'
import { allErrors, type ExecutionDetail } from '@/lib/model/executions/execution'
import { OUTCOME_UNSEEN, shownDuration } from '@/lib/model/executions/execution-view'
import { formatAgo, formatDuration } from '@/lib/model/text/format'
import { errorGroups, readErrors } from './error-groups'

/** The page's answer in one sentence. `now`: our clock, ms. */
export function executionHeadline(e: ExecutionDetail, now: number): string {
  const duration = shownDuration(e, now)
  const took = duration ? ` in ${formatDuration(duration.ms)} of work` : ''
  switch (e.outcome) {
    case 'running':
      if (!e.live) return 'Running when last seen.'
      if (e.unheardSince !== undefined) return asLastHeard('Running', e.unheardSince, now)
      return `Running for ${formatDuration(duration?.ms)}${waitsFor(e.status)}.`
    case 'waiting':
      if (!e.live) return 'Waiting when last seen.'
      if (e.unheardSince !== undefined) return asLastHeard('Waiting', e.unheardSince, now)
      return `Waiting: ${STATUS_MEANING[e.status]}.`
    case 'ok':
      return `${e.resultCount === null ? 'Done' : plural(e.resultCount, 'result')}${took}, no errors.`
    case 'failed':
      return failure(e)
    case 'aborted':
      return aborted(e)
    case 'unknown':
      return e.live ? 'Finished. Outcome unknown until its errors are read.' : OUTCOME_UNSEEN
  }
}

const asLastHeard = (state: string, at: number, now: number): string =>
  `${state} when its shard last answered, ${formatAgo(now - at)}; it may have finished since.`

const returned = (results: number): string => `${plural(results, 'result')} ${results === 1 ? 'was' : 'were'} returned`

function waitsFor(status: ExecutionStatus): string {
  if (status === 'running') return ''
  // The initiator has ended, another shard has not.
  return status === 'done' || status === 'aborted' ? ': a shard is still working on it' : `: ${STATUS_MEANING[status]}`
}

function failure(e: ExecutionDetail): string {
  const groups = errorGroups(e)
  const [first] = groups
  const kept = e.resultCount ? `; ${returned(e.resultCount)}` : ''
  if (!first) return `Failed${kept}.`
  const frame = first.report.frames.at(-1)
  const where =
    frame && frame.function !== '<module>'
      ? `, raised in ${frame.function === '<lambda>' ? 'a lambda' : frame.function}`
      : ''
  if (groups.length > 1)
    return `${plural(allErrors(e), 'error')} of ${allErrors(e) > readErrors(groups) ? 'at least ' : ''}${plural(groups.length, 'kind')}, first ${errorTitle(first.report)}${where}${kept}.`
  const shards = first.shards.length > 1 ? ` on ${first.shards.length} shards` : ''
  return `${errorTitle(first.report)}${where}${shards}${kept}.`
}

/** How it ended is the server's word, when is ours: what the server measures (`durationMs`) is its work, without what it waited for. */
function aborted(e: ExecutionDetail): string {
  const worked = e.durationMs ? `; ${formatDuration(e.durationMs)} of work` : ''
  const kept = e.resultCount ? `; ${returned(e.resultCount)}` : ''
  switch (e.abortCause) {
    case 'idle':
      return `Timed out waiting for another shard (ExecutionMaxIdleTime)${endSeen(e)}${worked}${kept}.`
    case 'forced':
      return `Aborted: its Python code was stopped${e.durationMs ? ` after ${formatDuration(e.durationMs)} of work` : ''}${kept}.`
    case 'command':
    case undefined:
      return `Aborted${endSeen(e)}${worked}${kept}.`
  }
}

/** When its end was seen; nothing if it had already ended or its end was not seen. */
function endSeen({ firstSeen, endSeen: at, precisionMs }: ExecutionDetail): string {
  if (at === null || at <= firstSeen) return ''
  return `, ${formatDuration(at - firstSeen)} after it was first seen${precisionMs === null ? ' (it may be older)' : ''}`
}
