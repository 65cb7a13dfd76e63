/**
 * The engine's two clocks. Times in replies, such as expiry, stream ids and LASTSAVE, follow the wall clock, as in Redis. Durations,
 * deadlines and idle times use a monotonic clock, because the wall clock may be set. `test/clocks.test.ts` lets only the files that it
 * names read the wall clock.
 */

/** Milliseconds since the epoch: for timestamps, not for durations. */
export const wallMs = (): number => Date.now()

/** Milliseconds since this thread started, monotonic: for durations, deadlines and ages. Each thread has its own. */
export const steadyMs = (): number => performance.now()

/** Node reads the wall clock in whole milliseconds. A larger difference than this between the clocks means that the wall clock was set. */
const ROUNDED_MS = 2
let wallAhead = wallMs() - steadyMs()

/** Whole microseconds since the epoch: the wall clock, with the digits below the millisecond from the monotonic clock. */
export function wallMicros(): number {
  const ahead = wallMs() - steadyMs()
  if (Math.abs(ahead - wallAhead) > ROUNDED_MS) wallAhead = ahead
  return Math.round((steadyMs() + wallAhead) * 1000)
}
