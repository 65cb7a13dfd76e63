import type { Counters } from '@gearboard/gears/vocabulary/registration'
import type { Registration } from '@/lib/model/registrations/registration'
import { groupsOf, incomingWithGroups, type Raised, raisedOf } from '../executions/raised'
import type { Intake } from '../lane'
import type { PointEntry } from '../series/series-sql'
import { connectionsOf, fields, incoming } from '../sql-text'

/** Points of one registration are at least so far apart, ms. */
const POINT_MS = 5000
/** Growth over a longer time cannot be assigned to a moment: it becomes a gap. */
const STALE_MS = 60_000
/** How often `lastSeen` of an unchanged registration is written, ms. */
export const SEEN_MS = 60_000

export interface RegistrationEntry {
  readonly connection: string
  readonly registration: Registration
  /** The last errors, where failures had grown. */
  readonly raised: readonly Raised[]
  /** When they were seen, ms. */
  readonly raisedAt: number
  /** When the first list without it was asked, ms; null while it is listed. */
  readonly goneAt: number | null
}

/** A registration that no shard lists any longer. */
export interface GoneEntry {
  /** As it was last listed. */
  readonly row: Registration
  /** When the first list without it was asked, ms. */
  readonly goneAt: number
}

interface Track {
  at: number
  counters: Counters
  /** What was written last. */
  written: string
  writtenAt: number
}

/** What one poll of a registration has to be written. */
export interface RegistrationNews {
  readonly point?: PointEntry
  readonly entry?: RegistrationEntry
}

/** Turns polls of registrations into growth of their counters, which a series can add up. */
export class RegistrationTracks {
  private readonly tracks = new Map<string, Track>()

  /** @param at our clock, ms */
  trackRegistration(connection: string, at: number, registration: Registration): RegistrationNews {
    const identity = `${connection}\0${registration.key}`
    const track = this.tracks.get(identity)
    // After a clock was set back, the time between is unknown: a gap.
    const sinceMs = track && at >= track.at ? at - track.at : Number.POSITIVE_INFINITY
    if (sinceMs < POINT_MS) return {}
    // The sums lack the shards that were silent: their growth shows when they answer again.
    const complete = registration.coverage.answered === registration.coverage.of
    if (!complete) return {}

    const { counters } = registration
    const growth = track && sinceMs < STALE_MS ? growthOf(track.counters, counters) : undefined
    const raised = growth && growth.failures > 0 ? raisedOf(lastErrorsOf(registration)) : []
    const state = JSON.stringify([registration.name, counters, registration.lastError])
    const changed = state !== track?.written || Math.abs(at - track.writtenAt) >= SEEN_MS || raised.length > 0
    this.tracks.delete(identity)
    this.tracks.set(identity, {
      at,
      counters,
      written: changed ? state : (track?.written ?? state),
      writtenAt: changed ? at : (track?.writtenAt ?? at),
    })
    this.forgetBefore(at - STALE_MS)
    return {
      point: {
        connection,
        kind: 'registration',
        subject: registration.key,
        at,
        values: {
          triggered: growth?.triggered ?? null,
          success: growth?.success ?? null,
          failures: growth?.failures ?? null,
          aborted: growth?.aborted ?? null,
          averageMs: registration.averageMs,
          lagMs: registration.lagMs,
        },
      },
      ...(changed && { entry: { connection, registration, raised, raisedAt: at, goneAt: null } }),
    }
  }

  /** Its last state. The next registration under its key starts over. */
  endRegistration(connection: string, { row, goneAt }: GoneEntry): RegistrationEntry {
    this.tracks.delete(`${connection}\0${row.key}`)
    return { connection, registration: row, raised: [], raisedAt: goneAt, goneAt }
  }

  private forgetBefore(time: number): void {
    // In order of their last look.
    for (const [identity, track] of this.tracks) {
      if (track.at >= time) return
      this.tracks.delete(identity)
    }
  }
}

/** Undefined where any counter went back: reload, or RG.CLEARREGISTRATIONSSTATS (protocol 3.6). */
function growthOf(before: Counters, now: Counters): Counters | undefined {
  const growth = {
    triggered: now.triggered - before.triggered,
    success: now.success - before.success,
    failures: now.failures - before.failures,
    aborted: now.aborted - before.aborted,
  }
  return Object.values(growth).some((count) => count < 0) ? undefined : growth
}

function lastErrorsOf({ perShard }: Registration): string[] {
  return perShard.flatMap(({ lastError }) => (lastError === null ? [] : [lastError]))
}

const KIND = 'registration-state'

const COLUMNS = [
  'gears_id',
  'name',
  'reader',
  'first_seen',
  'last_seen',
  'triggered',
  'success',
  'failures',
  'aborted',
  'last_error',
  'gone_at',
] as const

const UPSERT = `
  INSERT INTO registration (connection, key, ${COLUMNS.join(', ')})
  SELECT c.id, r.value->>'key', ${fields(COLUMNS)} FROM ${incoming(KIND)}
  ON CONFLICT (connection, key) DO UPDATE SET
    first_seen = CASE WHEN registration.name = excluded.name AND registration.reader = excluded.reader
      THEN registration.first_seen ELSE excluded.first_seen END,
    ${COLUMNS.filter((column) => column !== 'first_seen')
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')}`

const REPORTED = `
  UPDATE error_group SET reported = reported + 1, last_seen = max(last_seen, hit.at)
  FROM (SELECT g.id, r.value->>'raised_at' AS at FROM ${incomingWithGroups(KIND)}) hit WHERE hit.id = error_group.id`

export const registrationIntake: Intake<RegistrationEntry> = {
  kind: KIND,
  limit: { entries: 10_000, chars: 8_000_000 },
  identity: ({ connection, registration }) => `${connection}\0${registration.key}`,
  merge: (older, newer) =>
    newer.raised.length > 0 ? newer : { ...newer, raised: older.raised, raisedAt: older.raisedAt },
  chars: ({ raised }) => 500 + 500 * raised.length,
  encode: ({ connection, registration, raised, raisedAt, goneAt }) => ({
    connection,
    key: registration.key,
    gears_id: registration.id,
    name: registration.name,
    reader: registration.reader,
    first_seen: registration.firstSeen,
    last_seen: registration.lastSeen,
    ...registration.counters,
    last_error: registration.lastError,
    gone_at: goneAt,
    subject_kind: 'registration',
    subject: registration.id,
    subject_name: registration.name,
    raised,
    raised_at: raisedAt,
  }),
  sql: [connectionsOf(KIND), UPSERT, groupsOf(KIND), REPORTED].join(';\n'),
}
