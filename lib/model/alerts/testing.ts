import type { Incident } from './incident'
import type { AlertDelivery } from './notification'

const AT = 1_760_000_000_000

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
