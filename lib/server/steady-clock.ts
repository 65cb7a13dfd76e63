/**
 * Milliseconds on a clock that nobody sets, from some moment on: for how long something took, when it is due, how old it is. The clock on the
 * wall may jump by hours (NTP after a boot, a suspended machine); only moments that people read are told by that one.
 */
export const steadyMs = (): number => performance.now()
