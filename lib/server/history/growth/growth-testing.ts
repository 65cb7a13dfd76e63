import { random } from '@gearboard/gears/testing/random'
import type { RunsOfFunction } from '@/lib/model/record/growth'

const SPANS = 300
/** Moments in a span at which something may happen. */
const TICKS = 10
const TICKS_IN_ALL = SPANS * TICKS

export const ACTIVITIES = ['steady', 'idle hours', 'bursts', 'three bursts', 'one burst', 'garbage'] as const
export type Activity = (typeof ACTIVITIES)[number]

export interface SimulatedServer {
  /** What Python holds: the mean of each span, bytes. */
  readonly held: readonly number[]
  readonly functions: readonly RunsOfFunction[]
  readonly deployments: readonly { readonly name: string; readonly span: number }[]
}

/**
 * A server whose functions `f0`, `f1`… leave `leaks` bytes behind each time they run, with what else moves memory: noise that does not last
 * and noise that does, what runs take only while they last, garbage that is collected in one go, and deployments, which bring code and let a
 * function's first 100 executions stay on the server. `late`: counters are read once a span, at a moment of their own, and one read in ten is
 * left out, so that runs count up to two spans after the memory that they took.
 */
export function simulatedServer(
  seed: number,
  activity: Activity,
  leaks: readonly number[],
  { deploys = 0, late = false } = {},
): SimulatedServer {
  const next = random(seed * 7919 + 13)
  for (let i = 0; i < 10; i++) next()
  const noise = [2e3, 2e4, 1e5][Math.floor(next() * 3)] ?? 0
  const lasting = (noise / 10) * next()
  const inFlight = next() < 0.3 ? 5000 * next() : 0
  const keptByExecution = 1000 + 40_000 * next()
  const runsAt = leaks.map((_, f) => runsOf(next, activity, f))
  const codeAt = new Map<number, { readonly bytes: number; readonly f: number }>()
  for (let i = 0; i < deploys; i++) {
    const at = Math.floor(next() * TICKS_IN_ALL)
    codeAt.set(at, { bytes: 5e6 * next(), f: Math.floor(next() * leaks.length) })
    // People try what they deployed.
    for (const runs of runsAt) if (next() < 0.6) addRuns(runs, at, 15, 300 * next())
  }

  let [level, garbage] = [5e7, 0]
  const toKeep = leaks.map(() => 0)
  const held: number[] = []
  for (let span = 0; span < SPANS; span++) {
    let sum = 0
    for (let tick = span * TICKS; tick < (span + 1) * TICKS; tick++) {
      const code = codeAt.get(tick)
      if (code) {
        level += code.bytes
        toKeep[code.f] = 100
      }
      level += (gauss(next) * lasting) / Math.sqrt(TICKS)
      let running = 0
      leaks.forEach((leak, f) => {
        const runs = runsAt[f]?.[tick] ?? 0
        const kept = Math.min(runs, toKeep[f] ?? 0)
        toKeep[f] = (toKeep[f] ?? 0) - kept
        level += runs * leak + kept * keptByExecution
        running += runs
        if (activity === 'garbage') garbage += runs * 300
      })
      if (garbage > 3e5) garbage = 0
      sum += level + garbage + running * inFlight
    }
    held.push(sum / TICKS + (next() - 0.5) * noise)
  }
  const perSpan = (runs: readonly number[]) =>
    Array.from({ length: SPANS }, (_, span) => runs.slice(span * TICKS, (span + 1) * TICKS).reduce((a, b) => a + b, 0))
  return {
    held,
    functions: runsAt.map((runs, f) => ({
      name: `f${f}`,
      registrationId: null,
      runs: perSpan(late ? readLate(next, runs) : runs),
    })),
    deployments: [...codeAt].map(([tick, { f }]) => ({ name: `f${f}`, span: Math.floor(tick / TICKS) })),
  }
}

/** Each run at the tick in which the counter is read next. */
function readLate(next: () => number, runs: readonly number[]): number[] {
  const phase = Math.floor(next() * TICKS)
  let unread = 0
  return runs.map((count, tick) => {
    unread += count
    if (tick % TICKS !== phase || next() < 0.1) return 0
    const read = unread
    unread = 0
    return read
  })
}

function runsOf(next: () => number, activity: Activity, f: number): number[] {
  const runs = new Array<number>(TICKS_IN_ALL).fill(0)
  const rate = (0.3 + next() * 30) / TICKS
  switch (activity) {
    case 'steady':
    case 'garbage':
      return runs.map((_, t) => {
        const now = rate * (1 + 0.7 * Math.sin((t * 2 * Math.PI * (3 + f)) / TICKS_IN_ALL))
        return Math.floor(now + next() * (now < 1 ? 1 : 2))
      })
    case 'idle hours': {
      let busy = true
      return runs.map(() => {
        if (next() < 1 / 400) busy = !busy
        return busy ? Math.floor(rate + next()) : 0
      })
    }
    case 'bursts':
      return bursts(next, runs, 6 + Math.floor(next() * 20))
    case 'three bursts':
      return bursts(next, runs, 3)
    case 'one burst':
      return bursts(next, runs, 1)
  }
}

function bursts(next: () => number, runs: number[], count: number): number[] {
  for (let i = 0; i < count; i++)
    addRuns(runs, Math.floor(next() * (TICKS_IN_ALL - 30)), 1 + Math.floor(next() * 25), 50 + next() * 2000)
  return next() < 0.5 ? runs.map((count) => count + (next() < 0.02 ? 1 : 0)) : runs
}

function addRuns(runs: number[], from: number, ticks: number, count: number): void {
  for (let t = from; t < Math.min(from + ticks, runs.length); t++) runs[t] = (runs[t] ?? 0) + Math.round(count / ticks)
}

const gauss = (next: () => number): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
