import { plural } from '@gearboard/gears/vocabulary/text'
import { errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import { carriedOut } from '@/components/shared/command/carried-out'
import { ApiError, describeError } from '@/lib/api/call'
import type { LintFinding } from '@/lib/functions/python/finding'
import type { Problems, SubmitMode } from '@/lib/functions/submission'
import { SILENT_OVERRIDE } from '@/lib/model/cluster/silence'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { UNPROVEN_OVERRIDE } from '@/lib/model/executions/withheld'
import { formatDuration } from '@/lib/model/text/format'
import type { OverridableHazard } from './override-dialog'
import type { SubmitState } from './run'
import { errorsOf, replyInWords } from './use-run'

const ACT: Readonly<Record<SubmitMode, string>> = {
  new: 'registration',
  upgrade: 'upgrade',
  replace: 'replacement',
  run: 'run',
}

const VERB: Readonly<Record<SubmitMode, string>> = {
  new: 'register',
  upgrade: 'upgrade',
  replace: 'replace',
  run: 'run',
}

/** The page's answer: whether this script may be sent, and if not, why. */
export function draftHeadline(
  mode: SubmitMode,
  { findings, fatal }: { readonly findings: readonly LintFinding[]; readonly fatal: readonly OverridableHazard[] },
  problems: Problems,
) {
  const unread = findings.find((finding) => finding.severity === 'unread')
  const crashes = findings.filter((finding) => finding.severity === 'crash')
  const [crash] = crashes
  if (crash)
    return {
      headline: `${plural(crashes.length, 'error')} ${crashes.length === 1 ? 'blocks' : 'block'} this ${ACT[mode]}: ${crash.message}.`,
      second: crash.hint,
    }
  const problem = Object.values(problems)[0]
  if (problem) return { headline: `Not ready to ${VERB[mode]}.`, second: problem }
  if (unread)
    return {
      headline: `This ${ACT[mode]} was not checked and may harm the server.`,
      second: `${unread.message}. To send it anyway, override “unread”.`,
    }
  const unproven = fatal.find(({ name }) => name === UNPROVEN_OVERRIDE)
  const silent = fatal.find(({ name }) => name === SILENT_OVERRIDE)
  if (silent) return { headline: silent.message, second: silent.hint }
  if (unproven)
    return {
      headline: `Waiting for the result of this ${ACT[mode]} may crash the server.`,
      second: `${unproven.message} (line ${unproven.line}). Turn off Wait for the result, or override it.`,
    }
  const errors = findings.filter((finding) => finding.severity === 'error')
  if (errors[0]) return { headline: `This ${ACT[mode]} will fail: ${errors[0].message}.`, second: errors[0].hint }
  const warnings = findings.length
  return {
    headline: warnings === 0 ? `Ready to ${VERB[mode]}.` : `Ready, with ${plural(warnings, 'warning')}.`,
    second: findings[0] ? `${findings[0].message}.` : 'No findings.',
  }
}

/** What is known of a script that got no reply. */
const NO_REPLY = {
  no: 'It did not run.',
  partly: 'Some shards did not accept it.',
  unknown: 'No answer: we don’t know whether it ran.',
} as const

/** The result of the submitted script while the editor still shows it; undefined if there is none. */
export function runHeadline(
  run: SubmitState,
  execution: ExecutionDetail | undefined,
  failingLine: number | null,
  /** Every shard lists what was registered. */
  everywhere: boolean,
) {
  const [error] = errorsOf(run, execution)
  const where = failingLine === null ? '' : ` at line ${failingLine}`
  switch (run.state) {
    case 'idle':
      return undefined
    case 'sending':
      return {
        headline: 'Sent. Waiting for the server…',
        second: 'You can keep editing; leaving this page does not stop it.',
      }
    case 'refused':
      return run.error instanceof ApiError && run.error.code === 'rejected'
        ? {
            headline: `The script failed${where}: ${errorTitle(readError(run.error.message))}`,
            second: 'Nothing was registered.',
          }
        : { headline: NO_REPLY[carriedOut(run.error)], second: describeError(run.error) }
    case 'replied':
      break
  }
  const { reply } = run
  if (reply.kind === 'registered')
    return {
      headline: everywhere ? `${capital(replyInWords(reply))} on every shard.` : `${capital(replyInWords(reply))}.`,
      second: everywhere
        ? reply.registrations.length === 1
          ? 'It is live.'
          : 'They are live.'
        : 'Not every shard lists it yet; the table below shows which do.',
    }
  if (reply.kind === 'nothing')
    return { headline: 'The top level ran.', second: 'It started no execution and registered nothing.' }
  const outcome = reply.kind === 'finished' ? reply.outcome : (execution?.outcome ?? 'unknown')
  const count = reply.kind === 'finished' ? reply.resultCount : (execution?.resultCount ?? null)
  // A finished reply has the time until it arrived; an execution has the time its steps took.
  const took =
    reply.kind === 'finished'
      ? formatDuration(reply.durationMs)
      : `${formatDuration(execution?.durationMs ?? null)} of work`
  const results = count === null ? '' : `: ${plural(count, 'result')}`
  switch (outcome) {
    case 'ok':
      return { headline: `Finished in ${took}${results}.`, second: 'No errors.' }
    case 'failed':
      return {
        headline: `Failed${where}: ${error === undefined ? 'see its errors' : errorTitle(readError(error))}`,
        second: count ? returned(count) : 'No results were returned.',
      }
    case 'aborted':
      return { headline: 'Aborted.', second: count ? returned(count) : undefined }
    case 'running':
    case 'waiting':
      return {
        headline: outcome === 'running' ? 'Running.' : 'Queued.',
        second: 'You can keep editing; leaving this page does not stop it.',
      }
    case 'unknown':
      return { headline: 'Started.', second: 'Its outcome is not known yet.' }
  }
}

const returned = (results: number): string => `${plural(results, 'result')} ${results === 1 ? 'was' : 'were'} returned.`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
