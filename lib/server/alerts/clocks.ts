import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'

export interface AlertClocks {
  /** Our clock, ms: for stamps. */
  wall(): number
  /** As `steadyMs`. */
  steady(): number
}

export const OWN_CLOCKS: AlertClocks = { wall: wallMs, steady: steadyMs }
