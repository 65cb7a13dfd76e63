import type { AlertKind, AlertSeverity } from './kinds'

/** `pending`: it applies, but not for long enough yet. */
export const INCIDENT_STATES = ['firing', 'pending', 'resolved'] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

export const SUBJECT_KINDS = [
  'registration',
  'function',
  'shard',
  'connection',
  'requirement',
  'certificate',
  'memory',
  'gearboard',
] as const
type SubjectKind = (typeof SUBJECT_KINDS)[number]

/** What an incident concerns. */
export interface IncidentSubject {
  readonly kind: SubjectKind
  /** Unique among those of its kind on a connection. */
  readonly key: string
  /** As people call it. */
  readonly name: string
}

/**
 * Why an incident ended. `cleared`: its value was seen beyond the clear threshold. `gone`: what it concerned is no longer there.
 * `connection-removed`, `rule-changed`, `rule-removed`: nothing watches it any longer; whether it still applies is unknown.
 */
export const INCIDENT_ENDS = ['cleared', 'gone', 'connection-removed', 'rule-changed', 'rule-removed'] as const
export type IncidentEnd = (typeof INCIDENT_ENDS)[number]

/** One rule on one connection and one subject, from when it applied until it ended. Times are our clock, ms. */
export interface Incident {
  readonly id: string
  readonly rule: { readonly id: string; readonly name: string; readonly kind: AlertKind }
  readonly severity: AlertSeverity
  /** Null: it concerns Gearboard itself. */
  readonly connection: string | null
  readonly subject: IncidentSubject
  readonly state: IncidentState
  /** When it last applied, in the unit of its kind; null where that has none. */
  readonly value: number | null
  /** That of the rule when it was last judged. */
  readonly threshold: number | null
  /** One line: what was seen when it last applied. */
  readonly title: string
  readonly text: string
  /** The page that shows it, without base path. */
  readonly path: string
  readonly startedAt: number
  readonly firedAt: number | null
  readonly endedAt: number | null
  readonly ended: IncidentEnd | null
  /** When its value was last known. */
  readonly seenAt: number
  /** The last look could not see it: what is shown is of `seenAt`. */
  readonly unknown: boolean
  /** Ids of the receivers that were notified of its start: they are notified of its end, too. */
  readonly notified: readonly string[]
  readonly acknowledged: { readonly by: string | null; readonly at: number } | null
  /** No notification is sent of its start before this moment. */
  readonly mutedUntil: number | null
}
