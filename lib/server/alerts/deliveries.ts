import { randomUUID } from 'node:crypto'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import type { AlertDelivery, Notification } from '@/lib/model/alerts/notification'
import type { Receiver, ReceiverDefinition } from '@/lib/model/alerts/receiver'
import { keepNewest } from '../keep-newest'
import { log } from '../log'
import { DELIVERY_LIMITS, type DeliveryLimits, ReceiverQueue } from './receiver-queue'
import type { AlertMessage, Sender } from './receivers/message'
import type { OutgoingGuard } from './receivers/outgoing'
import { send } from './receivers/send'
import type { SendResult } from './receivers/send-result'

/** Where deliveries are kept. */
export interface DeliveryStore {
  /** Those that are still to be tried, oldest first. Undefined: not known here, or not now. */
  waiting(): readonly AlertDelivery[] | undefined
  record(delivery: AlertDelivery): Promise<void>
}

interface DeliveriesParts {
  readonly store: DeliveryStore
  /** A receiver with its secrets, or why nothing can be sent to it; undefined: it was removed. */
  readonly open: (id: string) => { readonly receiver: Receiver } | { readonly problem: string } | undefined
  readonly guard: OutgoingGuard
  readonly sender: Sender
  readonly limits?: DeliveryLimits
}

/** How often what an earlier Gearboard left is looked for, while it cannot be read, ms. */
const RESUME_MS = 10_000
/** How long the end of Gearboard waits for an answer, ms. */
const END_WAIT_MS = 2000
/** Ids of ended deliveries that are remembered, so that none is sent twice. */
const MOST_ENDED = 10_000

export interface DeliveryCounts {
  sent: number
  failed: number
  retried: number
}

/**
 * Sends notifications: to each receiver one at a time, again where it fails, and after a restart those that still wait. A receiver that hangs
 * holds up no other. What the disk does not take is sent anyway.
 */
export class Deliveries {
  private readonly queues = new Map<string, ReceiverQueue>()
  private readonly known = new Set<string>()
  private readonly ending = new AbortController()
  private resuming: NodeJS.Timeout | undefined
  /** Since the start. */
  readonly counts: DeliveryCounts = { sent: 0, failed: 0, retried: 0 }

  constructor(private readonly parts: DeliveriesParts) {
    this.resume()
  }

  /** Sends those that wait and are not known yet. */
  take(deliveries: readonly AlertDelivery[]): void {
    for (const delivery of deliveries) {
      if (delivery.state !== 'waiting' || this.known.has(delivery.id) || this.ending.signal.aborted) continue
      this.known.add(delivery.id)
      keepNewest(this.known, MOST_ENDED)
      void this.queueOf(delivery.receiver).add(delivery)
    }
  }

  /**
   * Sends a test now. One to a stored receiver is in the delivery log, and where it succeeds, what waits for that receiver is tried at once.
   * @param id of the stored receiver; undefined: it is not saved yet
   */
  async test(receiver: ReceiverDefinition, id: string | undefined): Promise<SendResult> {
    const at = wallMs()
    const notification = testNotification(receiver, at)
    const startedAt = steadyMs()
    const result = await this.attempt(receiver, notification)
    if (id === undefined) return result
    const ok = result.outcome === 'delivered'
    const durationMs = Math.round(steadyMs() - startedAt)
    await this.keep({
      id: notification.id,
      receiver: id,
      notification,
      state: ok ? 'sent' : 'failed',
      attempts: [{ at: wallMs(), ok, answer: result.answer, durationMs }],
      createdAt: at,
      dueAt: null,
    })
    if (ok) this.queues.get(id)?.retryNow()
    return result
  }

  /** Waits a moment for the answers of receivers; what is not answered by then is tried after the next start. */
  async end(): Promise<void> {
    clearTimeout(this.resuming)
    const ended = Promise.all([...this.queues.values()].map((queue) => queue.end()))
    const timer = setTimeout(() => this.ending.abort(), END_WAIT_MS)
    await ended
    clearTimeout(timer)
    this.ending.abort()
  }

  private resume(): void {
    const waiting = this.parts.store.waiting()
    if (waiting) this.take(waiting)
    else this.resuming = setTimeout(() => this.resume(), RESUME_MS).unref()
  }

  private queueOf(id: string): ReceiverQueue {
    const known = this.queues.get(id)
    if (known) return known
    const queue = new ReceiverQueue({
      limits: this.parts.limits ?? DELIVERY_LIMITS,
      attempt: (message) => this.attemptAt(id, message),
      keep: (delivery) => this.keep(delivery),
    })
    this.queues.set(id, queue)
    return queue
  }

  private async attemptAt(id: string, message: AlertMessage): Promise<SendResult> {
    const opened = this.parts.open(id)
    if (!opened) return { outcome: 'failed', answer: 'The receiver was removed.', retry: false }
    // It may be entered again while this waits.
    if ('problem' in opened) return { outcome: 'failed', answer: opened.problem, retry: true }
    return this.attempt(opened.receiver, message)
  }

  private attempt(receiver: ReceiverDefinition, message: AlertMessage): Promise<SendResult> {
    const { guard, sender } = this.parts
    return send(receiver, message, { guard, sender, ending: this.ending.signal })
  }

  private async keep(delivery: AlertDelivery): Promise<void> {
    const { state } = delivery
    this.counts[state === 'waiting' ? 'retried' : state === 'failed' ? 'failed' : 'sent'] += 1
    try {
      await this.parts.store.record(delivery)
    } catch (error) {
      log.warn({ err: error, receiver: delivery.receiver }, 'a delivery of an alert could not be recorded')
    }
  }
}

/** Shaped as those that it stands for. */
const testNotification = ({ name }: ReceiverDefinition, at: number): Notification => ({
  id: randomUUID(),
  event: 'test',
  severity: 'info',
  rule: { id: 'test', name: 'Test of a receiver', kind: 'not-recording' },
  connection: null,
  subject: name,
  title: `Gearboard can send alerts to ${name}`,
  text: 'This is a test. Nothing is wrong.',
  path: '/settings/alerts',
  startedAt: at,
  endedAt: null,
})
