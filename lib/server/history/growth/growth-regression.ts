import 'server-only'
import { inverse, Matrix } from 'ml-matrix'

/** How many spans the instrument includes on both sides: a run is rarely further from the memory that it took. */
const REACH = 2
/** The moving average of the noise stays below this, or the filter would never forget. */
const MOST_MEMORY = 0.9
/** Half of a normal distribution lies within one deviation of the median divided by this. */
const MEDIAN_OF_NORMAL = 0.6745

export interface Coefficient {
  readonly value: number
  readonly standardError: number
  /** From how many independent pieces the value comes, less one (Kish): one burst that carries everything makes it 0. */
  readonly degreesOfFreedom: number
}

export interface Observations {
  /** What changed from each span to the next. */
  readonly values: readonly number[]
  /** What may explain it: a row of values for each cause. */
  readonly columns: readonly (readonly number[])[]
  /** Whether the observation follows the one before it without a gap. */
  readonly follows: readonly boolean[]
  /** So many observations in a row are one piece of evidence: their noise goes together. */
  readonly piece: number
}

type Rows = readonly (readonly number[])[]

/**
 * The constant first, then one coefficient for each column; undefined where the observations are too few to determine them.
 *
 * The values are differences of a level that is measured with noise: an error that is in one span leaves again in the next. Ordinary least
 * squares would waste that, so values and columns pass a filter that undoes it (an MA(1), estimated from the residuals). The spans a run and
 * its memory fall into may differ by one or two; a column smoothed over its neighbours serves as the instrument, which this does not bias.
 * Errors are robust to unequal and to lasting noise (Newey and West 1987), and each residual is divided by 1 - h as in HC3, so that a span
 * which carries all the leverage does not claim to be exact.
 */
export function regress(observations: Observations): readonly Coefficient[] | undefined {
  const { values, columns, follows, piece } = observations
  const width = columns.length + 1
  if (values.length <= width) return undefined
  // Columns of one size: counts and the constant may differ by powers of ten.
  const scales = [1, ...columns.map((column) => Math.sqrt(mean(column.map((x) => x * x))) || 1)]
  const scaled = columns.map((column, i) => column.map((x) => x / (scales[i + 1] ?? 1)))
  const explaining = rowsOf(values.length, scaled)
  const instruments = rowsOf(
    values.length,
    scaled.map((column) => smoothed(column, follows)),
  )
  const targets = values.map((value) => [value])
  const estimateWith = (memory: number) => {
    const filtered = (rows: Rows) => new Matrix(undoAverage(rows, follows, memory))
    return solve(filtered(explaining), filtered(instruments), filtered(targets))
  }
  const raw = Matrix.sub(new Matrix(targets), new Matrix(explaining).mmul(estimateWith(0).beta)).to1DArray()
  const { x, weights, beta, residuals } = estimateWith(memoryOf(raw, follows))
  const variance = covariance(x, weights, residuals, piece + 1)
  return scales.map((scale, i) => ({
    value: beta.get(i, 0) / scale,
    standardError: Math.sqrt(Math.max(0, variance.get(i, i))) / scale,
    degreesOfFreedom: piecesOf(weights.getRow(i), piece) - 1,
  }))
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)

/** One row an observation: the constant, then the columns. */
const rowsOf = (length: number, columns: Rows): number[][] =>
  Array.from({ length }, (_, row) => [1, ...columns.map((column) => column[row] ?? 0)])

/** Each with its neighbours on both sides, as far as nothing lies in between. */
function smoothed(column: readonly number[], follows: readonly boolean[]): readonly number[] {
  return column.map((own, row) => {
    let sum = own
    for (let i = row; i > row - REACH && follows[i]; i--) sum += column[i - 1] ?? 0
    for (let i = row + 1; i <= row + REACH && follows[i]; i++) sum += column[i] ?? 0
    return sum / (2 * REACH + 1)
  })
}

/** Undoes a moving average `e(t) - memory × e(t-1)`; begins again after a gap. */
function undoAverage(rows: Rows, follows: readonly boolean[], memory: number): number[][] {
  const out: number[][] = []
  rows.forEach((row, i) => {
    const before = follows[i] ? out[i - 1] : undefined
    out.push(row.map((value, k) => value + memory * (before?.[k] ?? 0)))
  })
  return out
}

/** The moving average whose first autocorrelation the residuals have; outliers are drawn in, since one jump is no rule. */
function memoryOf(residuals: readonly number[], follows: readonly boolean[]): number {
  const sizes = residuals.map(Math.abs).sort((a, b) => a - b)
  const limit = ((sizes[Math.floor(sizes.length / 2)] ?? 0) / MEDIAN_OF_NORMAL) * 3
  const drawnIn = residuals.map((value) => Math.max(-limit, Math.min(limit, value)))
  const variance = drawnIn.reduce((sum, value) => sum + value * value, 0)
  const shared = drawnIn.reduce((sum, value, i) => sum + (follows[i] ? value * (drawnIn[i - 1] ?? 0) : 0), 0)
  const correlation = variance > 0 ? Math.max(-0.5, Math.min(0, shared / variance)) : 0
  if (correlation === 0) return 0
  return Math.min(MOST_MEMORY, (Math.sqrt(1 - 4 * correlation * correlation) - 1) / (2 * correlation))
}

function solve(x: Matrix, z: Matrix, y: Matrix) {
  const instruments = z.transpose()
  const weights = inverse(instruments.mmul(x), true).mmul(instruments)
  const beta = weights.mmul(y)
  return { x, weights, beta, residuals: Matrix.sub(y, x.mmul(beta)).to1DArray() }
}

function covariance(x: Matrix, weights: Matrix, residuals: readonly number[], lags: number): Matrix {
  // A row's score is what it adds to the estimate: its weights times what is left over there.
  const scores = weights.transpose()
  for (let row = 0; row < x.rows; row++) {
    const leverage = weights.getColumn(row).reduce((sum, weight, k) => sum + weight * x.get(row, k), 0)
    scores.mulRow(row, (residuals[row] ?? 0) / Math.max(0.05, 1 - Math.abs(leverage)))
  }
  const all = scores.transpose().mmul(scores)
  for (let lag = 1; lag <= Math.min(lags, x.rows - 1); lag++) {
    const late = scores.subMatrix(lag, x.rows - 1, 0, x.columns - 1)
    const early = scores.subMatrix(0, x.rows - 1 - lag, 0, x.columns - 1)
    const shared = late.transpose().mmul(early)
    all.add(Matrix.add(shared, shared.transpose()).mul(1 - lag / (lags + 1)))
  }
  return all
}

/** Kish's effective number of blocks by the weight that each carries. */
function piecesOf(weights: readonly number[], piece: number): number {
  const blocks = new Array<number>(Math.ceil(weights.length / piece)).fill(0)
  weights.forEach((weight, i) => {
    const block = Math.floor(i / piece)
    blocks[block] = (blocks[block] ?? 0) + weight * weight
  })
  const [sum, squares] = [blocks.reduce((a, b) => a + b, 0), blocks.reduce((a, b) => a + b * b, 0)]
  return squares > 0 ? (sum * sum) / squares : 0
}
