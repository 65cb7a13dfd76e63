import { z } from 'zod'
import { INCIDENT_STATES, type Incident } from '@/lib/model/alerts/incident'
import { ALERT_SEVERITIES, type AlertSeverity, MOST_MUTE_MINUTES } from '@/lib/model/alerts/kinds'
import { type AlertDelivery, DELIVERY_STATES } from '@/lib/model/alerts/notification'
import type { EmailReceiver, ReceiverSecret, WebhookReceiver } from '@/lib/model/alerts/receiver'
import type { AlertRule } from '@/lib/model/alerts/rule'
import { answers, endpoint } from '../endpoint'
import { alertReceiver, alertRule } from './alert-definition'

/** A receiver without its secrets. */
export interface ReceiverSetting {
  readonly id: string
  readonly definition: Omit<WebhookReceiver, 'url' | 'secret'> | Omit<EmailReceiver, 'password'>
  /** Where it is, without what may be secret: `https://hooks.slack.com`, `smtp.example.com:587`. */
  readonly address: string
  /** The secrets that are stored. */
  readonly has: readonly ReceiverSecret[]
  /** ms since the epoch */
  readonly changedAt: number
  readonly changedBy: string | null
  /** Why nothing can be sent to it, and what helps; null where it can. */
  readonly problem: string | null
}

/** A rule, and where it comes from. */
export interface RuleSetting extends AlertRule {
  /** One of those that Gearboard brings: removing it restores it, switched off. */
  readonly isDefault: boolean
  /** The connections that it selects now: none, where they are gone or misspelt. */
  readonly selects: readonly string[]
}

export interface AlertSettingsReply {
  readonly rules: readonly RuleSetting[]
  readonly receivers: readonly ReceiverSetting[]
  /** Why nothing can be changed; null where it can. */
  readonly blocked: string | null
  /** Why no receiver with a secret can be stored; null where it can. */
  readonly sealing: string | null
}

/** What one attempt to send a test came to. */
export interface ReceiverTest {
  readonly delivered: boolean
  /** What the receiver said, or why it was not reached and what helps. */
  readonly answer: string
}

export interface DeliveriesReply {
  /** The latest first. */
  readonly deliveries: readonly AlertDelivery[]
  /** The cursor of the next page; null: this is the last. */
  readonly next: string | null
  /** How many of this page are damaged and left out. */
  readonly unreadable?: number
}

const MOST_DELIVERIES = 200

/** Of a history that cannot be read, only what is open is answered. */
export interface AlertsReply {
  /** On the first page those that have not ended, firing ones first and of these the worst; then those that have, the latest first. */
  readonly incidents: readonly Incident[]
  readonly next: string | null
  /** All that the asker may see and that have not ended, whatever the filter is. */
  readonly counts: {
    readonly firing: Readonly<Record<AlertSeverity, number>>
    readonly pending: number
  }
  /** Why this Gearboard judges no rule; null where it does. */
  readonly standsBy: string | null
  /** Why those that have ended cannot be read; null where they can. */
  readonly unavailable: string | null
  /** The time by which Gearboard counts, ms since the epoch. */
  readonly at: number
}

const MOST_INCIDENTS = 500

const incidentQuery = z.object({
  state: z.enum(INCIDENT_STATES, `must be one of ${INCIDENT_STATES.join(', ')}`).optional(),
  severity: z.enum(ALERT_SEVERITIES, `must be one of ${ALERT_SEVERITIES.join(', ')}`).optional(),
  cursor: z.string().max(40, 'must be the `next` of an earlier page').optional(),
  /** Of those that have ended. */
  limit: z.coerce.number().int().min(1).max(MOST_INCIDENTS, `must be at most ${MOST_INCIDENTS}`).optional(),
})

const mute = z.strictObject({
  minutes: z
    .number()
    .int('must be a whole number')
    .min(0, 'must be at least 0, which ends the mute')
    .max(MOST_MUTE_MINUTES, `must be at most ${MOST_MUTE_MINUTES}`),
})

/** What fires; rules, and where their notifications go. */
export const alertsEndpoints = {
  alerts: endpoint({
    method: 'GET',
    path: '/api/alerts',
    access: 'read',
    summary:
      'Alerts of the connections that the asker may see, and to admins of all connections those of Gearboard itself',
    query: incidentQuery.extend({ connection: z.string().max(64, 'must have at most 64 characters').optional() }),
    reply: answers<AlertsReply>(),
  }),
  connectionAlerts: endpoint({
    method: 'GET',
    path: '/api/{connection}/alerts',
    access: 'read',
    summary: 'Alerts of a connection',
    query: incidentQuery,
    reply: answers<AlertsReply>(),
  }),
  acknowledgeAlert: endpoint({
    method: 'POST',
    action: 'Acknowledge alert',
    confirm: null,
    path: '/api/{connection}/alerts/{id}/acknowledge',
    access: 'operate',
    ownRecord: true,
    summary: 'Say that an alert is being taken care of',
    reply: answers<Incident>(),
  }),
  muteAlert: endpoint({
    method: 'POST',
    action: 'Mute alert',
    confirm: null,
    path: '/api/{connection}/alerts/{id}/mute',
    access: 'operate',
    ownRecord: true,
    summary: 'Send no notification that this alert fires, for some minutes; 0 ends that',
    body: mute,
    reply: answers<Incident>(),
  }),
  acknowledgeOwnAlert: endpoint({
    method: 'POST',
    action: 'Acknowledge alert',
    confirm: null,
    path: '/api/alerts/{id}/acknowledge',
    access: 'admin',
    ownRecord: true,
    summary: 'As for a connection, of an alert that concerns Gearboard itself',
    reply: answers<Incident>(),
  }),
  muteOwnAlert: endpoint({
    method: 'POST',
    action: 'Mute alert',
    confirm: null,
    path: '/api/alerts/{id}/mute',
    access: 'admin',
    ownRecord: true,
    summary: 'As for a connection, of an alert that concerns Gearboard itself',
    body: mute,
    reply: answers<Incident>(),
  }),
  alertSettings: endpoint({
    method: 'GET',
    path: '/api/alerts/settings',
    access: 'admin',
    summary: 'Alert rules, and receivers without their secrets',
    reply: answers<AlertSettingsReply>(),
  }),
  addAlertRule: endpoint({
    method: 'POST',
    action: 'Add alert rule',
    confirm: null,
    path: '/api/alerts/rules',
    access: 'admin',
    ownRecord: true,
    summary: 'Add an alert rule',
    body: alertRule,
    reply: answers<{ readonly id: string }>(),
  }),
  changeAlertRule: endpoint({
    method: 'PUT',
    action: 'Change alert rule',
    confirm: null,
    path: '/api/alerts/rules/{id}',
    access: 'admin',
    ownRecord: true,
    summary: 'Change an alert rule. Its alerts end where it is switched off or no longer covers them',
    body: alertRule,
    reply: answers<{ readonly id: string }>(),
  }),
  removeAlertRule: endpoint({
    method: 'DELETE',
    action: 'Remove alert rule',
    confirm: null,
    path: '/api/alerts/rules/{id}',
    access: 'admin',
    ownRecord: true,
    summary: 'Remove an alert rule; a default rule is restored and switched off',
    reply: answers<{ readonly removed: string }>(),
  }),
  enableDefaultAlertRules: endpoint({
    method: 'POST',
    action: 'Enable default alert rules',
    confirm: null,
    path: '/api/alerts/rules/defaults',
    access: 'admin',
    ownRecord: true,
    summary: 'Switch on the default rules that were never changed',
    reply: answers<{ readonly enabled: readonly string[] }>(),
  }),
  addAlertReceiver: endpoint({
    method: 'POST',
    action: 'Add alert receiver',
    confirm: null,
    path: '/api/alerts/receivers',
    access: 'admin',
    ownRecord: true,
    summary: 'Add a webhook or mailbox that is notified',
    body: alertReceiver,
    reply: answers<ReceiverSetting>(),
  }),
  changeAlertReceiver: endpoint({
    method: 'PUT',
    action: 'Change alert receiver',
    confirm: null,
    path: '/api/alerts/receivers/{id}',
    access: 'admin',
    ownRecord: true,
    summary: 'Change a receiver; `keep` names the stored secrets that it goes on using',
    body: alertReceiver,
    reply: answers<ReceiverSetting>(),
  }),
  removeAlertReceiver: endpoint({
    method: 'DELETE',
    action: 'Remove alert receiver',
    confirm: null,
    path: '/api/alerts/receivers/{id}',
    access: 'admin',
    ownRecord: true,
    summary: 'Remove a receiver; what still waits for it is not sent',
    reply: answers<{ readonly removed: string }>(),
  }),
  testAlertReceiver: endpoint({
    method: 'POST',
    action: 'Test alert receiver',
    confirm: null,
    path: '/api/alerts/receivers/{id}/test',
    access: 'admin',
    ownRecord: true,
    summary:
      'Send a test to a stored receiver. Where it arrives, what waits for that receiver is sent at once. Takes up to 20 s',
    body: z.strictObject({}),
    reply: answers<ReceiverTest>(),
  }),
  testUnsavedAlertReceiver: endpoint({
    method: 'POST',
    action: 'Test alert receiver',
    confirm: null,
    path: '/api/alerts/receivers/test',
    access: 'admin',
    ownRecord: true,
    summary: 'Send a test to a receiver before it is saved. Takes up to 20 s',
    body: z.strictObject({
      receiver: alertReceiver,
      /** The stored one whose secrets it keeps. */
      id: z.string().max(64, 'must have at most 64 characters').optional(),
    }),
    reply: answers<ReceiverTest>(),
  }),
  alertDeliveries: endpoint({
    method: 'GET',
    path: '/api/alerts/deliveries',
    access: 'admin',
    summary: 'The delivery log: what was sent to receivers, what still waits, and what each receiver said',
    query: z.strictObject({
      state: z.enum(DELIVERY_STATES, `must be one of ${DELIVERY_STATES.join(', ')}`).optional(),
      cursor: z.string().max(40, 'must be the `next` of an earlier page').optional(),
      limit: z.coerce.number().int().min(1).max(MOST_DELIVERIES, `must be at most ${MOST_DELIVERIES}`).optional(),
    }),
    reply: answers<DeliveriesReply>(),
  }),
} as const
