/**
 * The two clocks. The wall clock gives the moments that people read. A steady clock that cannot be set measures
 * durations, deadlines and ages: the wall clock may jump by hours or years (NTP after a boot, an empty battery, a
 * suspended machine). `test/clocks.test.ts` lets only the files that it names read the wall clock.
 */

/** ms since the epoch: for stamps, never for spans. */
export const wallMs = (): number => Date.now()

/** ms from some moment on, never set and never going back: for spans, deadlines and ages. */
export const steadyMs = (): number => performance.now()
