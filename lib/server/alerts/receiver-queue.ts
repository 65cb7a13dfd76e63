import { createHash } from 'node:crypto'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { AlertDelivery, DeliveryAttempt } from '@/lib/model/alerts/notification'
import type { AlertMessage } from './receivers/message'
import type { SendResult } from './receivers/send-result'

export interface DeliveryLimits {
  /** The pauses before each further attempt, ms; after the last one it is given up. */
  readonly retriesMs: readonly number[]
  /** No more messages than this in each window; what else there is becomes one that counts them. */
  readonly perWindow: number
  readonly windowMs: number
  readonly mostWaiting: number
}

export const DELIVERY_LIMITS: DeliveryLimits = {
  retriesMs: [10_000, 30_000, 120_000, 600_000, 1_800_000],
  perWindow: 20,
  windowMs: 60_000,
  mostWaiting: 1000,
}

/** A pause is longer or shorter by up to this part, so that what failed together is not tried together. */
const JITTER = 0.2
/** A clock that was set may place an attempt years ahead: none waits longer after a restart, ms. */
const MOST_RESUMED_MS = 3_600_000

interface QueueParts {
  readonly limits: DeliveryLimits
  /** One attempt; never rejects. */
  readonly attempt: (message: AlertMessage) => Promise<SendResult>
  /** Keeps what became of a delivery; never rejects. */
  readonly keep: (delivery: AlertDelivery) => Promise<void>
}

interface QueuedDelivery {
  readonly delivery: AlertDelivery
  /** Of the steady clock, ms. */
  readonly dueAt: number
}

/** What waits for one receiver: one message at a time, in their order for each incident. */
export class ReceiverQueue {
  /** By id, oldest first. */
  private readonly waiting = new Map<string, QueuedDelivery>()
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined
  private ended = false
  private windowStart = Number.NEGATIVE_INFINITY
  private sentInWindow = 0

  constructor(private readonly parts: QueueParts) {}

  async add(delivery: AlertDelivery): Promise<void> {
    const { mostWaiting } = this.parts.limits
    if (this.waiting.size >= mostWaiting) {
      const answer = `Not sent: ${formatCount(mostWaiting)} notifications wait for this receiver already.`
      await this.parts.keep(ended(delivery, { at: wallMs(), ok: false, answer, durationMs: 0 }, 'failed'))
      return
    }
    const delay = Math.min(Math.max((delivery.dueAt ?? 0) - wallMs(), 0), MOST_RESUMED_MS)
    this.waiting.set(delivery.id, { delivery, dueAt: steadyMs() + delay })
    this.wake()
  }

  /** All that waits is tried now: the receiver works again. */
  retryNow(): void {
    const now = steadyMs()
    for (const [id, { delivery }] of this.waiting) this.waiting.set(id, { delivery, dueAt: now })
    this.wake()
  }

  /** Starts no further attempt. Resolves when the one that is running has ended. */
  async end(): Promise<void> {
    this.ended = true
    clearTimeout(this.timer)
    await this.running
  }

  private wake(): void {
    if (this.running || this.ended) return
    clearTimeout(this.timer)
    const now = steadyMs()
    const next = this.nextAt(now)
    if (next === undefined) return
    if (next > now) {
      this.timer = setTimeout(() => this.wake(), next - now).unref()
      return
    }
    this.running = this.sendDue(now).finally(() => {
      this.running = undefined
      this.wake()
    })
  }

  /** When something may be sent; undefined: nothing waits. */
  private nextAt(now: number): number | undefined {
    const due = this.inOrder()
    if (due.length === 0) return undefined
    const earliest = Math.min(...due.map(({ dueAt }) => dueAt))
    const { perWindow, windowMs } = this.parts.limits
    const isFull = this.sentInWindow >= perWindow && now - this.windowStart < windowMs
    return isFull ? Math.max(earliest, this.windowStart + windowMs) : earliest
  }

  /** Of each incident the oldest that waits: that it has ended is not told before that it began. */
  private inOrder(): readonly QueuedDelivery[] {
    const first = new Map<string, QueuedDelivery>()
    for (const queued of this.waiting.values()) {
      const key = incidentKey(queued.delivery)
      if (!first.has(key)) first.set(key, queued)
    }
    return [...first.values()]
  }

  private async sendDue(now: number): Promise<void> {
    const { perWindow, windowMs } = this.parts.limits
    // A storm that has ended long ago makes no digest of what comes now.
    const wasFull = this.sentInWindow >= perWindow && now - this.windowStart < 2 * windowMs
    if (now - this.windowStart >= windowMs) {
      this.windowStart = now
      this.sentInWindow = 0
    }
    this.sentInWindow += 1
    const batch = wasFull ? this.allDue(now) : [this.inOrder().find(({ dueAt }) => dueAt <= now)]
    await this.send(batch.flatMap((queued) => (queued ? [queued.delivery] : [])))
  }

  /** All that is due, but what follows something of its incident that is not. */
  private allDue(now: number): readonly QueuedDelivery[] {
    const held = new Set<string>()
    return [...this.waiting.values()].filter(({ delivery, dueAt }) => {
      const key = incidentKey(delivery)
      if (dueAt > now) held.add(key)
      return !held.has(key)
    })
  }

  private async send(batch: readonly AlertDelivery[]): Promise<void> {
    const [first] = batch
    if (!first) return
    const startedAt = steadyMs()
    const result = await this.parts.attempt(batch.length === 1 ? first.notification : digestOf(batch))
    // Cut short by the end of Gearboard: it is as if it had not been tried, and the next start tries it.
    if (this.ended && result.outcome === 'failed') return
    const attempt: DeliveryAttempt = {
      at: wallMs(),
      ok: result.outcome === 'delivered',
      answer: result.answer,
      durationMs: Math.round(steadyMs() - startedAt),
    }
    const pause = result.outcome === 'delivered' || !result.retry ? undefined : result.retryAfterMs
    await Promise.all(batch.map((delivery) => this.settle(delivery, attempt, result, pause ?? 0, batch.length > 1)))
  }

  private async settle(
    delivery: AlertDelivery,
    attempt: DeliveryAttempt,
    result: SendResult,
    askedPauseMs: number,
    inDigest: boolean,
  ): Promise<void> {
    const tries = delivery.attempts.filter(({ ok }) => !ok).length
    const pauseMs = result.outcome === 'failed' && result.retry ? this.parts.limits.retriesMs[tries] : undefined
    if (pauseMs === undefined) {
      this.waiting.delete(delivery.id)
      const state = result.outcome === 'failed' ? 'failed' : inDigest ? 'merged' : 'sent'
      return this.parts.keep(ended(delivery, attempt, state))
    }
    const delay = Math.max(pauseMs * (1 + JITTER * (2 * Math.random() - 1)), askedPauseMs)
    const next: AlertDelivery = {
      ...delivery,
      attempts: [...delivery.attempts, attempt],
      dueAt: Math.round(wallMs() + delay),
    }
    // In its place: the order is that of creation.
    this.waiting.set(delivery.id, { delivery: next, dueAt: steadyMs() + delay })
    return this.parts.keep(next)
  }
}

const ended = (
  delivery: AlertDelivery,
  attempt: DeliveryAttempt,
  state: 'sent' | 'failed' | 'merged',
): AlertDelivery => ({ ...delivery, attempts: [...delivery.attempts, attempt], state, dueAt: null })

const incidentKey = ({ notification: { rule, connection, subject } }: AlertDelivery): string =>
  JSON.stringify([rule.id, connection, subject])

/** The same deliveries make a digest of the same id: a receiver drops a second copy. */
const digestOf = (batch: readonly AlertDelivery[]): AlertMessage => ({
  id: createHash('sha256')
    .update(batch.map(({ id }) => id).join('\n'))
    .digest('hex')
    .slice(0, 32),
  event: 'digest',
  notifications: batch.map(({ notification }) => notification),
})
