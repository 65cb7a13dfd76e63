/**
 * The two clocks. A moment that people read is told by the clock on the wall. For how long something took, when it is due, and how old it is,
 * is measured on a clock that nobody sets: the one on the wall may jump by hours or years (NTP after a boot, an empty battery, a suspended
 * machine). `test/clocks.test.ts` lets only the files that it names read the wall.
 */

/** ms since the epoch: for stamps, never for spans. */
export const wallMs = (): number => Date.now()

/** ms from some moment on, never set and never going back: for spans, deadlines and ages. */
export const steadyMs = (): number => performance.now()
