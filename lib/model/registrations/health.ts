import type { Counters, StreamStatus } from '@gearboard/gears/vocabulary/registration'

/** Worst first. */
export const REGISTRATION_HEALTHS = [
  'aborted',
  'retrying',
  'failing',
  'paused',
  'flaky',
  'unknown',
  'ok',
  'idle',
] as const
export type RegistrationHealth = (typeof REGISTRATION_HEALTHS)[number]

/** Runs are recent for so long, ms. */
export const RECENT_RUNS_MS = 15 * 60_000
/** Latest runs: those of this time, ms, or this many where they reach back further. */
const LATEST_MS = 60_000
const LATEST_RUNS = 20
/** Of the latest runs: from this share of failures on it is failing, and until it is below the lower one. */
const FAILING_FROM = 0.5
const FAILING_UNTIL = 0.1
/** This many failures in a row are failing, too. Fewer runs than this are failing only if every one failed. */
export const FEW_RUNS = 5
/** Of the recent runs: from this share of failures on it is flaky, and until it is below the lower one. */
const FLAKY_FROM = 0.01
const FLAKY_UNTIL = 0.005
/** A stream that waits for a retry for so long, ms, or after so many failures in a row, is retrying. */
const BLOCKED_MS = 10_000
export const LOOP_FROM = 3

/** Runs are kept in steps of this width, ms: a registration may run thousands of times in a quarter of an hour. */
const STEP_MS = 10_000

type Finished = Pick<Counters, 'success' | 'failures' | 'aborted'>

/** Finished runs, and when they were seen. */
export interface RunsAt extends Finished {
  /** Our clock, ms. */
  readonly at: number
}

export interface RunCount {
  readonly all: number
  readonly failed: number
}

interface RunStep extends RunCount {
  /** Our clock, in steps. */
  readonly step: number
}

/** What recent runs show; `none`: no recent run was seen. */
type RunVerdict = 'failing' | 'flaky' | 'ok' | 'none'

/** The recent runs of a registration, on one shard or on all, and what they showed so far. */
export interface RunMemory {
  /** Oldest first; a step without a run is left out. */
  readonly steps: readonly RunStep[]
  /** Failed since the last poll that saw a success. */
  readonly failedInRow: number
  readonly verdict: RunVerdict
  /** Since when that is so, our clock, ms; null until the first verdict. */
  readonly since: number | null
  /** Share of failures among the recent runs, in whole percent; it follows the exact one when that is a whole percent away. */
  readonly percent: number
  readonly recent: RunCount
  readonly latest: RunCount
  /** The step of the last look. */
  readonly lookedAt: number
}

const NO_RUNS: RunCount = { all: 0, failed: 0 }

export const NOTHING_RUN: RunMemory = {
  steps: [],
  failedInRow: 0,
  verdict: 'none',
  since: null,
  percent: 0,
  recent: NO_RUNS,
  latest: NO_RUNS,
  lookedAt: 0,
}

const stepAt = (at: number): number => Math.floor(at / STEP_MS)
const share = ({ all, failed }: RunCount): number => (all === 0 ? 0 : failed / all)
const plus = (a: RunCount, b: RunCount): RunCount => ({ all: a.all + b.all, failed: a.failed + b.failed })
const sumOf = (counts: readonly RunCount[]): RunCount => counts.reduce(plus, NO_RUNS)

/**
 * The memory after another look: pure, so that every place that asks has the same answer.
 * @param at our clock, ms @param finished runs since the look before
 */
export function rememberRuns(memory: RunMemory, at: number, finished: Finished): RunMemory {
  const step = stepAt(at)
  const all = finished.success + finished.failures + finished.aborted
  if (all === 0 && step === memory.lookedAt) return memory
  const oldest = stepAt(at - RECENT_RUNS_MS)
  // Where the clock was set back, steps ahead of it are of another time.
  const kept = memory.steps.filter((each) => each.step > oldest && each.step <= step)
  const last = kept.at(-1)
  const now: RunStep = { step, all, failed: finished.failures }
  const steps =
    all === 0 ? kept : last?.step === step ? [...kept.slice(0, -1), { step, ...plus(last, now) }] : [...kept, now]
  const failedInRow = finished.success > 0 ? 0 : memory.failedInRow + finished.failures
  const counts = { recent: sumOf(steps), latest: latestOf(steps, step) }
  const verdict = judge(memory.verdict, { ...counts, failedInRow })
  const exact = 100 * share(counts.recent)
  return {
    ...counts,
    steps,
    failedInRow,
    verdict,
    since: verdict === memory.verdict ? memory.since : at,
    percent: Math.abs(exact - memory.percent) < 1 && memory.percent > 0 ? memory.percent : Math.round(exact),
    lookedAt: step,
  }
}

function latestOf(steps: readonly RunStep[], now: number): RunCount {
  let latest = NO_RUNS
  for (const each of steps.toReversed()) {
    if (latest.all >= LATEST_RUNS && now - each.step >= LATEST_MS / STEP_MS) return latest
    latest = plus(latest, each)
  }
  return latest
}

function judge(
  before: RunVerdict,
  { recent, latest, failedInRow }: Pick<RunMemory, 'recent' | 'latest' | 'failedInRow'>,
): RunVerdict {
  // What failed and did not run since has not recovered.
  if (recent.all === 0) return before === 'failing' ? 'failing' : 'none'
  if (isFailingNow(before, latest, failedInRow)) return 'failing'
  const flakyFrom = before === 'flaky' || before === 'failing' ? FLAKY_UNTIL : FLAKY_FROM
  return recent.failed > 0 && share(recent) >= flakyFrom ? 'flaky' : 'ok'
}

function isFailingNow(before: RunVerdict, latest: RunCount, failedInRow: number): boolean {
  if (latest.all < FEW_RUNS) return latest.failed === latest.all
  if (failedInRow >= FEW_RUNS) return true
  return share(latest) >= (before === 'failing' ? FAILING_UNTIL : FAILING_FROM)
}

/** What a shard reported when Gearboard first looked: runs whose times are unknown. */
export interface EarlierRuns extends RunCount {
  /** Whether its last run failed; null: RedisGears 1.0 does not report it. */
  readonly lastFailed: boolean | null
}

/** What is known of a registration on one shard. */
export interface ShardEvidence {
  readonly status: StreamStatus | null
  readonly runs: RunMemory
  /** Null: it began while Gearboard looked. */
  readonly earlier: EarlierRuns | null
  /** Since when its stream waits for a retry without a success, our clock, ms; null if it does not. */
  readonly waitsSince: number | null
}

interface HealthEvidence {
  readonly shards: readonly ShardEvidence[]
  /** The runs of all shards. */
  readonly runs: RunMemory
  /** Since when Gearboard looks, ms. */
  readonly watchedMs: number
  /** Our clock, ms. */
  readonly now: number
}

/**
 * The health of a registration: worst first. Recent runs decide, and not the last one: of a function that fails 4 % of its runs, every
 * 25th is a failure, and it did not break and recover each time.
 */
export function healthOf({ shards, runs, watchedMs, now }: HealthEvidence): RegistrationHealth {
  if (shards.length === 0) return 'unknown'
  if (shards.some(({ status }) => status === 'ABORTED')) return 'aborted'
  const going = shards.filter(({ status }) => status !== 'PAUSED')
  // Few runs on one of many shards decide nothing.
  const fails =
    (going.length > 0 && runs.verdict === 'failing') ||
    going.some((shard) => shard.runs.verdict === 'failing' && shard.runs.latest.all >= FEW_RUNS)
  const waits = going.filter(({ waitsSince }) => waitsSince !== null)
  if (waits.some((shard) => fails || isBlocked(shard, now))) return 'retrying'
  if (fails && !isEarly(shards, runs, watchedMs)) return 'failing'
  if (going.length < shards.length) return 'paused'
  if (isEarly(shards, runs, watchedMs)) return beforeRuns(shards, watchedMs)
  if (runs.verdict !== 'none') return runs.verdict
  return lastFailed(shards) === true ? 'failing' : 'idle'
}

const isBlocked = ({ waitsSince, runs }: ShardEvidence, now: number): boolean =>
  waitsSince !== null && (now - waitsSince >= BLOCKED_MS || runs.failedInRow >= LOOP_FROM)

/** Too few runs were seen to say more than what the counters said at first. */
function isEarly(shards: readonly ShardEvidence[], runs: RunMemory, watchedMs: number): boolean {
  if (!shards.some(({ earlier }) => earlier !== null && earlier.all > 0)) return false
  if (runs.recent.all === 0) return runs.verdict === 'none' && watchedMs < RECENT_RUNS_MS
  const enough = runs.verdict === 'failing' ? FEW_RUNS : LATEST_RUNS
  return watchedMs < LATEST_MS && runs.recent.all < enough
}

/** What the counters of all runs say where recent ones are unknown. */
function beforeRuns(shards: readonly ShardEvidence[], watchedMs: number): RegistrationHealth {
  const earlier = sumOf(shards.flatMap((shard) => shard.earlier ?? []))
  if (earlier.failed === 0) return 'ok'
  const failed = lastFailed(shards)
  // A function that runs once a night and failed last night has not recovered by a start of Gearboard.
  if (failed === true && (share(earlier) >= FAILING_FROM || watchedMs >= LATEST_MS)) return 'failing'
  return 'unknown'
}

/** Whether the last run of some shard failed; null if that is unknown. */
function lastFailed(shards: readonly ShardEvidence[]): boolean | null {
  const known = shards.flatMap(({ earlier }) => (earlier === null ? [] : [earlier.lastFailed]))
  if (known.includes(true)) return true
  return known.includes(null) ? null : false
}

const percentOf = (part: number): string => `${100 * part} %`
const RECENT = `the last ${RECENT_RUNS_MS / 60_000} min`

/** The rules in words, for a help text. */
export const HEALTH_MEANING: Readonly<Record<RegistrationHealth, string>> = {
  aborted: 'It stopped at an error (onFailedPolicy = abort) and reads nothing until it is resumed.',
  retrying: `Its stream waits to retry a failed batch: its runs are failing, or it has waited for ${BLOCKED_MS / 1000} s or failed ${LOOP_FROM} times in a row.`,
  failing: `At least ${percentOf(FAILING_FROM)} of its latest runs failed, or the last ${FEW_RUNS} in a row; of fewer than ${FEW_RUNS} runs, all. Latest are those of the last minute, at least ${LATEST_RUNS}. It ends below ${percentOf(FAILING_UNTIL)}.`,
  paused: 'New entries wait in its streams until it is resumed.',
  flaky: `At least ${percentOf(FLAKY_FROM)} of its runs in ${RECENT} failed, but too few to be failing. It ends below ${percentOf(FLAKY_UNTIL)}.`,
  unknown: `Gearboard has not seen enough runs yet: ${LATEST_RUNS}, or those of a minute.`,
  ok: `Less than ${percentOf(FLAKY_FROM)} of its runs in ${RECENT} failed, as far as Gearboard saw.`,
  idle: `No run finished in ${RECENT}, as far as Gearboard saw.`,
}
