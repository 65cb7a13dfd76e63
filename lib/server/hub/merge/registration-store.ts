import { type Counters, REGISTRATION_COUNTERS, type ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import type { Registration } from '@/lib/model/registrations/registration'
import { type RegistrationTrend, sumSteps } from '@/lib/model/registrations/registration-trend'
import type { Upserts } from '../publish/versioned-map'
import { CounterTrack } from './counter-track'
import { CounterTrend } from './counter-trend'
import { issuerOf } from './identity'
import { keyOn } from './merge-execution'
import { isShardsOwn, mergeRegistration, type ShardView } from './merge-registration'
import { RegistrationObserver, type RegistrationPast } from './registration-observer'

export interface RegistrationListing {
  readonly shard: string
  /** Our clock, ms. */
  readonly at: number
  /** When the list before was asked; null at the first one. */
  readonly previousAt: number | null
  readonly cluster: boolean
  /** INFO's `run_id`; null where it may not be read. */
  readonly runId: string | null
  readonly registrations: readonly ShardRegistration[]
}

interface RegistrationOnShard {
  readonly registration: ShardRegistration
  readonly track: CounterTrack
  readonly trend: CounterTrend
}

/** A registration over all shards, and the row that was last published of it. */
interface TrackedRegistration {
  readonly firstSeen: number
  lastSeen: number
  /** When the list was asked that lacked it, ms: of the last shard to lose it. */
  lostAt: number
  readonly observer: RegistrationObserver
  readonly onShard: Map<string, RegistrationOnShard>
  /** What shards counted that do not list it any longer: one that restarts lists nothing for a moment, and begins at 0. */
  readonly left: Map<string, Counters>
  row?: Registration
  /** The row as JSON, without what moves with every poll. */
  text?: string
}

/** Growth of the counters of all registrations over a span. */
export interface CounterGrowth {
  readonly triggered: number
  readonly failures: number
}

/** A registration that no shard lists any longer. */
export interface GoneRegistration {
  /** As it was last listed. */
  readonly row: Registration
  /** When the first list without it was asked, ms. */
  readonly goneAt: number
}

/** What a publication says of the registrations, and of those that it removes. */
export interface PublishedRegistrations extends Upserts<Registration> {
  readonly gone: readonly GoneRegistration[]
}

/** The registrations of all shards, merged, with their rates. It does no I/O. */
export class RegistrationStore {
  private readonly tracked = new Map<string, TrackedRegistration>()
  private readonly dirty = new Set<string>()
  /** By shard, as far as reported. */
  private readonly runIds = new Map<string, string | null>()
  private cluster = false
  private publishedShards = ''
  private growth: CounterGrowth | null = { triggered: 0, failures: 0 }

  /** @param past what history knows of the registration of a key */
  constructor(private readonly past: (key: string) => RegistrationPast = () => NO_PAST) {}

  observeListing(listing: RegistrationListing): void {
    this.cluster = listing.cluster
    this.begins(listing)
    const listed = new Set<string>()
    for (const registration of listing.registrations) {
      const key = keyOn(registration.id, listing.shard, listing.cluster)
      listed.add(key)
      this.seeRegistration(key, registration, listing)
    }
    this.loseUnlisted(listing.shard, listed, listing.at)
  }

  /** @param at our clock, ms */
  lostShard(shard: string, at: number): void {
    this.runIds.delete(shard)
    this.touchAll()
    this.loseUnlisted(shard, new Set(), at)
  }

  /** When a poll last listed it, our clock, ms: the rows say it only as they change. */
  lastSeen(key: string): number | undefined {
    return this.tracked.get(key)?.lastSeen
  }

  /** What changed in the rows since the last call. `shards`: keys of all masters. */
  takeChanges(shards: readonly string[], silent: ReadonlySet<string>): PublishedRegistrations {
    const shardsNow = JSON.stringify([shards, [...silent]])
    const keys = shardsNow === this.publishedShards ? [...this.dirty] : [...this.tracked.keys(), ...this.dirty]
    this.publishedShards = shardsNow
    this.dirty.clear()
    const upserts: Registration[] = []
    const removed: string[] = []
    const gone: GoneRegistration[] = []
    for (const key of new Set(keys)) {
      const known = this.tracked.get(key)
      if (!known) continue
      const [first, ...others] = viewsOf(known, shards)
      if (!first) {
        this.tracked.delete(key)
        if (!known.row) continue
        removed.push(key)
        gone.push({ row: { ...known.row, lastSeen: known.lastSeen }, goneAt: known.lostAt })
        continue
      }
      const { firstSeen, lastSeen } = known
      const issuer = issuerOf(first.registration.id, this.runIds.keys(), [first.shard])
      const runId = (issuer !== undefined && this.runIds.get(issuer)) || null
      const ownShardOnly = isShardsOwn(first.registration.id, this.cluster)
      const { observation: observed, health } = known.observer
      const around = { key, shards, silent, ownShardOnly, observed, health, runId, firstSeen, lastSeen }
      const row = mergeRegistration([first, ...others], around)
      const text = JSON.stringify({ ...row, lastSeen: 0 })
      if (text === known.text) continue
      known.row = row
      known.text = text
      upserts.push(row)
    }
    return { upserts, removed, gone }
  }

  /** Growth of all counters since the last call; null when some counter went back: the growth is unknown then. */
  takeGrowth(): CounterGrowth | null {
    const { growth } = this
    this.growth = { triggered: 0, failures: 0 }
    return growth
  }

  /**
   * A user clears the statistics of all registrations through Gearboard: their counters go back with the next poll.
   * @param until our clock, ms
   */
  cleared(until: number): void {
    for (const { observer, onShard } of this.tracked.values()) observer.cleared(onShard.keys(), until)
  }

  /**
   * The recent trend of each registration.
   * @param now our clock, ms
   */
  trends(now: number): readonly RegistrationTrend[] {
    return [...this.tracked].map(([registration, { onShard }]) => ({
      registration,
      steps: sumSteps([...onShard.values()].map(({ trend }) => trend.told(now))),
    }))
  }

  private seeRegistration(
    key: string,
    registration: ShardRegistration,
    { shard, at, previousAt }: RegistrationListing,
  ): void {
    const met = this.tracked.get(key)
    const known = met && isSame(met, shard, registration) ? met : this.beginRegistration(key, at)
    this.tracked.set(key, known)
    known.lastSeen = at
    const before = known.onShard.get(shard)
    const track = before?.track ?? new CounterTrack()
    const trend = before?.trend ?? new CounterTrend()
    const growth = track.addCounters(previousAt === null ? 0 : at - previousAt, registration.counters)
    trend.addGrowth(at, growth)
    known.onShard.set(shard, { registration, track, trend })
    const left = known.left.get(shard)
    known.left.delete(shard)
    // One that appeared while Gearboard polled began at 0. Runs counted before the first poll did not happen now.
    const gained = before || left || previousAt === null ? growth : registration.counters
    const wentBack = before ? !growth : left !== undefined && isBelow(registration.counters, left)
    const sinceMs = previousAt === null ? null : at - previousAt
    const moved = known.observer.observe({ shard, at, sinceMs, registration, growth: gained, wentBack })
    if (gained) this.grow(gained)
    else if (before || left) this.growth = null
    if (moved || track.ratesChanged || !before || !sameState(before.registration, registration)) this.dirty.add(key)
  }

  /** A shard's epoch is part of the identity of everything whose id it handed out, including what only others list. */
  private begins({ shard, runId }: Pick<RegistrationListing, 'shard' | 'runId'>): void {
    if (this.runIds.get(shard) === runId) return
    this.runIds.set(shard, runId)
    this.touchAll()
  }

  private touchAll(): void {
    for (const key of this.tracked.keys()) this.dirty.add(key)
  }

  private beginRegistration(key: string, at: number): TrackedRegistration {
    const observer = new RegistrationObserver(this.past(key))
    return { firstSeen: at, lastSeen: at, lostAt: at, observer, onShard: new Map(), left: new Map() }
  }

  private grow({ triggered, failures }: CounterGrowth): void {
    if (!this.growth) return
    this.growth = { triggered: this.growth.triggered + triggered, failures: this.growth.failures + failures }
  }

  private loseUnlisted(shard: string, listed: ReadonlySet<string>, at: number): void {
    for (const [key, known] of this.tracked) {
      const there = known.onShard.get(shard)
      if (!there || listed.has(key)) continue
      known.onShard.delete(shard)
      known.left.set(shard, there.registration.counters)
      known.observer.lost(shard)
      known.lostAt = at
      this.dirty.add(key)
    }
  }
}

const NO_PAST: RegistrationPast = { failingSince: () => null, recentRuns: () => [] }

/** What never changes while a registration lives, as long as the same version of the module reports it. */
const identityOf = ({ reader, description, mode, args }: ShardRegistration) =>
  JSON.stringify([reader, description, mode, args])

/** Another one has the id where the shard restarted without what it had. Shards of two versions may tell the same one differently. */
function isSame({ onShard }: TrackedRegistration, shard: string, registration: ShardRegistration): boolean {
  const there = onShard.get(shard)
  return there === undefined || identityOf(there.registration) === identityOf(registration)
}

/** In the order of the shards, so that parts do not swap places depending on which shard answers first. */
const viewsOf = ({ onShard, observer }: TrackedRegistration, shards: readonly string[]): readonly ShardView[] =>
  shards.flatMap((shard) => {
    const there = onShard.get(shard)
    if (!there) return []
    const { registration, track } = there
    const judged = { errorIsPast: observer.errorIsPast(shard), health: observer.healthOn(shard) }
    return [{ shard, registration, rates: track.rates, ...judged }]
  })

const isBelow = (now: Counters, then: Counters): boolean =>
  REGISTRATION_COUNTERS.some((counter) => now[counter] < then[counter])

/** All that changes while a registration lives. */
const stateOf = (r: ShardRegistration) => [
  r.counters,
  r.durations,
  r.lastError,
  r.privateData?.raw,
  ...(r.reader === 'StreamReader' ? [r.status, r.lag] : []),
]

const sameState = (a: ShardRegistration, b: ShardRegistration): boolean =>
  JSON.stringify(stateOf(a)) === JSON.stringify(stateOf(b))
