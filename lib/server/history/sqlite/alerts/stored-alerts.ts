import { z } from 'zod'
import { INCIDENT_ENDS, INCIDENT_STATES, type Incident, SUBJECT_KINDS } from '@/lib/model/alerts/incident'
import { ALERT_KINDS, ALERT_SEVERITIES } from '@/lib/model/alerts/kinds'
import {
  type AlertDelivery,
  DELIVERY_STATES,
  NOTIFICATION_EVENTS,
  type Notification,
} from '@/lib/model/alerts/notification'
import type { Row } from '../row'
import { stored } from '../stored'

/** What is kept as JSON may have been written by an earlier Gearboard. */
const rule = z.object({ id: z.string(), name: z.string(), kind: z.enum(ALERT_KINDS) })
const severity = z.enum(ALERT_SEVERITIES)

const incident: z.ZodType<Incident> = z.object({
  id: z.string(),
  rule,
  severity,
  connection: z.string().nullable(),
  subject: z.object({ kind: z.enum(SUBJECT_KINDS), key: z.string(), name: z.string() }),
  state: z.enum(INCIDENT_STATES),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  title: z.string(),
  text: z.string(),
  path: z.string(),
  startedAt: z.number(),
  firedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  ended: z.enum(INCIDENT_ENDS).nullable(),
  seenAt: z.number(),
  unknown: z.boolean(),
  notified: z.array(z.string()),
  acknowledged: z.object({ by: z.string().nullable(), at: z.number() }).nullable(),
  mutedUntil: z.number().nullable(),
})

const notification: z.ZodType<Notification> = z.object({
  id: z.string(),
  event: z.enum(NOTIFICATION_EVENTS),
  severity,
  rule,
  connection: z.string().nullable(),
  subject: z.string(),
  title: z.string(),
  text: z.string(),
  path: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
})

const delivery: z.ZodType<AlertDelivery> = z.object({
  id: z.string(),
  receiver: z.string(),
  notification,
  state: z.enum(DELIVERY_STATES),
  attempts: z.array(z.object({ at: z.number(), ok: z.boolean(), answer: z.string(), durationMs: z.number() })),
  createdAt: z.number(),
  dueAt: z.number().nullable(),
})

/** @throws DamagedRow */
export const incidentIn = (row: Row): Incident => stored('the fields', incident, row.text('value'))

/** @throws DamagedRow */
export const deliveryIn = (row: Row): AlertDelivery => stored('the fields', delivery, row.text('value'))
