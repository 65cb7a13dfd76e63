import { plural } from '@gearboard/gears/vocabulary/text'
import { type AlertCounts, firingCount } from './alert-counts'
import { ALERT_SEVERITIES } from './kinds'

/** `2 alerts are firing`, of all that the asker may see. */
export function alertsHeadline(counts: AlertCounts): string {
  const count = firingCount(counts)
  if (count === 0) return 'No alerts are firing'
  return `${plural(count, 'alert')} ${count === 1 ? 'is' : 'are'} firing`
}

/** `1 critical, 1 warning; 3 pending`. Empty: nothing is open. */
export function alertsSecond({ firing, pending }: AlertCounts): string {
  const bySeverity = ALERT_SEVERITIES.flatMap((severity) =>
    firing[severity] > 0 ? [`${firing[severity]} ${severity}`] : [],
  ).join(', ')
  return [bySeverity, pending > 0 ? `${pending} pending` : ''].filter((part) => part !== '').join('; ')
}
