import type { RegistrationReader } from '@gearboard/gears/vocabulary/registration'
import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { RecordedSeries } from '../record/history'
import { formatDuration, inTheLast } from '../text/format'
import { LOOP_FROM, RECENT_RUNS_MS, type RunsAt } from './health'
import { isFailing, type Registration } from './registration'
import type { RegistrationObservation } from './registration-observation'
import { flakyShare } from './registration-view'

/** Worst first. */
export const REGISTRATION_FINDINGS = [
  'retry-loop',
  'stopped',
  'failing',
  'fires-though-paused',
  'quiet',
  'flaky',
  'went-back',
] as const
export type RegistrationFindingKind = (typeof REGISTRATION_FINDINGS)[number]

/** Something about a registration that its counters alone do not say, in words. */
export interface RegistrationFinding {
  readonly kind: RegistrationFindingKind
  readonly words: string
  /** Our clock, ms; null if the start was not seen. */
  readonly since: number | null
}

/** How long a counter that restarted is reported, ms. */
const WENT_BACK_MS = 10 * 60_000
/** Silence is reported from this long on, and from this many times the usual and the longest recent gap. */
const QUIET_FROM_MS = 60_000
const QUIET_USUAL = 20
const QUIET_LONGEST = 3
/** Longer silence is normal and no longer reported, ms. */
const QUIET_UNTIL_MS = 24 * 3_600_000

/** What is or may be wrong with a registration, worst first; empty if nothing is. @param now our clock, ms */
export function registrationFindings(r: Registration, now: number): readonly RegistrationFinding[] {
  return [
    ...retryLoop(r),
    ...stopped(r),
    ...failing(r),
    ...firesThoughPaused(r),
    ...quiet(r, now),
    ...flaky(r, now),
    ...wentBack(r, now),
  ]
}

function* retryLoop(r: Registration): Generator<RegistrationFinding> {
  if (r.reader !== 'StreamReader' || r.args.onFailedPolicy !== 'retry') return
  const { failedInRow, failingSince } = r.observed
  const waits = r.health === 'retrying' || r.health === 'failing'
  const shards = Math.max(1, r.perShard.filter(isFailing).length)
  if (!waits || (failedInRow !== null && failedInRow < LOOP_FROM * shards)) return
  const often = failedInRow === null ? 'repeatedly' : `${plural(failedInRow, 'time')} in a row`
  yield {
    kind: 'retry-loop',
    words: `Failed ${often}${forHowLong(r)}. It retries the failed batch every ${r.args.retryIntervalS ?? 1} s; later entries of the stream wait.`,
    since: failingSince,
  }
}

function* stopped(r: Registration): Generator<RegistrationFinding> {
  if (r.health !== 'aborted') return
  const on = r.perShard.filter(({ status }) => status === 'ABORTED').length
  yield {
    kind: 'stopped',
    words: `It stopped ${on < r.perShard.length ? `on ${on} of ${plural(r.perShard.length, 'shard')} ` : ''}at its first error (onFailedPolicy = abort) and reads nothing until it is resumed.`,
    since: r.observed.failingSince,
  }
}

function* failing(r: Registration): Generator<RegistrationFinding> {
  if (r.health !== 'failing') return
  const { failedInRow, failingSince, healthSince, latest } = r.observed
  const parts = r.perShard.filter(isFailing)
  const where = r.perShard.length > 1 && parts.length > 0 ? ` on ${parts.length} of ${r.perShard.length} shards` : ''
  // Only 1.0 measures no durations.
  const keepsErrors = parts.length > 0 && parts.every(({ durations }) => durations === null)
  const row =
    failedInRow === null && keepsErrors
      ? 'A run failed. Whether later runs failed is unknown: RedisGears 1.0 keeps the last error after successes'
      : failedInRow !== null && failedInRow > parts.length
        ? `All of its last ${plural(failedInRow, 'run')} failed`
        : latest.failed < latest.all
          ? `${formatCount(latest.failed)} of its latest ${plural(latest.all, 'run')} failed`
          : 'Its last run failed'
  const lost =
    r.reader === 'StreamReader' && r.args.onFailedPolicy === 'continue'
      ? ' It continues after a failure: the entries of a failed batch are acknowledged and not read again.'
      : ''
  yield { kind: 'failing', words: `${row}${where}${forHowLong(r)}.${lost}`, since: failingSince ?? healthSince }
}

/** A paused registration that still fires: users of RedisGears have reported it. */
function* firesThoughPaused(r: Registration): Generator<RegistrationFinding> {
  const { triggeredWhilePaused, triggeredAt } = r.observed
  if (triggeredWhilePaused === 0) return
  yield {
    kind: 'fires-though-paused',
    words: `Its status is PAUSED, but it was triggered ${plural(triggeredWhilePaused, 'time')} since. Pause it again, or unregister it.`,
    since: triggeredAt,
  }
}

function* quiet(r: Registration, now: number): Generator<RegistrationFinding> {
  const { triggeredAt, rhythm } = r.observed
  if (
    triggeredAt === null ||
    rhythm === null ||
    r.health === 'paused' ||
    r.health === 'aborted' ||
    r.health === 'retrying'
  )
    return
  // The sums leave out silent shards.
  if (r.coverage.answered < r.coverage.of) return
  const silence = now - triggeredAt
  const expected = Math.max(QUIET_FROM_MS, QUIET_USUAL * rhythm.usualMs, QUIET_LONGEST * rhythm.longestMs)
  if (silence < expected || silence > QUIET_UNTIL_MS) return
  yield {
    kind: 'quiet',
    words: `Not triggered for ${formatDuration(silence)}; usually about every ${formatDuration(rhythm.usualMs)}. ${WHY_QUIET[r.reader]}`,
    since: triggeredAt,
  }
}

const WHY_QUIET: Readonly<Record<RegistrationReader, string>> = {
  KeysReader: 'RedisGears does not report whether its keys changed meanwhile.',
  StreamReader: 'Streams shows whether entries are waiting.',
  CommandReader: 'No client calls it any longer.',
}

/** A success clears the last error (protocol 3.6), so a registration that fails now and then looks healthy. */
function* flaky(r: Registration, now: number): Generator<RegistrationFinding> {
  const { failedAt, recent } = r.observed
  if (r.health !== 'flaky') return
  yield {
    kind: 'flaky',
    words: `${flakyShare(r)} of its runs ${recentSpan(r.observed, now)} failed: ${formatCount(recent.failed)} of ${formatCount(recent.all)} that were seen.`,
    since: failedAt,
  }
}

/** The time that recent runs are of: `in the last 15 min`, less where Gearboard has not watched that long. */
export function recentSpan({ recentSince }: Pick<RegistrationObservation, 'recentSince'>, now: number): string {
  const watched = recentSince === null ? RECENT_RUNS_MS : Math.max(0, now - recentSince)
  return inTheLast(Math.min(RECENT_RUNS_MS, watched))
}

function* wentBack(r: Registration, now: number): Generator<RegistrationFinding> {
  const { wentBackAt, wentBackByUs } = r.observed
  if (wentBackAt === null || now - wentBackAt > WENT_BACK_MS) return
  yield {
    kind: 'went-back',
    words: wentBackByUs
      ? 'Its statistics were cleared through Gearboard. The counters restarted then.'
      : 'Its counters restarted: a shard reloaded, or another client cleared the statistics.',
    since: wentBackAt,
  }
}

const forHowLong = ({ observed: { failingForLonger, failingSince } }: Registration): string =>
  failingForLonger && failingSince !== null ? ', since before Gearboard’s first poll' : ''

/** Since when a registration fails, from its recorded counters: its first failure after its last success; null without a failure after it. */
export function failingSinceOf({ points }: Pick<RecordedSeries, 'points'>): number | null {
  const succeeded = points.findLastIndex(({ values }) => (values.success ?? 0) > 0)
  return points.slice(succeeded + 1).find(({ values }) => (values.failures ?? 0) > 0)?.at ?? null
}

/** The recorded runs of a registration, each where the shards were all asked. */
export const recentRunsOf = ({ points }: Pick<RecordedSeries, 'points'>): readonly RunsAt[] =>
  points.map(({ at, values }) => ({
    at,
    success: values.success ?? 0,
    failures: values.failures ?? 0,
    aborted: values.aborted ?? 0,
  }))
