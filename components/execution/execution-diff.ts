import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { allErrors, type Execution, type ExecutionDetail } from '@/lib/model/executions/execution'
import { type PlanBox, planOf } from '@/lib/model/executions/plan'
import { formatDuration } from '@/lib/model/text/format'

/** A step of one plan beside the same step of the other; undefined where the other plan has none. */
export interface StepPair {
  readonly here: PlanBox | undefined
  readonly there: PlanBox | undefined
}

export interface ExecutionDiff {
  /** In data-flow order. */
  readonly steps: readonly StepPair[]
  /** Both plans have the same steps. */
  readonly samePlan: boolean
  /** Both are timed: the times of their steps can be compared. */
  readonly timed: boolean
  readonly here: Measured
  readonly there: Measured
}

/** Counts and times of one run; null if unknown. */
export interface Measured {
  /** The longest of its shards, ms. */
  readonly durationMs: number | null
  readonly results: number | null
  /** Null while its end is unknown. */
  readonly errors: number | null
  readonly answered: number
  readonly shards: number
}

/** Longer plans are compared by position only: they are not written by hand. */
const MOST_STEPS = 300

export function diffExecutions(here: ExecutionDetail, there: ExecutionDetail): ExecutionDiff {
  const [a, b] = [here, there].map((e) => planOf(e.parts, e.shard, null))
  const steps = a && b ? alignSteps(a.boxes, b.boxes) : []
  return {
    steps,
    samePlan: steps.every((pair) => pair.here !== undefined && pair.there !== undefined),
    timed: a?.timed === true && b?.timed === true,
    here: measured(here),
    there: measured(there),
  }
}

const measured = (e: ExecutionDetail): Measured => ({
  durationMs: e.durationMs,
  results: e.resultCount,
  errors: e.outcome === 'unknown' || e.outcome === 'running' || e.outcome === 'waiting' ? null : allErrors(e),
  answered: e.coverage.answered,
  shards: e.coverage.of,
})

const isSame = (a: PlanBox | undefined, b: PlanBox | undefined): boolean =>
  a !== undefined && b !== undefined && a.type === b.type && a.title === b.title

/** The longest common run of steps stays side by side; a step that only one plan has gets a row of its own. */
function alignSteps(here: readonly PlanBox[], there: readonly PlanBox[]): readonly StepPair[] {
  if (here.length > MOST_STEPS || there.length > MOST_STEPS)
    return Array.from({ length: Math.max(here.length, there.length) }, (_, i) => ({ here: here[i], there: there[i] }))
  const common = commonLengths(here, there)
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0
  const pairs: StepPair[] = []
  let [i, j] = [0, 0]
  while (i < here.length || j < there.length) {
    if (isSame(here[i], there[j])) pairs.push({ here: here[i++], there: there[j++] })
    else if (j >= there.length || (i < here.length && at(i + 1, j) >= at(i, j + 1)))
      pairs.push({ here: here[i++], there: undefined })
    else pairs.push({ here: undefined, there: there[j++] })
  }
  return pairs
}

/** By place in both: how many steps the rest of one has in common with the rest of the other. */
function commonLengths(here: readonly PlanBox[], there: readonly PlanBox[]): readonly (readonly number[])[] {
  const lengths: number[][] = [new Array<number>(there.length + 1).fill(0)]
  for (const box of here.toReversed()) {
    const below = lengths[0] ?? []
    const row = new Array<number>(there.length + 1).fill(0)
    for (let j = there.length - 1; j >= 0; j--)
      row[j] = isSame(box, there[j]) ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
    lengths.unshift(row)
  }
  return lengths
}

/** `This run took 31 ms, 2.2 times as long as the other (14 ms).` */
export function diffInWords({ here, there }: Pick<ExecutionDiff, 'here' | 'there'>): string {
  return [durationsInWords(here.durationMs, there.durationMs), resultsInWords(here.results, there.results)]
    .filter((words) => words !== '')
    .join(' ')
}

function durationsInWords(here: number | null, there: number | null): string {
  if (here === null || there === null) return 'The durations cannot be compared: one is unknown.'
  const [low, high] = here < there ? [here, there] : [there, here]
  if (high - low <= 1) return `Both runs took ${formatDuration(here)}, within 1 ms.`
  const how = low > 0 ? `${(high / low).toFixed(1)} times as long as` : 'longer than'
  return here > there
    ? `This run took ${formatDuration(here)}, ${how} the other (${formatDuration(there)}).`
    : `The other run took ${formatDuration(there)}, ${how} this one (${formatDuration(here)}).`
}

function resultsInWords(here: number | null, there: number | null): string {
  if (here === null || there === null || here === there) return ''
  return `This run returned ${plural(here, 'result')}, the other ${formatCount(there)}.`
}

/** Runs that can be said to be of one function: by the name of what was submitted, or of the registration. */
export const isSameFunction = (a: Pick<Execution, 'origin'>, b: Pick<Execution, 'origin'>): boolean =>
  a.origin.kind !== 'unknown' &&
  b.origin.kind !== 'unknown' &&
  a.origin.kind === b.origin.kind &&
  a.origin.name === b.origin.name
