import type { ShardState } from '../cluster/shard'
import { type ConnectionState, type ConnectionStatus, hasAnswered } from '../connection/connection'
import type { Sample } from '../record/sample'
import { bucketSamples, lastMinute, memoryNow } from '../record/sample-view'
import type { Registration } from '../registrations/registration'
import { registrationCounts } from '../registrations/registration-view'

const MINUTE_MS = 60_000
/** Minutes that the sparklines show. */
const MINUTES = 15
/** A figure that is older than this is not shown as the present one, ms: several times the slowest pace of samples. */
const FRESH_MS = 30_000

/** What the fleet page shows of one connection. What is null is unknown. */
export interface FleetRow
  extends Pick<
    ConnectionState,
    | 'name'
    | 'label'
    | 'colour'
    | 'labels'
    | 'note'
    | 'address'
    | 'embedded'
    | 'production'
    | 'readOnlyReason'
    | 'status'
    | 'coverage'
    | 'answeredAt'
  > {
  /** The server's words, where it does not serve Gearboard. */
  readonly problem: string | null
  /** `1.2.13`; as far as it is known where a server does not report it whole. */
  readonly gearsVersion: string | null
  /** When the shard that answered least recently did, our clock, ms; null while one of them never has. */
  readonly oldestAt: number | null
  /** Executions that run. */
  readonly running: number | null
  /** Registrations that fail, and all of them, as of the last answer; null until every shard has listed its own. */
  readonly failing: number | null
  readonly registrations: number | null
  readonly failures: Trend
  readonly triggers: Trend
  /** Memory that Python has allocated, over all shards, bytes. */
  readonly memory: number | null
}

/** Counts of the last minutes. */
interface Trend {
  /** Each of a whole minute by the clock, oldest first; the last one is not over. */
  readonly minutes: readonly (number | null)[]
  /** In the last 60 s. */
  readonly perMinute: number | null
}

interface FleetFacts {
  readonly connection: ConnectionState
  readonly shards: readonly ShardState[]
  readonly registrations: readonly Registration[]
  readonly samples: readonly Sample[]
}

/** Sums up a connection by what its hub knows. @param now our clock, ms */
export function fleetRow({ connection, shards, registrations, samples }: FleetFacts, now: number): FleetRow {
  const { name, label, colour, labels, note, address, embedded, production, readOnlyReason, status } = connection
  const { coverage, answeredAt, capability, error } = connection
  const known = hasAnswered(connection)
  const newest = samples.at(-1)
  const fresh = newest && now - newest.at <= FRESH_MS ? newest : undefined
  const memory = fresh && memoryNow([fresh])
  const listed = known && status !== 'module_missing' && !shards.some((shard) => shard.registrations === null)
  const counts = listed ? registrationCounts(registrations) : undefined
  const trendOf = (field: 'triggered' | 'failures'): Trend => ({
    minutes: minutesOf(samples, field, now),
    perMinute: fresh ? (lastMinute(samples, field)?.perMinute ?? null) : null,
  })
  return {
    name,
    ...(label !== undefined && { label }),
    ...(colour !== undefined && { colour }),
    labels,
    ...(note !== undefined && { note }),
    address,
    embedded,
    production,
    readOnlyReason,
    status,
    coverage,
    answeredAt,
    problem: error?.message ?? null,
    gearsVersion: capability && (capability.gearsVersion ?? `${capability.generation}.x`),
    oldestAt: oldestOf(shards),
    running: fresh?.running ?? null,
    failing: counts?.failing ?? null,
    registrations: counts ? registrations.length : null,
    failures: trendOf('failures'),
    triggers: trendOf('triggered'),
    memory: memory && !memory.uncounted ? memory.current : null,
  }
}

function oldestOf(shards: readonly ShardState[]): number | null {
  let oldest: number | null = null
  for (const { answeredAt } of shards) {
    if (answeredAt === null) return null
    oldest = oldest === null ? answeredAt : Math.min(oldest, answeredAt)
  }
  return oldest
}

/** The first minute of the samples was watched in part only: its count would be too low. */
function minutesOf(samples: readonly Sample[], field: 'triggered' | 'failures', now: number): Trend['minutes'] {
  const [first, ...others] = bucketSamples(samples, MINUTE_MS)
  const counts = new Map(others.map((bucket) => [bucket.at, bucket[field]]))
  const current = Math.floor(now / MINUTE_MS) * MINUTE_MS
  // Only the present minute is known to be partial: in it, what was seen since its first sample still counts.
  if (first && first.at === current) counts.set(first.at, first[field])
  return Array.from({ length: MINUTES }, (_, at) => counts.get(current - (MINUTES - 1 - at) * MINUTE_MS) ?? null)
}

/** How urgent the state of a connection is, the worst first; failing registrations rank between `partial` and the rest. */
const TROUBLE: Readonly<Record<ConnectionStatus, number>> = {
  unreachable: 0,
  refused: 1,
  module_missing: 2,
  partial: 3,
  starting: 5,
  connecting: 5,
  live: 6,
}
const FAILING = 4

const troubleOf = ({ status, failing }: FleetRow): number =>
  failing !== null && failing > 0 ? Math.min(FAILING, TROUBLE[status]) : TROUBLE[status]

/** Worst first; of equals production first, then those with more failing registrations, then by name. */
export const byTrouble = (a: FleetRow, b: FleetRow): number =>
  troubleOf(a) - troubleOf(b) ||
  Number(b.production) - Number(a.production) ||
  (b.failing ?? 0) - (a.failing ?? 0) ||
  (a.name < b.name ? -1 : 1)

/** Whether a connection matches: each word of `text` is in its name, label, address or labels, and it has all of `labels`. */
export function matchesFleet(row: FleetRow, text: string, labels: readonly string[]): boolean {
  if (!labels.every((label) => row.labels.includes(label))) return false
  const searched = [row.name, row.label ?? '', row.address, ...row.labels].join('\n').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word))
}

/** Every label of the rows, in order, once. */
export const labelsOf = (rows: readonly FleetRow[]): readonly string[] =>
  [...new Set(rows.flatMap(({ labels }) => labels))].sort()
