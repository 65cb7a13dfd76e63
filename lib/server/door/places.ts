import type { Place } from './place'

type Release = () => void

interface WaitingRequest {
  readonly client: string
  readonly enter: (release: Release) => void
}

interface Bounds {
  /** At a time. */
  readonly most: number
  /** In the order of arrival, but clients with fewer requests in progress first. */
  readonly mostWaiting: number
}

/** The most places of one client, so that others find a free one. */
const SHARE = 3 / 4

/** Limits the requests in progress, and the number that waits. Of those that wait, the client with the least in progress is next. */
export class Places {
  private taken = 0
  private readonly running = new Map<string, number>()
  private readonly waiting: WaitingRequest[] = []

  constructor(private readonly bounds: Bounds) {}

  /** Calls `enter` with what gives the place back, at once or when its turn comes. False: too many wait. */
  takePlace(client: string, enter: (release: Release) => void): boolean {
    const { most, mostWaiting } = this.bounds
    if (this.taken < most && this.mayRun(client)) {
      this.begin({ client, enter })
      return true
    }
    const own = this.waiting.reduce((count, each) => count + (each.client === client ? 1 : 0), 0)
    if (this.waiting.length >= mostWaiting || own >= mostWaiting * SHARE) return false
    this.waiting.push({ client, enter })
    return true
  }

  private mayRun(client: string): boolean {
    return this.of(client) < this.bounds.most * SHARE
  }

  private of(client: string): number {
    return this.running.get(client) ?? 0
  }

  private begin({ client, enter }: WaitingRequest): void {
    this.taken++
    this.running.set(client, this.of(client) + 1)
    let held = true
    // Gives back once, however often it is called.
    enter(() => {
      if (!held) return
      held = false
      this.taken--
      const left = this.of(client) - 1
      if (left > 0) this.running.set(client, left)
      else this.running.delete(client)
      this.next()
    })
  }

  private next(): void {
    let chosen = -1
    let least = Number.POSITIVE_INFINITY
    this.waiting.forEach(({ client }, at) => {
      const running = this.of(client)
      if (running >= least || !this.mayRun(client)) return
      least = running
      chosen = at
    })
    const [next] = chosen < 0 ? [] : this.waiting.splice(chosen, 1)
    if (next) this.begin(next)
  }
}

/** Pages are work for the processor, which has one thread: more at a time would only make all of them late. */
const PAGES = { most: 8, mostWaiting: 256 }
const OTHERS = { most: 64, mostWaiting: 256 }

/** Live streams are counted by the hub, and health answers whatever else happens. */
export const makePlaces = (): Readonly<Partial<Record<Place, Places>>> => ({
  page: new Places(PAGES),
  file: new Places(OTHERS),
  read: new Places(OTHERS),
  act: new Places(OTHERS),
})
