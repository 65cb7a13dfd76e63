import { isRecord } from './call'

/** The part of the Web Locks API that is used. */
export interface Locks {
  request<T>(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    held: (lock: unknown) => Promise<T> | T,
  ): Promise<T>
}

/** The part of BroadcastChannel that is used. */
export interface TabChannel {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  postMessage(message: unknown): void
  close(): void
}

/** Of a request whose lock turned out to be another tab's. */
class LockLost extends Error {
  override readonly name = 'LockLost'
}

/** The channel on which the tabs of a browser agree who has which lock. */
const CHANNEL = 'gearboard locks'
/** How long other tabs may take to answer, ms. */
const ANSWER_MS = 1000
/** A tab that is closed or crashes releases nothing: the others ask again after this time, ms. */
const AGAIN_MS = 2000

const TYPES = ['ask', 'first', 'held', 'free'] as const

/** `ask`: who has it? `held`: the sender. `first`: the sender asked as well and comes first. `free`: the sender has released it. */
interface LockMessage {
  readonly type: (typeof TYPES)[number]
  readonly name: string
  /** The id of the sender. */
  readonly from: string
}

const isLockMessage = (value: unknown): value is LockMessage =>
  isRecord(value) &&
  TYPES.some((type) => type === value.type) &&
  typeof value.name === 'string' &&
  typeof value.from === 'string'

interface Claim {
  readonly held: boolean
  /** Another tab has the lock, or comes first. */
  readonly lose: () => void
}

interface ChannelLocksOptions {
  readonly answerMs?: number
  readonly againMs?: number
}

/**
 * Locks for browsers without Web Locks, which exist in secure contexts only (https, or localhost). A tab that wants a lock asks all others, and has it
 * if none objects in time. Tabs answer as messages arrive: unlike timers, browsers do not throttle these in the background. A tab that was too busy
 * to answer in time answers late: of two tabs that have the lock then, the one with the greater id loses it, and its request rejects. One object
 * per tab.
 */
export class ChannelLocks implements Locks {
  private readonly id = String(Math.random())
  private readonly channel: TabChannel
  private readonly claims = new Map<string, Claim>()
  private readonly waiting = new Set<(freed: string) => void>()
  private readonly answerMs: number
  private readonly againMs: number

  constructor(openChannel: (name: string) => TabChannel, options: ChannelLocksOptions = {}) {
    this.answerMs = options.answerMs ?? ANSWER_MS
    this.againMs = options.againMs ?? AGAIN_MS
    this.channel = openChannel(CHANNEL)
    this.channel.addEventListener('message', ({ data }) => {
      if (isLockMessage(data)) this.hear(data)
    })
  }

  /** As `navigator.locks.request`: rejects with the reason of a signal that is aborted while it waits, and with `LockLost`. */
  async request<T>(
    name: string,
    { ifAvailable = false, signal }: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    held: (lock: unknown) => Promise<T> | T,
  ): Promise<T> {
    for (;;) {
      signal?.throwIfAborted()
      const claim = await this.claim(name)
      if (claim) {
        try {
          signal?.throwIfAborted()
          return await Promise.race([Promise.resolve(held({ name })), claim.lost])
        } finally {
          this.release(name)
        }
      }
      if (ifAvailable) return held(null)
      await this.untilFree(name, signal)
    }
  }

  /** The lock, and what rejects when it is lost; undefined if another tab has it, or another request of this tab. */
  private async claim(name: string): Promise<{ readonly lost: Promise<never> } | undefined> {
    if (this.claims.has(name)) return undefined
    let lose = () => {}
    const lost = new Promise<never>((_, reject) => {
      lose = () => reject(new LockLost('Another tab has the lock.'))
    })
    this.claims.set(name, { held: false, lose })
    this.post('ask', name)
    let timer: ReturnType<typeof setTimeout> | undefined
    const unopposed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.answerMs)
    })
    try {
      await Promise.race([unopposed, lost])
    } catch {
      this.claims.delete(name)
      return undefined
    } finally {
      clearTimeout(timer)
    }
    this.claims.set(name, { held: true, lose })
    return { lost }
  }

  private release(name: string): void {
    this.claims.delete(name)
    this.post('free', name)
    this.wake(name)
  }

  private wake(freed: string): void {
    for (const wake of this.waiting) wake(freed)
  }

  private async untilFree(name: string, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(again)
        this.waiting.delete(wake)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const wake = (freed: string) => {
        if (freed === name) done()
      }
      const again = setTimeout(done, this.againMs)
      this.waiting.add(wake)
      signal?.addEventListener('abort', done)
    })
  }

  private hear({ type, name, from }: LockMessage): void {
    if (type === 'free') this.wake(name)
    const claim = this.claims.get(name)
    if (!claim) return
    const isBefore = this.id < from
    if (type === 'ask') {
      if (claim.held) this.post('held', name)
      else if (isBefore) this.post('first', name)
      else claim.lose()
    } else if (!claim.held) {
      if (type !== 'free') claim.lose()
    } else if (type === 'held') {
      if (isBefore) this.post('held', name)
      else claim.lose()
    }
  }

  private post(type: LockMessage['type'], name: string): void {
    this.channel.postMessage({ type, name, from: this.id } satisfies LockMessage)
  }
}
