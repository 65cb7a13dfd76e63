import type { Registration, ShardRegistration } from '@/lib/model/registration'
import { CounterTrack } from './counter-track'
import type { Upserts } from './feed'
import { keyOn } from './merge-execution'
import { isShardsOwn, mergeRegistration, type ShardView } from './merge-registration'

export interface RegistrationListing {
  readonly shard: string
  /** Our clock, ms. */
  readonly at: number
  /** When the list before was asked; null at the first one. */
  readonly previousAt: number | null
  readonly cluster: boolean
  readonly registrations: readonly ShardRegistration[]
}

interface OnShard {
  readonly registration: ShardRegistration
  readonly track: CounterTrack
}

interface Seen {
  readonly firstSeen: number
  lastSeen: number
}

/** Growth of the counters of all registrations over a span; null when some counter went back in it, so that nobody knows. */
export interface Growth {
  readonly triggered: number
  readonly failures: number
}

/** The registrations of all shards, merged, with their rates. It does no I/O. */
export class RegistrationBook {
  private readonly shards = new Map<string, Map<string, OnShard>>()
  private readonly seen = new Map<string, Seen>()
  private rows = new Map<string, Registration>()
  private growth: Growth | null = { triggered: 0, failures: 0 }

  constructor(private cluster = false) {}

  observe(listing: RegistrationListing): void {
    this.cluster = listing.cluster
    const before = this.shards.get(listing.shard)
    const now = new Map<string, OnShard>()
    for (const registration of listing.registrations) {
      const key = keyOn(registration.id, listing.shard, listing.cluster)
      const track = before?.get(key)?.track ?? new CounterTrack()
      this.grow(
        track.look(listing.at, registration.counters),
        before?.has(key) === true,
        registration,
        listing.previousAt,
      )
      now.set(key, { registration, track })
      const seen = this.seen.get(key)
      if (seen) seen.lastSeen = listing.at
      else this.seen.set(key, { firstSeen: listing.at, lastSeen: listing.at })
    }
    this.shards.set(listing.shard, now)
  }

  lostShard(shard: string): void {
    this.shards.delete(shard)
  }

  /** What changed in the rows since the last call. `shards`: keys of all masters. */
  takeChanges(shards: readonly string[], silent: ReadonlySet<string>): Upserts<Registration> {
    const rows = new Map<string, Registration>()
    for (const [key, views] of this.views()) {
      const seen = this.seen.get(key)
      const [first, ...others] = views
      if (!first || !seen) continue
      const ownShardOnly = isShardsOwn(first.registration.id, this.cluster)
      rows.set(key, mergeRegistration([first, ...others], { key, shards, silent, ownShardOnly, ...seen }))
    }
    const removed = [...this.rows.keys()].filter((key) => !rows.has(key))
    const upserts = [...rows.values()].filter((row) => {
      const before = this.rows.get(row.key)
      return !before || !sameRow(before, row)
    })
    // A row that did not change stays the published one: its `lastSeen` too.
    for (const [key, row] of rows) {
      const before = this.rows.get(key)
      if (before && sameRow(before, row)) rows.set(key, before)
    }
    for (const key of removed) this.seen.delete(key)
    this.rows = rows
    return { upserts, removed }
  }

  /** Growth of all counters since the last call. */
  takeGrowth(): Growth | null {
    const { growth } = this
    this.growth = { triggered: 0, failures: 0 }
    return growth
  }

  private grow(
    growth: ReturnType<CounterTrack['look']>,
    known: boolean,
    { counters }: ShardRegistration,
    previousAt: number | null,
  ): void {
    if (known && growth === undefined) this.growth = null
    // What a registration counted before we first looked did not happen now; one that appeared since began at 0.
    const grown = growth ?? (previousAt !== null && !known ? counters : undefined)
    if (!grown || !this.growth) return
    this.growth = {
      triggered: this.growth.triggered + grown.triggered,
      failures: this.growth.failures + grown.failures,
    }
  }

  private views(): Map<string, ShardView[]> {
    const views = new Map<string, ShardView[]>()
    for (const [shard, registrations] of this.shards) {
      for (const [key, { registration, track }] of registrations) {
        const view: ShardView = { shard, registration, rates: track.rates() }
        const others = views.get(key)
        if (others) others.push(view)
        else views.set(key, [view])
      }
    }
    return views
  }
}

const sameRow = (a: Registration, b: Registration): boolean =>
  JSON.stringify({ ...a, lastSeen: 0 }) === JSON.stringify({ ...b, lastSeen: 0 })
