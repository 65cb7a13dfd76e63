import { BellRing, CircleCheck, Hourglass, Info, Layers, OctagonX, TriangleAlert } from 'lucide-react'
import type { StateLook } from '@/components/shared/text/outcome'
import type { IncidentState } from '@/lib/model/alerts/incident'
import type { AlertSeverity } from '@/lib/model/alerts/kinds'
import type { DeliveryState, NotificationEvent } from '@/lib/model/alerts/notification'

export const SEVERITY_LOOK: Readonly<Record<AlertSeverity, StateLook>> = {
  critical: { icon: OctagonX, tone: 'failed', word: 'critical' },
  warning: { icon: TriangleAlert, tone: 'waiting', word: 'warning' },
  info: { icon: Info, tone: 'running', word: 'info' },
}

export const DELIVERY_LOOK: Readonly<Record<DeliveryState, StateLook>> = {
  waiting: { icon: Hourglass, tone: 'waiting', word: 'queued' },
  sent: { icon: CircleCheck, tone: 'ok', word: 'delivered' },
  merged: { icon: Layers, tone: 'ok', word: 'in a digest' },
  failed: { icon: OctagonX, tone: 'failed', word: 'not delivered' },
}

export const EVENT_WORDS: Readonly<Record<NotificationEvent, string>> = {
  firing: 'Firing',
  resolved: 'Resolved',
  test: 'Test',
}

export const INCIDENT_LOOK: Readonly<Record<IncidentState, StateLook>> = {
  firing: { icon: BellRing, tone: 'failed', word: 'firing' },
  pending: { icon: Hourglass, tone: 'waiting', word: 'pending' },
  resolved: { icon: CircleCheck, tone: 'ok', word: 'resolved' },
}
