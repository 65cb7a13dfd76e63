import type { ExecutionPart, ExecutionStep } from '@gearboard/gears/vocabulary/execution'
import { stepLabel } from './plan-step'

/** A box of the plan: the reader, or one step. Its number is the same in the plan, the waterfall and the heat map. */
export interface PlanShape {
  /** From 1, in data-flow order; 1 is the reader. */
  readonly number: number
  readonly kind: 'reader' | 'local' | 'global'
  /** `reader`, or the module's step type. */
  readonly type: string
  readonly title: string
  /** The builder added it. */
  readonly builtIn: boolean
  /** What the module says of it, whole. */
  readonly reported: string
  /** A collect precedes it: only the initiator has records here. */
  readonly afterCollect: boolean
}

/** A box of a plan that ran. */
export interface PlanBox extends PlanShape {
  /** One entry a part, in the order of the parts. Null: not timed, or nothing to do on that shard. */
  readonly times: readonly (number | null)[]
  /** The longest time and whose it is. */
  readonly slowest: { readonly shard: string; readonly ms: number } | null
  /** `slowest` as a share of the execution's duration, 0 to 1. */
  readonly share: number | null
}

export interface Plan {
  readonly boxes: readonly PlanBox[]
  /** The parts' shards, initiator first. */
  readonly shards: readonly string[]
  readonly initiator: string
  /** The longest duration of a shard, ms. */
  readonly totalMs: number
  /** Steps are timed: ProfileExecutions was on. */
  readonly timed: boolean
}

/** Puts the parts of all shards side by side. Parts list the same steps: the module sends every shard the same plan. */
export function planOf(parts: readonly ExecutionPart[], initiator: string, reader: string | null): Plan {
  const ordered = parts.toSorted((a, b) => Number(b.shard === initiator) - Number(a.shard === initiator))
  const totalMs = Math.max(0, ...ordered.map((part) => part.totalDurationMs))
  const longest = ordered.reduce<ExecutionPart | undefined>(
    (best, part) => (best && best.steps.length >= part.steps.length ? best : part),
    undefined,
  )

  const box = (entry: Omit<PlanBox, 'slowest' | 'share'>): PlanBox => {
    const slowest = slowestOf(entry.times, ordered)
    return { ...entry, slowest, share: slowest && totalMs > 0 ? slowest.ms / totalMs : null }
  }

  const [first, ...shapes] = shapesOf(longest?.steps ?? [], reader)
  return {
    boxes: [
      box({ ...first, times: ordered.map((part) => part.readDurationMs) }),
      ...shapes.map((shape, index) =>
        box({
          ...shape,
          times: ordered.map((part) => {
            const ms = part.steps[index]?.durationMs ?? null
            return ms === 0 && shape.afterCollect && part.shard !== initiator ? null : ms
          }),
        }),
      ),
    ],
    shards: ordered.map((part) => part.shard),
    initiator,
    totalMs,
    timed: ordered.some((part) => part.steps.some((step) => step.durationMs !== null)),
  }
}

/** The reader, which is null where the module does not say it, and the steps as boxes, in data-flow order. */
export function shapesOf(
  steps: readonly Omit<ExecutionStep, 'durationMs'>[],
  reader: string | null,
): readonly [PlanShape, ...PlanShape[]] {
  const collect = steps.findIndex((step) => step.type === 'collect' && step.global)
  return [
    {
      number: 1,
      kind: 'reader',
      type: 'reader',
      title: reader ?? 'reader',
      builtIn: false,
      reported: reader ?? 'The module does not say which reader.',
      afterCollect: false,
    },
    ...steps.map(
      (step, index): PlanShape => ({
        number: index + 2,
        kind: step.global ? 'global' : 'local',
        type: step.type,
        ...stepLabel(step),
        reported: step.arg ? `${step.name} ${step.arg}` : step.name,
        afterCollect: collect >= 0 && index > collect,
      }),
    ),
  ]
}

/** Titles of steps that the builder adds around every operation. */
const PLUMBING: ReadonlySet<string> = new Set([
  'to Python',
  'record of key',
  'lists to records',
  'records by key',
  'to text',
  'lambda',
  'localaggregateby',
])

/**
 * The plan as its author wrote it: the reader, the author's steps, the moves between shards, and one box for each operation that the builder makes
 * of several steps (`countby`: the last of them). `always` keeps a box that would be folded.
 */
export function ownBoxes<Box extends PlanShape>(
  boxes: readonly Box[],
  always: (box: Box) => boolean = () => false,
): readonly Box[] {
  return boxes.filter((box, at) => {
    if (!box.builtIn || always(box)) return true
    if (PLUMBING.has(box.title)) return false
    // Until the author's next step: another call of the same operation is a box of its own.
    const next = boxes.findIndex((other, after) => after > at && !other.builtIn && other.kind !== 'global')
    return !boxes.slice(at + 1, next < 0 ? undefined : next).some((other) => other.builtIn && other.title === box.title)
  })
}

function slowestOf(times: readonly (number | null)[], parts: readonly ExecutionPart[]): PlanBox['slowest'] {
  let slowest: PlanBox['slowest'] = null
  for (const [index, ms] of times.entries()) {
    const shard = parts[index]?.shard
    if (ms !== null && shard !== undefined && (!slowest || ms > slowest.ms)) slowest = { shard, ms }
  }
  return slowest
}

/** One shard's time laid end to end: Gears reports durations, no start times. All in ms. */
export interface PlanLane {
  readonly shard: string
  readonly segments: readonly { readonly box: PlanBox; readonly startMs: number; readonly ms: number }[]
  readonly totalMs: number
  /** Its part has ended: until then the module reports no durations, only zeros. */
  readonly ended: boolean
  /** Total without reading and steps: waiting, moving records, or not timed. Never negative. */
  readonly unaccountedMs: number
  /** By how much reading and steps exceed the total: they overlap, so laying them end to end overstates. */
  readonly overlapMs: number
}

export function lanesOf(plan: Plan, parts: readonly ExecutionPart[]): readonly PlanLane[] {
  return plan.shards.map((shard, index) => {
    const part = parts.find((each) => each.shard === shard)
    const totalMs = part?.totalDurationMs ?? 0
    let startMs = 0
    const segments: { box: PlanBox; startMs: number; ms: number }[] = []
    for (const box of plan.boxes) {
      const ms = box.times[index] ?? 0
      if (ms > 0) segments.push({ box, startMs, ms })
      startMs += ms
    }
    return {
      shard,
      segments,
      totalMs,
      ended: part?.status === 'done' || part?.status === 'aborted',
      unaccountedMs: Math.max(0, totalMs - startMs),
      overlapMs: Math.max(0, startMs - totalMs),
    }
  })
}

/** The shard that took longest, where there are several and they differ. */
export function slowestLane(lanes: readonly PlanLane[]): PlanLane | undefined {
  const slowest = lanes.reduce<PlanLane | undefined>(
    (best, lane) => (best && best.totalMs >= lane.totalMs ? best : lane),
    undefined,
  )
  return slowest && lanes.some((lane) => lane.totalMs < slowest.totalMs) ? slowest : undefined
}

/** Strength of a heat map cell, 0 to 1: the square root keeps small times visible beside a large one. */
export const heat = (ms: number, maxMs: number): number =>
  maxMs > 0 ? Math.sqrt(Math.min(1, Math.max(0, ms / maxMs))) : 0

export interface Skew {
  readonly box: PlanBox
  readonly shard: string
  /** Times the mean of the other shards. */
  readonly factor: number
}

/** Below a twentieth of the whole, or 10 ms, a difference between shards is noise. */
const WORTH_SAYING = { share: 0.05, ms: 10, factor: 2 }

/** The step on which one shard differs most from the others. */
export function skewOf(plan: Plan): Skew | undefined {
  let worst: Skew | undefined
  for (const box of plan.boxes) {
    const { slowest, share } = box
    const known = box.times.filter((ms) => ms !== null)
    if (!slowest || known.length < 2 || slowest.ms < WORTH_SAYING.ms || (share ?? 0) < WORTH_SAYING.share) continue
    const mean = (known.reduce((sum, ms) => sum + ms, 0) - slowest.ms) / (known.length - 1)
    const factor = mean > 0 ? slowest.ms / mean : Number.POSITIVE_INFINITY
    if (factor >= WORTH_SAYING.factor && (!worst || slowest.ms > (worst.box.slowest?.ms ?? 0)))
      worst = { box, shard: slowest.shard, factor }
  }
  return worst
}
