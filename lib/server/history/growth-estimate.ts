import 'server-only'
import { inverse, Matrix } from 'ml-matrix'
import type { Estimate, GrowthOfRuns, RunsOfFunction } from '@/lib/model/growth'

/** Functions that are looked at together. */
const MOST_FUNCTIONS = 8
/** Spans that are known on both ends; with fewer an interval is a guess. */
const FEWEST_SPANS = 20
const FEWEST_RUNS = 30
/** Functions whose runs go along like this are one cause: no figures could tell them apart. */
const TOGETHER = 0.98
/** Normal distribution, 95 % between both ends. */
const Z = 1.96
const HOUR_MS = 3_600_000

export interface MemoryAndRuns {
  readonly stepMs: number
  /** What Python held more than in the span before, on all shards, bytes; null where that is not known. See `changesOf`. */
  readonly changes: readonly (number | null)[]
  readonly functions: readonly RunsOfFunction[]
}

/**
 * The change from span to span of what shards held (bytes, a row a shard), summed over those that were there in both: a server that came or
 * went, with its shards, is no growth. Null where one was silent in between.
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
 * cause (ordinary least squares). Spans next to each other share their noise, so that intervals are Newey and West's.
 */
export function estimateGrowth({ stepMs, changes, functions }: MemoryAndRuns): {
  readonly spans: number
  readonly perHour: Estimate | null
  readonly functions: readonly GrowthOfRuns[]
  readonly others: number
} {
  const known = changes.flatMap((change, i) => (change === null ? [] : [i]))
  const ran = functions.filter(({ runs }) => total(runs) > 0)
  // Over a few spans anything seems to go together.
  const groups = together(ran, known.length < FEWEST_SPANS ? Number.POSITIVE_INFINITY : TOGETHER)
  const enough = groups.filter(({ runs }) => total(runs) >= FEWEST_RUNS)
  const looked = enough.slice(0, MOST_FUNCTIONS)
  const moved = changes.filter((change) => change !== null)
  const result = { spans: known.length, others: groups.length - looked.length }
  if (known.length < FEWEST_SPANS) {
    const why = `${known.length} of the ${FEWEST_SPANS} spans it takes are known`
    return { ...result, perHour: null, functions: looked.map((group) => unclear(group, why)) }
  }
  // A span's mean stands for its middle: half of the runs between two middles lie in each.
  const columns = looked.map(({ runs }) => known.map((i) => ((runs[i] ?? 0) + (runs[i - 1] ?? 0)) / 2))
  const varied = columns.map((column) => spread(column) > 0)
  const estimates = leastSquares(
    columns.filter((_, i) => varied[i]),
    moved,
  )
  const perHour = leastSquares([], moved)?.[0]
  let next = 1
  return {
    ...result,
    perHour: perHour ? scaled(perHour, HOUR_MS / stepMs) : null,
    functions: looked.map((group, i) => {
      const estimate = varied[i] ? estimates?.[next++] : undefined
      if (!estimate)
        return unclear(group, 'it ran as often in every span, like anything else that goes on all the time')
      return { ...named(group), verdict: verdictOf(estimate), bytesPerRun: estimate }
    }),
  }
}

const unclear = (group: Group, why: string): GrowthOfRuns => ({ ...named(group), verdict: 'unclear', why })

const named = ({ functions, runs }: Group) => ({
  functions: functions.map(({ name, registrationId }) => ({ name, registrationId })),
  runs: total(runs),
})

const verdictOf = ({ low, high }: Estimate) => (low > 0 ? 'grows' : high < 0 ? 'shrinks' : 'flat')

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

/** The constant first, then one estimate for each column; undefined where the columns do not determine them. */
function leastSquares(
  columns: readonly (readonly number[])[],
  values: readonly number[],
): readonly Estimate[] | undefined {
  const rows = values.length
  const width = columns.length + 1
  if (rows <= width) return undefined
  // Columns of one size: counts and the constant may differ by powers of ten.
  const scales = columns.map((column) => Math.sqrt(column.reduce((sum, x) => sum + x * x, 0) / rows) || 1)
  const x = new Matrix(
    values.map((_, row) => [1, ...columns.map((column, i) => (column[row] ?? 0) / (scales[i] ?? 1))]),
  )
  const xt = x.transpose()
  const bread = inverse(xt.mmul(x), true)
  const beta = bread.mmul(xt).mmul(Matrix.columnVector([...values]))
  const residuals = Matrix.sub(Matrix.columnVector([...values]), x.mmul(beta))
  const variance = bread.mmul(meat(x, residuals)).mmul(bread)
  return Array.from({ length: width }, (_, i) => {
    const scale = i === 0 ? 1 : (scales[i - 1] ?? 1)
    const value = beta.get(i, 0)
    const margin = Z * Math.sqrt(Math.max(0, (variance.get(i, i) * rows) / (rows - width)))
    return { value: value / scale, low: (value - margin) / scale, high: (value + margin) / scale }
  })
}

/** Newey and West (1987), Bartlett weights. */
function meat(x: Matrix, residuals: Matrix): Matrix {
  const scores = x.clone()
  for (let row = 0; row < x.rows; row++) scores.mulRow(row, residuals.get(row, 0))
  const lags = Math.floor(4 * (x.rows / 100) ** (2 / 9))
  const all = scores.transpose().mmul(scores)
  for (let lag = 1; lag <= lags; lag++) {
    const late = scores.subMatrix(lag, x.rows - 1, 0, x.columns - 1)
    const early = scores.subMatrix(0, x.rows - 1 - lag, 0, x.columns - 1)
    const shared = late.transpose().mmul(early)
    all.add(Matrix.add(shared, shared.transpose()).mul(1 - lag / (lags + 1)))
  }
  return all
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
