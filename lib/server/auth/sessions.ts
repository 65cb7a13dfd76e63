import { createHmac, randomBytes, scryptSync } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import type { Identity } from '@/lib/model/people/grant'
import { keepNewest } from '@/lib/server/keep-newest'
import type { SessionRow } from '../history'
import { log } from '../log'

/** Where sessions outlive Gearboard. Each may fail: without it they live as long as the process. */
export interface SessionStore {
  find(digest: string): SessionRow | undefined
  all(): readonly SessionRow[]
  addSession(record: SessionRow): Promise<void>
  touch(digest: string, at: number): Promise<void>
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
  usedAt: number
  writtenAt: number
  end(): void
}

/** A session lasts by the steady clock. The wall says only how much of it is left after a restart. */
export interface SessionTime {
  /** ms since the epoch. */
  wall(): number
  /** ms from some moment on. */
  steady(): number
}

/** How long a sign-in lasts at most. */
export const TTL_MS = 7 * 24 * 3_600_000
/** How often the last use of a session is written. */
const TOUCH_MS = 60_000
/** Held in memory at a time; those beyond end, the oldest first. */
const MOST_SESSIONS = 10_000
/** Of the digest that names the secret of a session. */
const SEAL_CHARS = 16
const TOKEN = /^[\w-]{43}$/

interface SessionOptions {
  readonly time?: SessionTime
  /** A session ends this long after its last request, ms. */
  readonly idleMs?: number
  /** What sessions of a kind hang on beside the secret: where it changes, they are over. */
  readonly hangsOn?: (kind: Identity['kind']) => string
}

/** Sessions are kept here, not in the cookie: an ended session is invalid even where the cookie was copied. */
export class Sessions {
  private readonly live = new Map<string, LiveSession>()
  /** Ended here. The store may not know yet, or may not be able to. */
  private readonly ended = new Set<string>()
  private readonly key: Buffer
  private readonly time: SessionTime
  private readonly idleMs: number
  private readonly hangsOn: (kind: Identity['kind']) => string

  /** @param secret what all sessions hang on: another password ends them all */
  constructor(
    private readonly store: SessionStore,
    secret: string,
    { time = { wall: wallMs, steady: steadyMs }, idleMs = TTL_MS, hangsOn = () => '' }: SessionOptions = {},
  ) {
    this.time = time
    this.idleMs = Math.min(idleMs, TTL_MS)
    this.hangsOn = hangsOn
    // Slow on purpose, so that passwords cannot be tried against the digests.
    this.key = scryptSync(secret, 'gearboard session', 32)
  }

  /** Begins a session, and returns its token. @param ip where the sign-in comes from */
  async begin({ kind, name, groups }: Identity, ip: string | null): Promise<string> {
    const token = randomBytes(32).toString('base64url')
    const createdAt = this.time.wall()
    const times = { createdAt, seenAt: createdAt, expiresAt: createdAt + TTL_MS }
    const record = { digest: this.digestOf(token), kind, name, groups, ip, ...times, sealedBy: this.sealOf(kind) }
    this.enliven(record, TTL_MS, this.idleMs)
    await this.store
      .addSession(record)
      .catch((error: unknown) => log.warn({ err: error }, 'a sign-in will be lost when Gearboard restarts'))
    return token
  }

  /** The session of this token, which counts as used now. */
  find(token: string): Session | undefined {
    const session = this.lookUp(token)
    if (!session) return undefined
    const now = this.time.steady()
    session.usedAt = now
    if (now - session.writtenAt >= TOUCH_MS) this.writeUse(session, now)
    return session
  }

  /** The session of this token, without counting as use of it. */
  peek(token: string): Session | undefined {
    return this.lookUp(token)
  }

  /** Those that have not ended, newest first. */
  all(): readonly SessionRow[] {
    const rows = new Map(this.store.all().map((row) => [row.digest, row]))
    const seenBy = (session: LiveSession) => Math.floor(this.time.wall() - (this.time.steady() - session.usedAt))
    for (const session of this.live.values()) rows.set(session.digest, { ...session, seenAt: seenBy(session) })
    return [...rows.values()]
      .filter(({ digest }) => !this.ended.has(digest))
      .filter((row) => this.live.has(row.digest) || (this.isOurs(row) && this.leftAfterRestart(row) > 0))
      .sort((a, b) => b.createdAt - a.createdAt)
  }

  /** Ends a session and what is open of it; nothing where there is none. */
  async end(token: string): Promise<void> {
    const session = this.find(token)
    if (!session) return
    await this.over(session.digest)
  }

  /** Ends those that `which` selects; returns how many. */
  async endAll(which: (session: SessionRow) => boolean): Promise<number> {
    const chosen = this.all().filter(which)
    await Promise.all(chosen.map(({ digest }) => this.over(digest)))
    return chosen.length
  }

  private lookUp(token: string): LiveSession | undefined {
    if (!TOKEN.test(token)) return undefined
    const digest = this.digestOf(token)
    if (this.ended.has(digest)) return undefined
    const session = this.live.get(digest) ?? this.recall(digest)
    if (!session) return undefined
    if (this.leftOf(session) <= 0) {
      void this.over(digest)
      return undefined
    }
    return session
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

  private writeUse(session: LiveSession, now: number): void {
    session.writtenAt = now
    // After a restart it would count as idle for longer than it was.
    void this.store
      .touch(session.digest, this.time.wall())
      .catch((error: unknown) => log.warn({ err: error }, 'the last use of a session was not saved to disk'))
  }

  private digestOf(token: string): string {
    return createHmac('sha256', this.key).update(token).digest('hex')
  }

  private sealOf(kind: Identity['kind']): string {
    return createHmac('sha256', this.key)
      .update(`seal\n${this.hangsOn(kind)}`)
      .digest('hex')
      .slice(0, SEAL_CHARS)
  }

  /** Whether it began with the present secret. Only its token shows that of a row from before seals. */
  private isOurs({ kind, sealedBy }: SessionRow): boolean {
    return sealedBy === null || sealedBy === this.sealOf(kind)
  }

  private leftOf({ endsAt, usedAt }: Pick<LiveSession, 'endsAt' | 'usedAt'>): number {
    return Math.min(endsAt, usedAt + this.idleMs) - this.time.steady()
  }

  /** The wall is all that passed while Gearboard did not run; a clock that is set prolongs nothing. */
  private leftAfterRestart({ expiresAt, seenAt }: SessionRow): number {
    const now = this.time.wall()
    return Math.min(TTL_MS, expiresAt - now, this.idleMs, (seenAt ?? now) + this.idleMs - now)
  }

  private recall(digest: string): LiveSession | undefined {
    const record = this.store.find(digest)
    if (!record || !this.isOurs(record) || this.leftAfterRestart(record) <= 0) return undefined
    return this.enliven(record, Math.min(TTL_MS, record.expiresAt - this.time.wall()), this.leftAfterRestart(record))
  }

  private enliven(record: SessionRow, leftMs: number, idleLeftMs: number): LiveSession {
    const ending = new AbortController()
    // Each request of a session listens until it is answered.
    setMaxListeners(0, ending.signal)
    const now = this.time.steady()
    const usedAt = now - (this.idleMs - idleLeftMs)
    let timer: NodeJS.Timeout
    const end = () => {
      clearTimeout(timer)
      this.live.delete(record.digest)
      ending.abort()
    }
    const session = { ...record, endsAt: now + leftMs, usedAt, writtenAt: now, ended: ending.signal, end }
    const check = () => {
      const left = this.leftOf(session)
      if (left <= 0) void this.over(record.digest)
      else timer = setTimeout(check, left).unref()
    }
    timer = setTimeout(check, Math.min(leftMs, idleLeftMs)).unref()
    this.live.set(record.digest, session)
    const [oldest] = this.live.values()
    if (this.live.size > MOST_SESSIONS) oldest?.end()
    return session
  }
}
