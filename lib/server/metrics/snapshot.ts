import { ALERT_SEVERITIES } from '@/lib/model/alerts/kinds'
import type { ShardState } from '@/lib/model/cluster/shard'
import { isInFlight } from '@/lib/model/executions/execution-view'
import { REGISTRATION_HEALTHS } from '@/lib/model/registrations/health'
import type { Registration, RegistrationPart } from '@/lib/model/registrations/registration'
import type { AlertWatch } from '../alerts/alert-watch'
import type { DeliveryCounts } from '../alerts/deliveries'
import type { HistoryLoad } from '../history'
import type { Feed } from '../hub/publish/feed'
import { BoundedNames, OTHER } from './bounded-names'
import type { Families } from './families'

/** Registrations with series of their own, the oldest first; the counters of the others add up under `other`. */
const MAX_REGISTRATIONS = 100

/** A hub, as far as it matters here. */
export interface MetricsHub {
  readonly feed: Feed
  answerAgeMs(shard: string): number | null
}

interface Scrape {
  readonly connection: string
  readonly hub: MetricsHub
  readonly feed: Feed
  readonly families: Families
}

/** What the hub knows now. A silent shard keeps its place in `gearboard_shard_up` and loses its other series: old is not present. */
export function writeSnapshot(scrape: Scrape): void {
  writeConnection(scrape)
  for (const shard of scrape.feed.shardStates) writeShard(scrape, shard)
  writeExecutions(scrape)
  writeRegistrations(scrape)
}

/** Always present, whatever the disk does: users want to know when nothing is written. */
export function writeHistory(families: Families, load: HistoryLoad | undefined): void {
  if (!load) return
  families.gauge('gearboard_history_writable', 'Whether history is written to disk', load.writes ? 1 : 0, {})
  families.gauge('gearboard_history_bytes', 'Size of the history and its log', load.bytes, {})
  families.gauge('gearboard_history_queue_entries', 'History entries waiting to be written', load.length, {})
  families.gauge('gearboard_history_queue_age_seconds', 'Age of the oldest waiting entry', load.lagMs / 1000, {})
  families.counter('gearboard_history_dropped_total', 'History entries lost since the start', load.dropped, {})
}

/** Alerts, as far as they matter here. */
export interface MetricsAlerts {
  readonly watch: Pick<AlertWatch, 'current' | 'standsBy'>
  readonly deliveries: { readonly counts: DeliveryCounts }
}

/** None of alerts where another Gearboard watches: it has them. */
export function writeAlerts(families: Families, { watch, deliveries }: MetricsAlerts): void {
  const help = 'Alerts that fire, or apply and do not fire yet'
  const open = watch.standsBy === null ? watch.current : []
  for (const state of watch.standsBy === null ? (['firing', 'pending'] as const) : [])
    for (const severity of ALERT_SEVERITIES) {
      const count = open.filter((incident) => incident.state === state && incident.severity === severity).length
      families.gauge('gearboard_alerts', help, count, { state, severity })
    }
  const attempts = 'Attempts to send notifications of alerts, since the start'
  for (const [outcome, count] of Object.entries(deliveries.counts))
    families.counter('gearboard_alert_deliveries_total', attempts, count, { outcome })
}

function writeConnection({ connection, feed: { connection: state }, families }: Scrape): void {
  const labels = { connection }
  families.gauge('gearboard_connection_up', 'Whether every master answers', state.status === 'live' ? 1 : 0, labels)
  families.gauge('gearboard_shards', 'Known masters', state.coverage.of, labels)
  families.gauge('gearboard_shards_up', 'Masters that answered the last poll', state.coverage.answered, labels)
  const { details } = state
  families.gauge(
    'gearboard_outcome_queue',
    'Finished executions whose outcome is not read yet',
    details?.queued,
    labels,
  )
  families.gauge(
    'gearboard_outcomes_skipped_last_minute',
    'Finished executions whose outcome was never read, because there were too many',
    details?.skippedLastMinute,
    labels,
  )
}

function writeShard({ connection, hub, feed, families }: Scrape, shard: ShardState): void {
  const labels = { connection, shard: shard.key, address: shard.address }
  if (shard.state === 'unasked') return
  const up = shard.state === 'up'
  const ageMs = hub.answerAgeMs(shard.key)
  families.gauge('gearboard_shard_up', 'Whether the shard answered the last poll', up ? 1 : 0, labels)
  families.gauge(
    'gearboard_shard_answer_age_seconds',
    'Time since the shard last answered a poll',
    ageMs === null ? null : ageMs / 1000,
    labels,
  )
  if (!up) return
  const known = { connection, shard: shard.key }
  const latency = shard.latencyMs === null ? null : shard.latencyMs / 1000
  families.gauge('gearboard_poll_duration_seconds', 'Round trip of the last successful poll', latency, known)
  families.gauge('gearboard_shard_executions', 'Executions that the shard lists', shard.executions, known)
  families.gauge('gearboard_shard_registrations', 'Registrations that the shard lists', shard.registrations, known)
  families.gauge('gearboard_redis_memory_bytes', 'Memory that Redis uses (INFO used_memory)', shard.usedMemory, known)
  const python = feed.lastSample?.memory[shard.key]
  families.gauge(
    'gearboard_python_memory_bytes',
    'Python memory now (RG.PYSTATS CurrAllocated)',
    python?.current,
    known,
  )
  families.gauge(
    'gearboard_python_memory_peak_bytes',
    'Peak Python memory (RG.PYSTATS PeakAllocated)',
    python?.peak,
    known,
  )
  const allocated = 'Python memory allocated in total, including freed memory (RG.PYSTATS TotalAllocated)'
  families.counter('gearboard_python_allocated_bytes_total', allocated, python?.total, known)
}

function writeExecutions({ connection, feed, families }: Scrape): void {
  const counts = { running: 0, waiting: 0 }
  for (const row of feed.executions.values()) {
    if (isInFlight(row) && (row.outcome === 'running' || row.outcome === 'waiting')) counts[row.outcome] += 1
  }
  for (const [state, count] of Object.entries(counts)) {
    families.gauge('gearboard_executions_in_flight', 'Unfinished executions', count, { connection, state })
  }
}

function writeRegistrations({ connection, feed, families }: Scrape): void {
  const registrations = [...feed.registrations.values()].sort((a, b) => a.firstSeen - b.firstSeen || compareIds(a, b))
  for (const health of REGISTRATION_HEALTHS) {
    const count = registrations.filter((r) => r.health === health).length
    families.gauge('gearboard_registrations', 'Registrations by health', count, { connection, health })
  }
  const incomplete = registrations.filter((r) => r.missingOn.length > 0).length
  const help = 'Registrations missing on a shard that answers'
  families.gauge('gearboard_registrations_missing', help, incomplete, { connection })

  const up = new Set(feed.shardStates.filter(({ state }) => state === 'up').map(({ key }) => key))
  const names = new BoundedNames(MAX_REGISTRATIONS)
  for (const [at, registration] of registrations.entries()) {
    const own = at < MAX_REGISTRATIONS
    const identity = own
      ? { id: registration.key, registration: names.of(registration.name), reader: registration.reader }
      : { id: OTHER, registration: OTHER, reader: OTHER }
    for (const part of registration.perShard) {
      if (up.has(part.shard)) writePart(families, { connection, shard: part.shard, ...identity }, part, own)
    }
  }
}

const compareIds = (a: Registration, b: Registration): number => a.key.localeCompare(b.key, 'en', { numeric: true })

function writePart(
  families: Families,
  labels: Readonly<Record<string, string>>,
  { counters, durations, lag }: RegistrationPart,
  own: boolean,
): void {
  const counter = (name: string, help: string, value: number | null) =>
    families.counter(`gearboard_registration_${name}_total`, help, value, labels)
  counter('triggered', 'Times that the registration fired (numTriggered)', counters.triggered)
  counter('success', 'Runs without an error (numSuccess)', counters.success)
  counter('failures', 'Runs with an error (numFailures)', counters.failures)
  counter('aborted', 'Runs that were aborted (numAborted)', counters.aborted)
  counter('run_seconds', 'Total duration of its runs (totalRunDurationMS)', durations && durations.totalMs / 1000)
  // Lags do not add up.
  if (own) {
    const help = 'Time from the arrival of the last batch to its end (lastEstimatedLagMS)'
    families.gauge('gearboard_stream_lag_seconds', help, lag && lag.lastMs / 1000, labels)
  }
}
