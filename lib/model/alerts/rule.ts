import type { AlertKind, AlertSeverity } from './kinds'

/** What to watch for, and whom to notify. */
export interface AlertRule {
  readonly id: string
  readonly name: string
  readonly kind: AlertKind
  /** Selectors, as grants have them; not used by a kind that concerns Gearboard itself. */
  readonly connections: readonly string[]
  /** In the unit of its kind; null where that has none. */
  readonly threshold: number | null
  /** How long it has to apply before it fires, s. */
  readonly forS: number
  readonly severity: AlertSeverity
  /** Ids; null: every receiver. Without any, its incidents are on the page only. */
  readonly receivers: readonly string[] | null
  readonly enabled: boolean
}
