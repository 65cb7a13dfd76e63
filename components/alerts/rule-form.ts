import { listed } from '@/components/shared/form/text-field'
import type { Contract } from '@/lib/api/contract'
import type { BodyInput } from '@/lib/api/endpoint'
import { ALERT_KIND, type AlertKind, type AlertSeverity } from '@/lib/model/alerts/kinds'
import type { AlertRule } from '@/lib/model/alerts/rule'
import { THRESHOLD_FIELD } from '@/lib/model/alerts/values'

/** What is typed into the form of a rule. */
export interface RuleForm {
  readonly name: string
  readonly kind: AlertKind
  readonly connections: string
  /** In the unit of the field, `kB/min`; empty for a kind without one. */
  readonly threshold: string
  readonly forS: string
  readonly severity: AlertSeverity
  /** Null: every receiver. */
  readonly receivers: readonly string[] | null
  readonly enabled: boolean
}

const thresholdText = (kind: AlertKind, threshold: number | null | undefined): string => {
  const { threshold: facts } = ALERT_KIND[kind]
  if (!facts) return ''
  return String((threshold ?? facts.default) / THRESHOLD_FIELD[facts.unit].each)
}

/** A new rule of a kind, as the kind suggests it. */
export const suggestedRule = (kind: AlertKind): RuleForm => ({
  name: '',
  kind,
  connections: '*',
  threshold: thresholdText(kind, undefined),
  forS: String(ALERT_KIND[kind].forS),
  severity: ALERT_KIND[kind].severity,
  receivers: null,
  enabled: true,
})

export const ruleForm = ({
  name,
  kind,
  connections,
  threshold,
  forS,
  severity,
  receivers,
  enabled,
}: AlertRule): RuleForm => ({
  name,
  kind,
  connections: connections.join(', '),
  threshold: thresholdText(kind, threshold),
  forS: String(forS),
  severity,
  receivers,
  enabled,
})

export type RuleBody = BodyInput<Contract['addAlertRule']>

export function ruleBody({ threshold, forS, connections, receivers, ...rest }: RuleForm): RuleBody {
  const { threshold: facts, of } = ALERT_KIND[rest.kind]
  return {
    ...rest,
    connections: of === 'gearboard' ? ['*'] : listed(connections),
    threshold: facts ? Math.round(numberIn(threshold) * THRESHOLD_FIELD[facts.unit].each * 1e6) / 1e6 : null,
    forS: numberIn(forS),
    receivers: receivers && [...receivers],
  }
}

/** Nothing typed is no zero. */
const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

/** A rule as it is, but switched on or off. */
export const switchedRule = (rule: AlertRule, enabled: boolean): RuleBody => ({ ...ruleBody(ruleForm(rule)), enabled })

/** Why the threshold cannot be sent; JSON has no word for what is no number, and none would be taken for the suggested one. */
export function thresholdProblem({ kind, threshold }: RuleForm): string | undefined {
  const isMissing = ALERT_KIND[kind].threshold !== null && !Number.isFinite(numberIn(threshold))
  return isMissing ? 'must be a number' : undefined
}
