import { type ExecutionStatus, STATUS_MEANING } from '@gearboard/gears/vocabulary/execution'
import { plural } from '@gearboard/gears/vocabulary/text'
import { errorTitle } from '@gearboard/gears/vocabulary/traceback'
import { allErrors, type ExecutionDetail } from '@/lib/model/executions/execution'
import { shownDuration } from '@/lib/model/executions/execution-view'
import { formatAgo, formatDuration } from '@/lib/model/text/format'
import { errorGroups, readErrors } from './error-groups'

/** The page's answer in one sentence. `now`: our clock, ms. */
export function executionHeadline(e: ExecutionDetail, now: number): string {
  const duration = shownDuration(e, now)
  const took = duration ? ` in ${formatDuration(duration.ms)} of work` : ''
  switch (e.outcome) {
    case 'running':
      if (!e.live) return 'It was running when it was last seen.'
      if (e.unheardSince !== undefined) return asLastHeard('running', e.unheardSince, now)
      return `Running for ${formatDuration(duration?.ms)}${waitsFor(e.status)}.`
    case 'waiting':
      if (!e.live) return 'It was waiting when it was last seen.'
      if (e.unheardSince !== undefined) return asLastHeard('waiting', e.unheardSince, now)
      return `Waiting: ${STATUS_MEANING[e.status]}.`
    case 'ok':
      return `${e.resultCount === null ? 'Done' : plural(e.resultCount, 'result')}${took}, no errors.`
    case 'failed':
      return failure(e)
    case 'aborted':
      return aborted(e)
    case 'unknown':
      return e.live
        ? 'It has ended; its errors are not read yet, so its outcome is unknown.'
        : 'It left the server before its outcome was seen.'
  }
}

const asLastHeard = (state: string, at: number, now: number): string =>
  `It was ${state} when its shard last answered, ${formatAgo(now - at)}; it may have ended since.`

function waitsFor(status: ExecutionStatus): string {
  if (status === 'running') return ''
  // The initiator has ended, another shard has not.
  return status === 'done' || status === 'aborted' ? ': a shard still works on it' : `: ${STATUS_MEANING[status]}`
}

function failure(e: ExecutionDetail): string {
  const groups = errorGroups(e)
  const [first] = groups
  const kept = e.resultCount ? `; ${plural(e.resultCount, 'result')} came anyway` : ''
  if (!first) return `It failed${kept}.`
  const frame = first.report.frames.at(-1)
  const where =
    frame && frame.function !== '<module>'
      ? `, raised in ${frame.function === '<lambda>' ? 'a lambda' : frame.function}`
      : ''
  if (groups.length > 1)
    return `${plural(allErrors(e), 'error')} of ${allErrors(e) > readErrors(groups) ? 'at least ' : ''}${groups.length} kinds, first ${errorTitle(first.report)}${where}${kept}.`
  const shards = first.shards.length > 1 ? ` on ${first.shards.length} shards` : ''
  return `${errorTitle(first.report)}${where}${shards}${kept}.`
}

/** How it ended is the server's word, when is ours: what the server measures (`durationMs`) is its work, without what it waited for. */
function aborted(e: ExecutionDetail): string {
  const worked = e.durationMs ? `; its steps had run for ${formatDuration(e.durationMs)}` : ''
  const kept = e.resultCount ? `; ${plural(e.resultCount, 'result')} came before` : ''
  switch (e.abortCause) {
    case 'idle':
      return `Timed out waiting for another shard (ExecutionMaxIdleTime)${endSeen(e)}${worked}${kept}.`
    case 'forced':
      return `Aborted: its Python was stopped${e.durationMs ? ` after ${formatDuration(e.durationMs)} of work` : ''}${kept}.`
    case 'command':
    case undefined:
      return `Aborted${endSeen(e)}${worked}${kept}.`
  }
}

/** When its end was seen; nothing if it had already ended or its end was not seen. */
function endSeen({ firstSeen, endSeen: at, precisionMs }: ExecutionDetail): string {
  if (at === null || at <= firstSeen) return ''
  return `, ${formatDuration(at - firstSeen)} after it was first seen${precisionMs === null ? '; it may be older' : ''}`
}
