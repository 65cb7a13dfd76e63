import { z } from 'zod'
import { ALERT_KINDS, ALERT_SEVERITIES } from '@/lib/model/alerts/kinds'
import { MAIL_SECURITY, RECEIVER_SECRETS, WEBHOOK_SHAPES } from '@/lib/model/alerts/receiver'
import type { AlertRule } from '@/lib/model/alerts/rule'
import type { AlertRecordKind } from '../history/store'
import { type RecordStore, RecordsById } from '../kept-records'

/** A receiver as it is kept: its secrets are sealed, so that whoever reads the database learns none. */
export interface StoredReceiver {
  readonly id: string
  readonly definition: ReceiverWithoutSecrets
  readonly address: string
  /** By their field. */
  readonly sealed: Readonly<Partial<Record<(typeof RECEIVER_SECRETS)[number], string>>>
  /** The fingerprint of the key that sealed them; null: there are none. */
  readonly sealedBy: string | null
  /** ms since the epoch */
  readonly changedAt: number
  readonly changedBy: string | null
}

export type ReceiverWithoutSecrets = z.output<typeof withoutSecrets>

/** No notification is sent of what a rule finds on a subject, until a moment. */
export interface AlertMute {
  /** Of rule, connection and subject: `muteId` makes it. */
  readonly id: string
  /** Our clock, ms. */
  readonly until: number
  readonly by: string | null
}

const withoutSecrets = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('webhook'), name: z.string(), shape: z.enum(WEBHOOK_SHAPES) }),
  z.object({
    kind: z.literal('email'),
    name: z.string(),
    host: z.string(),
    port: z.number(),
    security: z.enum(MAIL_SECURITY),
    username: z.string().optional(),
    from: z.string(),
    to: z.array(z.string()),
  }),
])

interface AlertRecordOf {
  readonly rule: AlertRule
  readonly receiver: StoredReceiver
  readonly mute: AlertMute
}

/** As an earlier Gearboard may have written them. */
const SCHEMAS: { readonly [Kind in AlertRecordKind]: z.ZodType<AlertRecordOf[Kind]> } = {
  rule: z.object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(ALERT_KINDS),
    connections: z.array(z.string()),
    threshold: z.number().nullable(),
    forS: z.number(),
    severity: z.enum(ALERT_SEVERITIES),
    receivers: z.array(z.string()).nullable(),
    enabled: z.boolean(),
  }),
  receiver: z.object({
    id: z.string(),
    definition: withoutSecrets,
    address: z.string(),
    sealed: z.partialRecord(z.enum(RECEIVER_SECRETS), z.string()),
    sealedBy: z.string().nullable(),
    changedAt: z.number(),
    changedBy: z.string().nullable(),
  }),
  mute: z.object({ id: z.string(), until: z.number(), by: z.string().nullable() }),
}

export class AlertRecords<Kind extends AlertRecordKind> extends RecordsById<Kind, AlertRecordOf[Kind]> {
  constructor(kind: Kind, store: RecordStore<AlertRecordKind>, now: () => number) {
    super({ kind, store, schema: SCHEMAS[kind], idOf: ({ id }) => id, now, noun: 'Alert rules and receivers' })
  }
}
