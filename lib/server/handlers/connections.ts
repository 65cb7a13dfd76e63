import { wallMs } from '@gearboard/gears/vocabulary/clock'
import { admissionOf, type Principal } from '@/lib/model/people/grant'
import { networkAsking } from '../http/gate'
import { liveStream } from '../http/live-stream'
import type { Handlers } from '../http/route'
import { fleetRowOf } from '../operations/fleet'
import { connectionNamed, type Runtime } from '../runtime'

export const connectionHandlers: Pick<Handlers, 'connections' | 'fleet' | 'live'> = {
  connections: async ({ runtime, principal }) => ({
    connections: visibleTo(principal, runtime).map(({ hub }) => hub.feed.connection),
    at: wallMs(),
  }),

  fleet: async ({ runtime, principal }) => {
    const at = wallMs()
    return { fleet: visibleTo(principal, runtime).map(({ hub }) => fleetRowOf(hub.feed, at)), at }
  },

  live: async ({ runtime, params, query, request, headers, session, isAllowed }) => {
    const { hub, closed } = connectionNamed(runtime, params.connection)
    // A reconnecting browser sends the version that it had last; the one in its URL is older.
    const resumed = Number(request.headers.get('last-event-id') ?? Number.NaN)
    const since = Number.isSafeInteger(resumed) ? resumed : query.since
    headers.set('content-type', 'text/event-stream; charset=utf-8')
    // Neither Next's compression nor a proxy may hold events back to fill a buffer.
    headers.set('cache-control', 'no-store, no-transform')
    headers.set('x-accel-buffering', 'no')
    // The browser connects again, and is checked again.
    const { untilChange } = runtime.signIn.people
    const ends = [request.signal, runtime.ending, closed, untilChange, ...(session ? [session.ended] : [])]
    const signal = AbortSignal.any(ends)
    const client = session?.digest ?? networkAsking(request)
    return new Response(liveStream(hub, since, { signal, client, isAllowed }), { headers })
  },
}

const visibleTo = (principal: Principal | null, { connections }: Runtime) =>
  [...connections.values()].filter((connection) => principal !== null && admissionOf(principal, connection) !== null)
