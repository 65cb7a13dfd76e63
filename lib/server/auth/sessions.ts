import { createHmac, randomBytes, scryptSync } from 'node:crypto'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import type { Role } from '@/lib/model/people/role'
import { keepNewest } from '@/lib/server/keep-newest'
import type { SessionRow } from '../history'
import { log } from '../log'

/** Where sessions outlive Gearboard. Each may fail: without it they live as long as the process. */
export interface SessionStore {
  find(digest: string): SessionRow | undefined
  addSession(record: SessionRow): Promise<void>
  remove(digest: string): Promise<void>
}

/** A signed-in user. */
export interface Session extends SessionRow {
  /** Aborted when they sign out, or the session expires. */
  readonly ended: AbortSignal
}

interface LiveSession extends Session {
  /** On the steady clock, ms. */
  readonly endsAt: number
  end(): void
}

/** A session lasts by the steady clock. The wall says only how much of it is left after a restart. */
export interface SessionTime {
  /** ms since the epoch. */
  wall(): number
  /** ms from some moment on. */
  steady(): number
}

/** How long a sign-in lasts. */
export const TTL_MS = 7 * 24 * 3_600_000
/** Held in memory at a time; those beyond end, the oldest first. */
const MOST_SESSIONS = 10_000
const TOKEN = /^[\w-]{43}$/

/** Sessions are kept here, not in the cookie: an ended session is invalid even where the cookie was copied. */
export class Sessions {
  private readonly live = new Map<string, LiveSession>()
  /** Ended here. The store may not know yet, or may not be able to. */
  private readonly ended = new Set<string>()
  private readonly key: Buffer

  /** @param secret what all sessions hang on: another password ends them all */
  constructor(
    private readonly store: SessionStore,
    secret: string,
    private readonly time: SessionTime = { wall: wallMs, steady: steadyMs },
  ) {
    // Slow on purpose, so that passwords cannot be tried against the digests.
    this.key = scryptSync(secret, 'gearboard session', 32)
  }

  /** Begins a session, and returns its token. */
  async begin(role: Role): Promise<string> {
    const token = randomBytes(32).toString('base64url')
    const createdAt = this.time.wall()
    const record = { digest: this.digestOf(token), role, createdAt, expiresAt: createdAt + TTL_MS }
    this.enliven(record, TTL_MS)
    await this.store
      .addSession(record)
      .catch((error: unknown) => log.warn({ err: error }, 'a sign-in will be lost when Gearboard restarts'))
    return token
  }

  find(token: string): Session | undefined {
    if (!TOKEN.test(token)) return undefined
    const digest = this.digestOf(token)
    if (this.ended.has(digest)) return undefined
    const session = this.live.get(digest) ?? this.recall(digest)
    if (!session) return undefined
    if (session.endsAt > this.time.steady()) return session
    void this.over(digest)
    return undefined
  }

  /** Ends a session and what is open of it; nothing where there is none. */
  async end(token: string): Promise<void> {
    const session = this.find(token)
    if (!session) return
    await this.over(session.digest)
  }

  /** For good: by the clock on the wall, the store may hold it for one that is not over yet. */
  private async over(digest: string): Promise<void> {
    this.ended.add(digest)
    keepNewest(this.ended, MOST_SESSIONS)
    this.live.get(digest)?.end()
    await this.store
      .remove(digest)
      .catch((error: unknown) => log.warn({ err: error }, 'a sign-out was not saved to disk'))
  }

  private digestOf(token: string): string {
    return createHmac('sha256', this.key).update(token).digest('hex')
  }

  private recall(digest: string): LiveSession | undefined {
    const record = this.store.find(digest)
    if (!record) return undefined
    const leftMs = Math.min(TTL_MS, record.expiresAt - this.time.wall())
    return leftMs > 0 ? this.enliven(record, leftMs) : undefined
  }

  private enliven(record: SessionRow, leftMs: number): LiveSession {
    const ending = new AbortController()
    const end = () => {
      clearTimeout(timer)
      this.live.delete(record.digest)
      ending.abort()
    }
    const timer = setTimeout(() => void this.over(record.digest), leftMs)
    timer.unref()
    const session = { ...record, endsAt: this.time.steady() + leftMs, ended: ending.signal, end }
    this.live.set(record.digest, session)
    const [oldest] = this.live.values()
    if (this.live.size > MOST_SESSIONS) oldest?.end()
    return session
  }
}
