/** A y axis with round steps: 1, 2, 2.5 or 5 times a power of ten. */
export interface Scale {
  readonly min: number
  readonly max: number
  readonly ticks: readonly number[]
}

const STEPS = [1, 2, 2.5, 5, 10] as const

/** Room from `lowest` to the highest value in about `count` steps. `whole`: steps of less than one make no sense for counts. */
export function niceScale(highest: number, { count = 4, whole = false, lowest = 0 } = {}): Scale {
  if (highest <= 0) return { min: 0, max: 1, ticks: [0, 1] }
  // Steps of a hundredth: three digits distinguish them, and a level that does not move has some room.
  const rough = Math.max((highest - lowest) / count, lowest / 100)
  const power = 10 ** Math.floor(Math.log10(rough))
  const candidate = STEPS.map((each) => each * power).find((each) => each >= rough * (1 - 1e-9)) ?? 10 * power
  const step = whole ? Math.max(1, Math.ceil(candidate)) : candidate
  const first = Math.floor((lowest / step) * (1 + 1e-9))
  const last = Math.max(first + 1, Math.ceil((highest / step) * (1 - 1e-9)))
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step)
  return { min: first * step, max: last * step, ticks }
}

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
const TIME_STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_S),
  ...[1, 2, 7, 14, 28, 91, 365].map((days) => days * DAY_S),
].map((seconds) => seconds * 1000)

/** Round times between the ends, at most `most`; of days, round ones in the zone that is `offsetMs` ahead of UTC. */
export function timeTicks(from: number, to: number, { most = 6, offsetMs = 0 } = {}): readonly number[] {
  const step = TIME_STEPS_MS.find((each) => (to - from) / each <= most) ?? (to - from) / most
  const first = Math.ceil((from + offsetMs) / step) * step - offsetMs
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, at) => first + at * step)
}

/** Where labels at the ends of lines go so that they do not overlap: the positions moved apart to `gap`, in the given order. */
export function spreadLabels(positions: readonly number[], gap: number, max: number): readonly number[] {
  const order = positions.map((_, at) => at).sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0))
  const placed = [...positions]
  let floor = Number.NEGATIVE_INFINITY
  for (const at of order) {
    placed[at] = Math.max(positions[at] ?? 0, floor)
    floor = (placed[at] ?? 0) + gap
  }
  // Move labels that were pushed out at the bottom back up, and the ones above with them.
  let ceiling = max
  for (const at of order.toReversed()) {
    placed[at] = Math.min(placed[at] ?? 0, ceiling)
    ceiling = (placed[at] ?? 0) - gap
  }
  return placed
}
