import type { AlertKind, AlertSeverity } from './kinds'

export const NOTIFICATION_EVENTS = ['firing', 'resolved', 'test'] as const
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number]

/** What a receiver is told: one event of one incident. */
export interface Notification {
  /** Unique, and the same for every attempt, so that receivers can drop a second copy. */
  readonly id: string
  readonly event: NotificationEvent
  readonly severity: AlertSeverity
  readonly rule: { readonly id: string; readonly name: string; readonly kind: AlertKind }
  /** Null: it concerns Gearboard itself. */
  readonly connection: string | null
  /** As people call it: `reserve-stock`, `shard 127.0.0.1:6379`. */
  readonly subject: string
  /** One line: `reserve-stock fails 12 % of its runs on orders`. */
  readonly title: string
  /** What was seen, with value, threshold and since when. */
  readonly text: string
  /** The page that shows it, without base path: `/orders/registrations`. */
  readonly path: string
  /** Our clock, ms. */
  readonly startedAt: number
  readonly endedAt: number | null
}

/**
 * `waiting`: it will be tried, at `dueAt`. `sent`: the receiver took it. `failed`: given up. `merged`: it was counted in a message that
 * stood for many.
 */
export const DELIVERY_STATES = ['waiting', 'sent', 'failed', 'merged'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** One try to send a notification. */
export interface DeliveryAttempt {
  /** Our clock, ms. */
  readonly at: number
  readonly ok: boolean
  /** What the receiver said, or why it was not reached. */
  readonly answer: string
  readonly durationMs: number
}

/** A notification on its way to one receiver. */
export interface AlertDelivery {
  /** That of its notification. */
  readonly id: string
  /** Id of the receiver. */
  readonly receiver: string
  readonly notification: Notification
  readonly state: DeliveryState
  /** Oldest first; bounded. */
  readonly attempts: readonly DeliveryAttempt[]
  /** Our clock, ms. */
  readonly createdAt: number
  /** When it is tried next, our clock, ms; null: it is not. */
  readonly dueAt: number | null
}
