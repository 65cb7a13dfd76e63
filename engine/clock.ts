/**
 * The engine's two clocks. Expiry, stream ids, LASTSAVE and what else a reply dates follow the clock on the wall, as in Redis. For how long
 * something took, when it is due and how long it has been idle is measured on a clock that nobody sets: the one on the wall may jump.
 * `test/clocks.test.ts` lets only the files that it names read the wall.
 */

/** ms since the epoch: for stamps, never for spans. */
export const wallMs = (): number => Date.now()

/** ms from the start of this thread on, never set and never going back: for spans, deadlines and ages. Threads do not share it. */
export const steadyMs = (): number => performance.now()

/** Node reads the wall in whole milliseconds: a larger difference than this between the clocks is a wall that was set. */
const ROUNDED_MS = 2
let wallAhead = wallMs() - steadyMs()

/** µs since the epoch, whole: the wall, with the steady clock's digits below the millisecond. */
export function wallMicros(): number {
  const ahead = wallMs() - steadyMs()
  if (Math.abs(ahead - wallAhead) > ROUNDED_MS) wallAhead = ahead
  return Math.round((steadyMs() + wallAhead) * 1000)
}
