import type { Incident } from './incident'
import { ALERT_KIND, type AlertKind } from './kinds'
import type { AlertDelivery } from './notification'
import type { AlertRule } from './rule'

const AT = 1_760_000_000_000

/** On all connections, with the threshold of its kind; it fires at once. */
export const aRule = (kind: AlertKind, changes: Partial<AlertRule> = {}): AlertRule => ({
  id: 'r1',
  name: ALERT_KIND[kind].label,
  kind,
  connections: ['*'],
  threshold: ALERT_KIND[kind].threshold?.default ?? null,
  forS: 0,
  severity: 'warning',
  receivers: null,
  enabled: true,
  ...changes,
})

/** One that fires. */
export const anIncident = (changes: Partial<Incident> = {}): Incident => ({
  id: 'i1',
  rule: { id: 'r1', name: 'Runs fail', kind: 'failure-rate' },
  severity: 'warning',
  connection: 'orders',
  subject: { kind: 'registration', key: 'k1', name: 'reserve-stock' },
  state: 'firing',
  value: 12,
  threshold: 10,
  title: 'reserve-stock fails 12 % of its runs',
  text: '12 % of its recent runs failed.',
  path: '/orders/registrations',
  startedAt: AT,
  firedAt: AT + 60_000,
  endedAt: null,
  ended: null,
  seenAt: AT + 60_000,
  unknown: false,
  notified: [],
  acknowledged: null,
  mutedUntil: null,
  ...changes,
})

/** One that waits for its first attempt. */
export function aDelivery(id: string, changes: Partial<AlertDelivery> = {}): AlertDelivery {
  const { rule, severity, connection, subject, title, text, path, startedAt } = anIncident()
  return {
    id,
    receiver: 'w1',
    notification: {
      id,
      event: 'firing',
      severity,
      rule,
      connection,
      subject: subject.name,
      title,
      text,
      path,
      startedAt,
      endedAt: null,
    },
    state: 'waiting',
    attempts: [],
    createdAt: AT,
    dueAt: AT,
    ...changes,
  }
}
