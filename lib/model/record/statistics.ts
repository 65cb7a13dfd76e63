/** ms. Percentiles by nearest rank: each is a value that was measured. */
export interface Percentiles {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
  readonly total: number
}

/** Undefined of nothing. */
export function spreadOf(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined
  // Sorts numbers as such, and many of them in half the time.
  const sorted = Float64Array.from(values).sort()
  const rank = (p: number): number => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0
  return {
    count: sorted.length,
    p50: rank(0.5),
    p95: rank(0.95),
    p99: rank(0.99),
    max: rank(1),
    total: sorted.reduce((sum, value) => sum + value, 0),
  }
}

/** One run that ended by itself: when it was first seen, and how long it took, both in ms. */
export interface TimedRun {
  readonly at: number
  readonly ms: number
  /** Of the source that it ran; null where that is not known. */
  readonly version: number | null
}

/** Where a function's durations moved to another level. */
export interface DurationChange {
  /** The first run of the new level, ms. */
  readonly at: number
  readonly before: Percentiles
  readonly after: Percentiles
  /** The version that began with it; null where none did. */
  readonly version: number | null
}

/** Runs that each side of a change needs: the 95th percentile of fewer is their longest run. */
export const RUNS_TO_COMPARE = 20
/** Standard deviations of the rank sum. It is the largest of many splits, so that a lone 3 would be found in noise. */
const SURE = 4.5
/** What is worth saying: by a quarter, and by more than the module's clock of whole ms can err. */
const WORTH_SAYING = { factor: 1.25, ms: 2 }
/** A version that began this close to the best split is what changed: its first runs may have been like those before. */
const NEAR = 0.05

/**
 * The split of the runs (oldest first) at which durations differ most by rank sum (Mann–Whitney, as in Pettitt's test): it asks nothing of
 * how they are distributed, and a few slow runs do not make a change. Undefined: there is none, or there are too few runs to tell.
 */
export function durationChange(runs: readonly TimedRun[]): DurationChange | undefined {
  const count = runs.length
  if (count < 2 * RUNS_TO_COMPARE) return undefined
  const deviations = deviationsOf(runs.map(({ ms }) => ms))
  const candidates = Array.from({ length: count - 2 * RUNS_TO_COMPARE + 1 }, (_, i) => i + RUNS_TO_COMPARE)
  const strength = (split: number): number => Math.abs(deviations[split] ?? 0)
  const strongest = candidates.reduce((best, split) => (strength(split) > strength(best) ? split : best))
  if (strength(strongest) < SURE) return undefined
  const begun = candidates.filter((split) => beginsVersion(runs, split) && Math.abs(split - strongest) <= NEAR * count)
  const split = begun.reduce((best, each) => (strength(each) > strength(best) ? each : best), begun[0] ?? strongest)
  return changeAt(runs, split)
}

function changeAt(runs: readonly TimedRun[], split: number): DurationChange | undefined {
  const first = runs[split]
  const before = spreadOf(runs.slice(0, split).map(({ ms }) => ms))
  const after = spreadOf(runs.slice(split).map(({ ms }) => ms))
  if (!first || !before || !after) return undefined
  const [low, high] = before.p95 < after.p95 ? [before.p95, after.p95] : [after.p95, before.p95]
  if (high - low < WORTH_SAYING.ms || high < low * WORTH_SAYING.factor) return undefined
  return { at: first.at, before, after, version: beginsVersion(runs, split) ? first.version : null }
}

/** The run there is of another version than all before it. */
function beginsVersion(runs: readonly TimedRun[], split: number): boolean {
  const version = runs[split]?.version ?? null
  const earlier = runs[split - 1]?.version ?? null
  return version !== null && earlier !== null && version !== earlier
}

/** At each split: how many standard deviations the rank sum of the runs before it is from what chance would make it. Ties share their rank. */
function deviationsOf(values: readonly number[]): readonly number[] {
  const count = values.length
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const ranks = new Array<number>(count).fill(0)
  let tied = 0
  for (let from = 0; from < count; ) {
    let to = from
    while (to + 1 < count && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to++
    for (let i = from; i <= to; i++) ranks[order[i] ?? 0] = (from + to) / 2 + 1
    const size = to - from + 1
    tied += size ** 3 - size
    from = to + 1
  }
  let sum = 0
  return [0, ...ranks].map((rank, split) => {
    sum += rank
    const rest = count - split
    const variance = ((split * rest) / 12) * (count + 1 - tied / (count * (count - 1)))
    return variance > 0 ? (sum - (split * (count + 1)) / 2) / Math.sqrt(variance) : 0
  })
}
