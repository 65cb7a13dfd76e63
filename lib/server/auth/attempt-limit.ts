import { networkOf } from '../door/peer'
import { ApiRefusal } from '../errors'

const WINDOW_MS = 60_000
/** Wrong passwords a minute from one client. */
const PER_CLIENT = 5
/** Above this many per minute, from any address, every attempt waits: a lock would keep the owner out too. */
const CALM = 60
const DELAY_STEP_MS = 20
const MOST_DELAY_MS = 2000
/** Clients that are remembered, the latest ones. */
const MOST_CLIENTS = 10_000

export interface AttemptTime {
  /** On the steady clock, ms. */
  now(): number
  wait(ms: number): Promise<void>
}

/** Slows down guessing. */
export class AttemptLimit {
  /** When each client was wrong, or may turn out to be; the latest client last. */
  private readonly failures = new Map<string, number[]>()

  constructor(private readonly time: AttemptTime) {}

  /**
   * Whether an attempt is right. It counts as wrong until it is known, so that many at once are no more than one after the other.
   * @param hint a sentence that helps a refused user. @throws ApiRefusal `too_many_attempts`
   */
  async isRight(address: string, check: () => boolean, hint = ''): Promise<boolean> {
    const { time, failures } = this
    const client = networkOf(address)
    const now = time.now()
    this.forget(now)
    const own = failures.get(client) ?? []
    const [oldest] = own
    if (oldest !== undefined && own.length >= PER_CLIENT) {
      const seconds = Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1000))
      const words = `Too many wrong passwords from ${address || 'an unknown address'}. Try again in ${seconds} s.`
      throw new ApiRefusal('too_many_attempts', [words, hint].join(' ').trim(), undefined, seconds)
    }
    failures.delete(client)
    failures.set(client, [...own, now])
    const delay = Math.min(MOST_DELAY_MS, (this.inAll - CALM) * DELAY_STEP_MS)
    if (delay > 0) await time.wait(delay)
    if (!check()) return false
    const others = failures.get(client) ?? []
    const at = others.indexOf(now)
    failures.set(
      client,
      others.filter((_, index) => index !== at),
    )
    return true
  }

  private get inAll(): number {
    let all = 0
    for (const times of this.failures.values()) all += times.length
    return all
  }

  private forget(now: number): void {
    for (const [client, times] of this.failures) {
      const lately = times.filter((at) => at > now - WINDOW_MS)
      if (lately.length === 0) this.failures.delete(client)
      else if (lately.length < times.length) this.failures.set(client, lately)
    }
    for (const client of this.failures.keys()) {
      if (this.failures.size <= MOST_CLIENTS) return
      this.failures.delete(client)
    }
  }
}
