import type { Place } from './place'

type Release = () => void

/** So many at a time; a bounded number waits, in the order of arrival. */
export class Places {
  private taken = 0
  private readonly waiting: (() => void)[] = []

  constructor(
    private readonly most: number,
    private readonly mostWaiting: number,
  ) {}

  /** Calls `enter` with what gives the place back, at once or when its turn comes. False: too many wait. */
  take(enter: (release: Release) => void): boolean {
    if (this.taken < this.most) {
      this.taken++
      enter(this.release())
      return true
    }
    if (this.waiting.length >= this.mostWaiting) return false
    this.waiting.push(() => enter(this.release()))
    return true
  }

  /** Gives back once, however often it is called. */
  private release(): Release {
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.waiting.shift()
      if (next) next()
      else this.taken--
    }
  }
}

/** Pages are work for the processor, which has one thread: more at a time would only make all of them late. */
const PAGES_AT_A_TIME = 8
const AT_A_TIME = 64
const MOST_WAITING = 256

/** Live streams are counted by the hub, and health answers whatever else happens. */
export const makePlaces = (): Readonly<Partial<Record<Place, Places>>> => ({
  page: new Places(PAGES_AT_A_TIME, MOST_WAITING),
  file: new Places(AT_A_TIME, MOST_WAITING),
  read: new Places(AT_A_TIME, MOST_WAITING),
  act: new Places(AT_A_TIME, MOST_WAITING),
})
