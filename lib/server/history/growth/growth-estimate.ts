import { formatBytes } from '@gearboard/gears/vocabulary/text'
import 'server-only'
import type { Estimate, GrowthOfRuns, RunsOfFunction } from '@/lib/model/record/growth'
import { formatSpan } from '@/lib/model/text/format'
import { type Coefficient, regress } from './growth-regression'

/** Functions that are looked at together. */
const MOST_FUNCTIONS = 8
/** Spans that are known on both ends, and the time that they cover, ms; with fewer, or in less time, an interval is a guess. */
const FEWEST_SPANS = 20
const SHORTEST_MS = 300_000
/** After a deployment code is loaded for this long, and at least two spans, ms. */
const SETTLING_MS = 30_000
const FEWEST_RUNS = 30
/** Functions whose runs go along like this are one cause: no figures could tell them apart. */
const TOGETHER = 0.98
/** Independent pieces of evidence; with fewer, one burst or one idle hour decides. */
const FEWEST_PIECES = 6
/** Normal distribution: 95 %, and 99.9 % between both ends. A verdict wakes people up, so it asks for more than the interval shown. */
const Z_INTERVAL = 1.96
const Z_VERDICT = 3.29
/** Executions that a registration keeps unless configured otherwise (MaxExecutionsPerRegistration): until then each run leaves one behind. */
const RUNS_THAT_FILL = 100
const HOUR_MS = 3_600_000

export interface MemoryAndRuns {
  readonly stepMs: number
  /** What Python held more than in the span before, on all shards, bytes; null where that is not known. See `changesOf`. */
  readonly changes: readonly (number | null)[]
  readonly functions: readonly RunsOfFunction[]
  /** Code, modules and kept executions take memory that no further run leaves behind. */
  readonly deployments?: readonly Deployed[]
}

/** A function that came to the server, with the span in which it came. */
interface Deployed {
  readonly name: string
  readonly span: number
}

/**
 * The change from span to span of what shards held (bytes, a row a shard), summed over those that were there in both: a server that was
 * added or removed, with its shards, is no growth. Null where one was silent in between.
 */
export function changesOf(shards: readonly (readonly (number | null)[])[]): readonly (number | null)[] {
  const lives = shards.map((levels) => ({
    levels,
    first: levels.findIndex((level) => level !== null),
    last: levels.findLastIndex((level) => level !== null),
  }))
  return Array.from({ length: shards[0]?.length ?? 0 }, (_, i) => {
    const there = lives.filter(({ first, last }) => first >= 0 && first < i && i <= last)
    return there.reduce<number | null>(
      (sum, { levels }) => {
        const [before, now] = [levels[i - 1] ?? null, levels[i] ?? null]
        return sum === null || before === null || now === null ? null : sum + now - before
      },
      there.length === 0 ? null : 0,
    )
  })
}

interface Group {
  readonly functions: readonly RunsOfFunction[]
  readonly runs: readonly number[]
}

/**
 * How much each run adds to what Python holds: the changes from span to span, explained by the runs in between and a drift that has another
 * cause; see `regress`. While all memory grows, a function that could explain half of it is not called flat. Spans in which functions were deployed are left out, and the runs that follow
 * count apart until the executions that the server keeps of them no longer add up. Intervals are of 95 %, by Student's t with as many degrees of
 * freedom as there are independent pieces of evidence.
 */
export function estimateGrowth({ stepMs, changes, functions, deployments = [] }: MemoryAndRuns): {
  readonly spans: number
  readonly perHour: Estimate | null
  readonly missingMs?: number
  readonly functions: readonly GrowthOfRuns[]
  readonly others: number
} {
  const fewest = Math.max(FEWEST_SPANS, Math.ceil(SHORTEST_MS / stepMs))
  const settling = Math.max(2, Math.ceil(SETTLING_MS / stepMs))
  const known = changes.flatMap((change, i) => (change === null ? [] : [i]))
  const ran = functions.filter(({ runs }) => total(runs) > 0)
  const used = known.filter((i) => !deployments.some(({ span }) => i >= span && i <= span + settling))
  // Over a few spans anything seems to go together.
  const groups = together(ran, used.length < fewest ? Number.POSITIVE_INFINITY : TOGETHER)
  const enough = groups.filter(({ runs }) => total(runs) >= FEWEST_RUNS)
  const looked = enough.slice(0, MOST_FUNCTIONS)
  const result = { spans: known.length, others: groups.length - looked.length }
  // A span's mean counts at its middle: half of the runs between two middles lie in each.
  const columnOf = (runs: readonly number[]) => used.map((i) => ((runs[i] ?? 0) + (runs[i - 1] ?? 0)) / 2)
  const filling = looked
    .flatMap(({ functions }) => functions.slice(0, 1))
    .map((each) => columnOf(runsThatFill(each, deployments)))
    .filter((column) => spread(column) > 0)
  if (used.length < fewest) {
    const missingMs = (fewest - used.length) * stepMs
    const why = `Needs about ${formatSpan(missingMs)} more data${known.length > used.length ? '; the time around deployments does not count' : ''}`
    return { ...result, perHour: null, missingMs, functions: looked.map((group) => unclear(group, why)) }
  }
  const drift = regress(observed({ changes, stepMs }, used, filling))?.[0]
  const trend = drift ? scaled(intervalOf(drift), HOUR_MS / stepMs) : null
  const columns = looked.map(({ runs }) => columnOf(runs))
  const varied = columns.map((column) => spread(column) > 0)
  const explaining = [...columns.filter((_, i) => varied[i]), ...filling]
  const estimates = regress(observed({ changes, stepMs }, used, explaining))
  let next = 1
  return {
    ...result,
    perHour: trend,
    functions: looked.map((group, i) => {
      const estimate = varied[i] ? estimates?.[next++] : undefined
      if (!estimate)
        return unclear(group, 'It ran equally often in every span, so its growth cannot be separated from the rest')
      if (estimate.degreesOfFreedom < FEWEST_PIECES - 1)
        return unclear(group, 'Nearly all of its runs were in a few spans, so other causes cannot be excluded')
      const [verdict, bytesPerRun] = [verdictOf(estimate), intervalOf(estimate)]
      const perHour = total(group.runs) * (HOUR_MS / (stepMs * changes.length))
      if (verdict === 'flat' && trend && trend.low > 0 && bytesPerRun.high * perHour > trend.value / 2)
        return unclear(
          group,
          `Between ${formatBytes(bytesPerRun.low)} and ${formatBytes(bytesPerRun.high)} a run: not precise enough`,
        )
      return { ...named(group), verdict, bytesPerRun }
    }),
  }
}

/** Noise goes together over at least so many spans, and so long, ms. */
const PIECE = { spans: 5, ms: 60_000 } as const

const observed = (
  { changes, stepMs }: Pick<MemoryAndRuns, 'changes' | 'stepMs'>,
  spans: readonly number[],
  columns: readonly (readonly number[])[],
) => ({
  piece: Math.max(PIECE.spans, Math.ceil(PIECE.ms / stepMs)),
  values: spans.map((i) => changes[i] ?? 0),
  columns,
  follows: spans.map((i, at) => spans[at - 1] === i - 1),
})

/** Of a function's runs those after each deployment whose executions add to what the server keeps. */
function runsThatFill({ name, runs }: RunsOfFunction, deployments: readonly Deployed[]): readonly number[] {
  let left = 0
  return runs.map((count, span) => {
    if (deployments.some((each) => each.name === name && each.span === span)) left = RUNS_THAT_FILL
    const filled = Math.min(count, left)
    left -= filled
    return filled
  })
}

/** Student's t for the probability that the normal distribution has at `z` (Abramowitz and Stegun 26.7.5). */
const student = (z: number, degrees: number): number =>
  z +
  (z ** 3 + z) / (4 * degrees) +
  (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
  (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)

function intervalOf({ value, standardError, degreesOfFreedom }: Coefficient, z = Z_INTERVAL): Estimate {
  const margin = standardError * student(z, Math.max(1, degreesOfFreedom))
  return { value, low: value - margin, high: value + margin }
}

const unclear = (group: Group, why: string): GrowthOfRuns => ({ ...named(group), verdict: 'unclear', why })

const named = ({ functions, runs }: Group) => ({
  functions: functions.map(({ name, registrationId }) => ({ name, registrationId })),
  runs: total(runs),
})

function verdictOf(estimate: Coefficient): 'grows' | 'shrinks' | 'uncertain' | 'flat' {
  const certain = intervalOf(estimate, Z_VERDICT)
  if (certain.low > 0) return 'grows'
  if (certain.high < 0) return 'shrinks'
  const { low, high } = intervalOf(estimate)
  return low > 0 || high < 0 ? 'uncertain' : 'flat'
}

/** Those that always ran together as one, most runs first. The runs of a group are those of its busiest. */
function together(functions: readonly RunsOfFunction[], limit: number): readonly Group[] {
  const groups: { functions: RunsOfFunction[]; runs: readonly number[] }[] = []
  for (const each of functions.toSorted((a, b) => total(b.runs) - total(a.runs))) {
    const group = groups.find(({ runs }) => correlation(runs, each.runs) > limit)
    if (group) group.functions.push(each)
    else groups.push({ functions: [each], runs: each.runs })
  }
  return groups
}

const scaled = ({ value, low, high }: Estimate, by: number): Estimate => ({
  value: value * by,
  low: low * by,
  high: high * by,
})

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

function spread(values: readonly number[]): number {
  const mean = total(values) / Math.max(1, values.length)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [total(a) / a.length, total(b) / b.length]
  const shared = a.reduce((sum, value, i) => sum + (value - meanA) * ((b[i] ?? 0) - meanB), 0)
  const size = Math.sqrt(spread(a) * spread(b))
  return size === 0 ? 0 : shared / size
}
