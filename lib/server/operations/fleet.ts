import { type FleetRow, fleetRow } from '@/lib/model/fleet/fleet'
import type { Feed } from '../hub/publish/feed'

/** A row is the same for all viewers during this time, ms, while nothing is published. */
const KEPT_MS = 1000

const rows = new WeakMap<Feed, { readonly version: number; readonly second: number; readonly row: FleetRow }>()

/** A connection summed up for the fleet page, once for all viewers. @param now our clock, ms */
export function fleetRowOf(feed: Feed, now: number): FleetRow {
  const second = Math.floor(now / KEPT_MS)
  const kept = rows.get(feed)
  if (kept?.version === feed.version && kept.second === second) return kept.row
  const row = fleetRow(
    {
      connection: feed.connection,
      shards: feed.shardStates,
      registrations: [...feed.registrations.values()],
      samples: feed.keptSamples,
    },
    now,
  )
  rows.set(feed, { version: feed.version, second, row })
  return row
}
