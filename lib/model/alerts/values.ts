import { figure, formatBytes, formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { formatDuration } from '../text/format'
import { ALERT_KIND, type AlertKind, type AlertUnit } from './kinds'
import type { AlertRule } from './rule'

/** The value of a stream that never drains at its current rate, s. */
export const NEVER_DRAINS_S = 1e9

const VALUE_WORDS: Readonly<Record<AlertUnit, (value: number) => string>> = {
  percent: (value) => `${figure(value)} %`,
  seconds: (value) => (value >= NEVER_DRAINS_S ? 'never' : formatDuration(1000 * value)),
  entries: (value) => plural(value, 'entry', 'entries'),
  bytesPerMinute: (value) => `${formatBytes(value)}/min`,
  days: (value) => (value < 0 ? 'expired' : plural(Math.floor(value), 'day')),
}

/** A value of this kind for people: `12 %`; a dash where it has none, or where it is unknown. */
export function valueInWords(kind: AlertKind, value: number | null): string {
  const { threshold } = ALERT_KIND[kind]
  return threshold && value !== null ? VALUE_WORDS[threshold.unit](value) : formatCount(null)
}

/** When a rule fires: `10 % or more, for 1 min`, `fewer than 30 days`, `for 1 min`, `at once`. */
export function conditionInWords({ kind, threshold, forS }: Pick<AlertRule, 'kind' | 'threshold' | 'forS'>): string {
  const { threshold: facts } = ALERT_KIND[kind]
  const lasting = forS === 0 ? [] : [`for ${formatDuration(1000 * forS)}`]
  if (!facts || threshold === null) return lasting[0] ?? 'at once'
  const value = VALUE_WORDS[facts.unit](threshold)
  return [facts.fires === 'below' ? `fewer than ${value}` : `${value} or more`, ...lasting].join(', ')
}

/** How a form takes thresholds of a unit: what it is called, and how much one of it is. */
export const THRESHOLD_FIELD: Readonly<Record<AlertUnit, { readonly unit: string; readonly each: number }>> = {
  percent: { unit: '%', each: 1 },
  seconds: { unit: 's', each: 1 },
  entries: { unit: 'entries', each: 1 },
  bytesPerMinute: { unit: 'kB/min', each: 1000 },
  days: { unit: 'days', each: 1 },
}
