import { addCounters, ZERO_COUNTERS } from '@gearboard/gears/vocabulary/registration'
import { plural } from '@gearboard/gears/vocabulary/text'
import { withoutFields } from '@/lib/model/registrations/stream-state'
import type { Handlers } from '../http/route'
import { locateRegistration } from '../operations/locate'
import {
  clearStatistics,
  pauseRegistration,
  resumeRegistration,
  streams,
  unregister,
} from '../operations/registrations'
import { registrationsInWords, sourcesOfRegistrations } from '../operations/seen'
import { connectionNamed } from '../runtime'

export const registrationHandlers: Pick<
  Handlers,
  | 'registrations'
  | 'registration'
  | 'registrationTrends'
  | 'streams'
  | 'unregister'
  | 'pauseRegistration'
  | 'resumeRegistration'
  | 'clearStatistics'
> = {
  registrations: async ({ runtime, params, query }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    const { version, full, shards, registrations } = connection.hub.feed.since(query.since)
    return { version, full, shards, registrations: registrations.upserts, removed: registrations.removed }
  },

  registration: async ({ runtime, params }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    return locateRegistration(connection, params.id)
  },

  registrationTrends: async ({ runtime, params }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    return { trends: connection.hub.trends() }
  },

  streams: async ({ runtime, params, query, admission }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    const registrations = await streams(connection, query.registration)
    if (!admission?.hides.has('arguments')) return { registrations }
    return { registrations: registrations.map(withoutFields), hidden: ['arguments'] }
  },

  unregister: async ({ runtime, params, query, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    audit({
      before: await registrationsInWords(connection, params.id),
      after: query.abortPending ? 'with its pending runs aborted' : null,
      links: await sourcesOfRegistrations(connection, params.id),
    })
    return unregister(connection, params.id, query.seen, query.abortPending)
  },

  pauseRegistration: async ({ runtime, params, query, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    audit({ before: await registrationsInWords(connection, params.id) })
    return pauseRegistration(connection, params.id, query.seen, query.override)
  },

  resumeRegistration: async ({ runtime, params, query, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    audit({ before: await registrationsInWords(connection, params.id) })
    return resumeRegistration(connection, params.id, query.seen, query.override)
  },

  clearStatistics: async ({ runtime, params, body, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    const registrations = [...connection.hub.feed.registrations.values()]
    const total = registrations.reduce((sum, { counters }) => addCounters(sum, counters), ZERO_COUNTERS)
    audit({
      target: plural(registrations.length, 'registration'),
      before: `${total.triggered} triggered, ${total.success} success, ${total.failures} failures, ${total.aborted} aborted`,
    })
    return clearStatistics(connection, body.seen, body.override)
  },
}
