import { steadyMs } from '@gearboard/gears/vocabulary/clock'

/** How many attempts per minute are recorded for clients that are not let in: they must not push out the actions of others. */
const STRANGERS_PER_MINUTE = 60
const MINUTE_MS = 60_000

/** Counts the attempts of clients that are not let in. */
export class StrangerAttempts {
  private since = Number.NEGATIVE_INFINITY
  private count = 0

  /** Counts one more, and says whether it is to be recorded. */
  isRecorded(): boolean {
    const now = steadyMs()
    if (now - this.since > MINUTE_MS) {
      this.since = now
      this.count = 0
    }
    this.count++
    return this.count <= STRANGERS_PER_MINUTE
  }
}
