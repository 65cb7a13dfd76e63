/** What a rule can watch for, in the order in which pages list it. */
export const ALERT_KINDS = [
  'failure-rate',
  'retry-loop',
  'stuck-execution',
  'stream-lag',
  'stream-drain',
  'memory-growth',
  'shard-silent',
  'registration-missing',
  'requirement-missing',
  'certificate-expiring',
  'not-recording',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** Worst first. */
export const ALERT_SEVERITIES = ['critical', 'warning', 'info'] as const
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number]

/** What the value of a kind is measured in. */
export type AlertUnit = 'percent' | 'seconds' | 'entries' | 'bytesPerMinute' | 'days'

/** The value from which a kind fires. A kind without one applies or does not. */
interface AlertThreshold {
  readonly unit: AlertUnit
  /** `above`: it fires at the threshold and above it. `below`: below it. */
  readonly fires: 'above' | 'below'
  /** What a rule may be set to. */
  readonly least: number
  readonly most: number
  readonly default: number
  /** Beyond which value it ends; further from the threshold, so that a value that hovers there does not fire again and again. */
  clearsAt(threshold: number): number
}

interface AlertKindFacts {
  readonly label: string
  /** What fires it, as a sentence. */
  readonly explains: string
  /** What its value is; of one without a threshold, what is so while it fires. */
  readonly measures: string
  readonly threshold: AlertThreshold | null
  /** How long it has to apply before it fires, s, unless the rule says otherwise. */
  readonly forS: number
  readonly severity: AlertSeverity
  /** `gearboard`: it concerns Gearboard itself, and belongs to no connection. */
  readonly of: 'connection' | 'gearboard'
}

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
/** A rule that waits longer than this is late, s. */
export const MOST_FOR_S = DAY_S
/** Longest mute, minutes: a month. */
export const MOST_MUTE_MINUTES = 30 * 24 * 60

const above = (
  unit: AlertUnit,
  least: number,
  most: number,
  fallback: number,
  clears: (threshold: number) => number,
): AlertThreshold => ({ unit, fires: 'above', least, most, default: fallback, clearsAt: clears })

/** Each kind, once: what rules, pages, mails and the documentation say of it. */
export const ALERT_KIND: Readonly<Record<AlertKind, AlertKindFacts>> = {
  'failure-rate': {
    label: 'Failure rate',
    explains:
      'Of the runs of a registration or submitted function in the last 15 min, this share failed. Needs 5 runs, unless all of fewer failed.',
    measures: 'failed share of its recent runs',
    threshold: above('percent', 1, 100, 10, (threshold) => threshold * 0.8),
    forS: MINUTE_S,
    severity: 'warning',
    of: 'connection',
  },
  'retry-loop': {
    label: 'Retry loop',
    explains: 'A stream registration retries a batch that fails again and again, and reads nothing else meanwhile.',
    measures: 'retries a failed batch',
    threshold: null,
    forS: MINUTE_S,
    severity: 'critical',
    of: 'connection',
  },
  'stuck-execution': {
    label: 'Stuck execution',
    explains: 'An execution has been in flight for this long, as Gearboard observed it.',
    measures: 'time in flight of its longest execution',
    threshold: above('seconds', 5, 7 * DAY_S, 5 * MINUTE_S, (threshold) => threshold),
    forS: 0,
    severity: 'warning',
    of: 'connection',
  },
  'stream-lag': {
    label: 'Stream lag',
    explains: 'So many entries wait in the streams of a registration: undelivered, or delivered and not acknowledged.',
    measures: 'entries that wait in its streams',
    threshold: above('entries', 1, 1e9, 10_000, (threshold) => Math.floor(threshold * 0.8)),
    forS: 2 * MINUTE_S,
    severity: 'warning',
    of: 'connection',
  },
  'stream-drain': {
    label: 'Time to drain',
    explains:
      'At its current rate, a registration needs this long for the entries that wait in its streams, or never catches up.',
    measures: 'time until its streams are drained',
    threshold: above('seconds', 10, 30 * DAY_S, HOUR_S, (threshold) => threshold * 0.8),
    forS: 5 * MINUTE_S,
    severity: 'warning',
    of: 'connection',
  },
  'memory-growth': {
    label: 'Memory growth',
    explains:
      'The Python memory of a connection grows this fast, or the runs of one function leave so much behind, as far as the last hour proves it.',
    measures: 'growth of Python memory',
    threshold: above('bytesPerMinute', 1024, 1e12, 1_000_000, (threshold) => threshold * 0.5),
    forS: 10 * MINUTE_S,
    severity: 'warning',
    of: 'connection',
  },
  'shard-silent': {
    label: 'Silent shard',
    explains: 'A shard has not answered for this long, or refuses service.',
    measures: 'time since its last answer',
    threshold: above('seconds', 5, DAY_S, 30, () => 5),
    forS: 0,
    severity: 'critical',
    of: 'connection',
  },
  'registration-missing': {
    label: 'Registration missing on a shard',
    explains:
      'A shard that answers does not know a registration of the others: its events fire nothing, or every run fails.',
    measures: 'missing on a shard',
    threshold: null,
    forS: MINUTE_S,
    severity: 'critical',
    of: 'connection',
  },
  'requirement-missing': {
    label: 'Requirement not installed',
    explains: 'A shard has not installed a Python requirement that others list: functions that need it fail there.',
    measures: 'not installed on a shard',
    threshold: null,
    forS: 5 * MINUTE_S,
    severity: 'warning',
    of: 'connection',
  },
  'certificate-expiring': {
    label: 'Certificate expiring',
    explains: 'The TLS certificate of a server expires in fewer days.',
    measures: 'days until its certificate expires',
    threshold: {
      unit: 'days',
      fires: 'below',
      least: 1,
      most: 365,
      default: 30,
      clearsAt: (threshold) => threshold + 1,
    },
    forS: 0,
    severity: 'warning',
    of: 'connection',
  },
  'not-recording': {
    label: 'Gearboard not recording',
    explains: 'Gearboard cannot write its history: what happens now will be missing there and in the audit log.',
    measures: 'history is not written',
    threshold: null,
    forS: MINUTE_S,
    severity: 'critical',
    of: 'gearboard',
  },
}
