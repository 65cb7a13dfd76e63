import type { ShardState } from '@/lib/model/cluster/shard'
import type { ConnectionState, HistoryState } from '@/lib/model/connection/connection'
import type { Execution } from '@/lib/model/executions/execution'
import type { FleetRow } from '@/lib/model/fleet/fleet'
import type { Sample } from '@/lib/model/record/sample'
import type { Registration } from '@/lib/model/registrations/registration'
import { answers, endpoint } from '../endpoint'
import { since } from './changes'

export interface HealthReply {
  /** `degraded`: it answers, and what happens is not recorded as it should be. */
  readonly status: 'ok' | 'degraded'
  readonly version: string
  readonly uptimeS: number
  /** Whether this one records what happens: `reader`, another Gearboard does; `off`, none does. */
  readonly history: HistoryState['role']
  /** What keeps it from recording, and what helps; null where all is well. */
  readonly historyProblem: string | null
}

/** `what`: the version that the notes are of; empty notes where this build has none. */
export interface ReleaseNotes {
  readonly what: string
  readonly notes: readonly string[]
}

export interface AboutReply {
  readonly version: string
  /** Of the process that serves Gearboard: `20.19.0`. */
  readonly node: string
  /** The time zone of its machine: `Europe/Berlin`. */
  readonly timeZone: string
  readonly news: ReleaseNotes
}

/** One message of the live feed (SSE event `delta`); `full` replaces everything, otherwise apply removals, then upserts. */
export interface LiveDelta {
  readonly version: number
  readonly full: boolean
  readonly connection: ConnectionState
  readonly shards: readonly ShardState[]
  readonly executions: { readonly upserts: readonly Execution[]; readonly removed: readonly string[] }
  readonly registrations: { readonly upserts: readonly Registration[]; readonly removed: readonly string[] }
  /** New samples; all of the kept ones where `full`. */
  readonly samples: readonly Sample[]
}

/** Gearboard itself, its connections, and their live feed. */
export const connectionsEndpoints = {
  health: endpoint({
    method: 'GET',
    path: '/api/health',
    access: 'open',
    summary: 'Whether Gearboard is running',
    reply: answers<HealthReply>(),
  }),
  about: endpoint({
    method: 'GET',
    path: '/api/about',
    access: 'read',
    summary: 'Versions of Gearboard and Node, and what is new',
    reply: answers<AboutReply>(),
  }),
  connections: endpoint({
    method: 'GET',
    path: '/api/connections',
    access: 'read',
    summary: 'The connections and their state',
    /** `at`: the time by which Gearboard counts, ms since the epoch. */
    reply: answers<{ readonly connections: readonly ConnectionState[]; readonly at: number }>(),
  }),
  fleet: endpoint({
    method: 'GET',
    path: '/api/fleet',
    access: 'read',
    summary: 'Every connection that the viewer may see, summed up in a row. Asks no server',
    /** `at`: as of `connections`. */
    reply: answers<{ readonly fleet: readonly FleetRow[]; readonly at: number }>(),
  }),
  live: endpoint({
    method: 'GET',
    path: '/api/{connection}/live',
    access: 'read',
    summary:
      'Server-sent events: `delta` carries a LiveDelta, its id is the version; `beat`, every 5 s, the server’s time (ms since the epoch)',
    query: since,
    reply: answers<LiveDelta>(),
  }),
} as const
