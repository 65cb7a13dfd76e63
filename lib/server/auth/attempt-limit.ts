import { networkOf } from '../door/peer'
import { ApiRefusal } from '../errors'

const WINDOW_MS = 60_000
/** Wrong passwords a minute from one client. */
const PER_CLIENT = 5
/** Above this many per minute, from any address, every attempt waits: a lock would keep the owner out too. */
const CALM = 60
const DELAY_STEP_MS = 20
/** Above this many per minute for one user, from any address, the attempts for that user wait: the right password still enters. */
const CALM_PER_USER = 10
const USER_DELAY_STEP_MS = 200
const MOST_DELAY_MS = 2000
/** Clients, and users, that are remembered, the latest ones. */
const MOST_KEYS = 10_000

export interface AttemptTime {
  /** On the steady clock, ms. */
  now(): number
  wait(ms: number): Promise<void>
}

interface SignInAttempt {
  readonly address: string
  /** Whose password is tried; undefined: the one of Gearboard. */
  readonly user?: string
  /** A sentence that helps a refused user. */
  readonly hint?: string
}

/** Slows down guessing, from one address and at one user. */
export class AttemptLimit {
  private readonly byClient = new RecentTimes()
  private readonly byUser = new RecentTimes()

  constructor(private readonly time: AttemptTime) {}

  /**
   * Whether an attempt is right. It counts as wrong until it is known, so that many at once are no more than one after the other.
   * @throws ApiRefusal `too_many_attempts`
   */
  async isRight(
    { address, user, hint = '' }: SignInAttempt,
    check: () => boolean | Promise<boolean>,
  ): Promise<boolean> {
    const { time, byClient, byUser } = this
    const client = networkOf(address)
    const now = time.now()
    byClient.forgetBefore(now - WINDOW_MS)
    byUser.forgetBefore(now - WINDOW_MS)
    const own = byClient.of(client)
    const [oldest] = own
    if (oldest !== undefined && own.length >= PER_CLIENT) {
      const seconds = Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1000))
      const words = `Too many wrong passwords from ${address || 'an unknown address'}. Try again in ${seconds} s.`
      throw new ApiRefusal('too_many_attempts', [words, hint].join(' ').trim(), undefined, seconds)
    }
    byClient.add(client, now)
    if (user !== undefined) byUser.add(user, now)
    const delay = Math.min(MOST_DELAY_MS, this.delayFor(user))
    if (delay > 0) await time.wait(delay)
    if (!(await check())) return false
    byClient.withdraw(client, now)
    if (user !== undefined) byUser.withdraw(user, now)
    return true
  }

  private delayFor(user: string | undefined): number {
    const forAll = (this.byClient.inAll - CALM) * DELAY_STEP_MS
    const forUser = user === undefined ? 0 : (this.byUser.of(user).length - CALM_PER_USER) * USER_DELAY_STEP_MS
    return Math.max(forAll, forUser)
  }
}

/** When something happened lately, by key; the latest key last. */
class RecentTimes {
  private readonly times = new Map<string, readonly number[]>()

  of(key: string): readonly number[] {
    return this.times.get(key) ?? []
  }

  get inAll(): number {
    let all = 0
    for (const times of this.times.values()) all += times.length
    return all
  }

  add(key: string, at: number): void {
    const before = this.of(key)
    this.times.delete(key)
    this.times.set(key, [...before, at])
  }

  withdraw(key: string, at: number): void {
    const times = this.of(key)
    const index = times.indexOf(at)
    this.times.set(
      key,
      times.filter((_, each) => each !== index),
    )
  }

  forgetBefore(since: number): void {
    for (const [key, times] of this.times) {
      const lately = times.filter((at) => at > since)
      if (lately.length === 0) this.times.delete(key)
      else if (lately.length < times.length) this.times.set(key, lately)
    }
    for (const key of this.times.keys()) {
      if (this.times.size <= MOST_KEYS) return
      this.times.delete(key)
    }
  }
}
