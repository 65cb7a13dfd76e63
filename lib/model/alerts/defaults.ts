import { EVERY_CONNECTION } from '../people/grant'
import { ALERT_KIND, type AlertKind } from './kinds'
import type { AlertRule } from './rule'

const byDefault = (
  id: string,
  name: string,
  kind: AlertKind,
  differs: Partial<Pick<AlertRule, 'threshold' | 'forS' | 'severity'>> = {},
): AlertRule => {
  const { threshold, forS, severity } = ALERT_KIND[kind]
  return {
    id: `default-${id}`,
    name,
    kind,
    connections: [EVERY_CONNECTION],
    threshold: threshold?.default ?? null,
    forS,
    severity,
    receivers: null,
    enabled: false,
    ...differs,
  }
}

/** Rules that suit most servers, switched off: there may be no receiver yet. */
export const DEFAULT_RULES: readonly AlertRule[] = [
  byDefault('failures', 'Runs fail', 'failure-rate'),
  byDefault('most-fail', 'Most runs fail', 'failure-rate', { threshold: 50, severity: 'critical' }),
  byDefault('retry-loop', 'Stream stuck in a retry loop', 'retry-loop'),
  byDefault('stuck', 'Execution stuck', 'stuck-execution'),
  byDefault('lag', 'Stream lags behind', 'stream-lag'),
  byDefault('drain', 'Stream does not catch up', 'stream-drain'),
  byDefault('memory', 'Python memory grows', 'memory-growth'),
  byDefault('silent', 'Shard does not answer', 'shard-silent'),
  byDefault('missing', 'Registration missing on a shard', 'registration-missing'),
  byDefault('requirement', 'Requirement not installed', 'requirement-missing'),
  byDefault('certificate', 'Certificate expires within a month', 'certificate-expiring'),
  byDefault('certificate-soon', 'Certificate expires within a week', 'certificate-expiring', {
    threshold: 7,
    severity: 'critical',
  }),
  byDefault('not-recording', 'Gearboard does not record', 'not-recording'),
]

/** Whether restoring a default rule would change nothing. */
export function isAsDefault(rule: AlertRule): boolean {
  const { id, name, kind, connections, threshold, forS, severity, receivers, enabled } = rule
  const own = { id, name, kind, connections, threshold, forS, severity, receivers, enabled }
  return DEFAULT_RULES.some((each) => each.id === id && JSON.stringify({ ...each, ...own }) === JSON.stringify(each))
}
