import type { Incident } from '@/lib/model/alerts/incident'
import type { AlertDelivery } from '@/lib/model/alerts/notification'

/** What each receiver is told of an event. Their ids follow from it: the same event is told once, however often it is passed on. */
export const deliveriesOf = (
  { id, rule, severity, connection, subject, title, text, path, startedAt, endedAt }: Incident,
  event: 'firing' | 'resolved',
  receivers: readonly string[],
  at: number,
): readonly AlertDelivery[] =>
  receivers.map((receiver) => ({
    id: `${id}.${event}.${receiver}`,
    receiver,
    notification: {
      id: `${id}.${event}.${receiver}`,
      event,
      severity,
      rule,
      connection,
      subject: subject.name,
      title: connection === null ? title : `${title} on ${connection}`,
      text,
      path,
      startedAt,
      endedAt,
    },
    state: 'waiting',
    attempts: [],
    createdAt: at,
    dueAt: at,
  }))
