import { LAST_SEEN } from '@gearboard/gears/vocabulary/errors'
import type { Execution } from '@/lib/model/executions/execution'
import type { Registration } from '@/lib/model/registrations/registration'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal } from '../errors'
import type { MergedExecution } from '../hub/merge/merge-execution'

/**
 * The execution that a path names by key or id, of those that the hub holds. One that was started a moment ago is looked for again.
 * @throws ApiRefusal `invalid_request` where several shards have one of this id
 */
export async function findExecution({ hub }: ConnectionParts, name: string): Promise<MergedExecution | undefined> {
  const known = oneOf(name, hub.entriesOf(name), hub.entry(name))
  if (known) return known
  await hub.pollNow('executions')
  return oneOf(name, hub.entriesOf(name), hub.entry(name))
}

/**
 * As `findExecution`, for operations that act on it.
 * @throws ApiRefusal `not_found`, `invalid_request`
 */
export async function locateExecution(connection: ConnectionParts, name: string): Promise<MergedExecution> {
  const found = await findExecution(connection, name)
  if (found) return found
  throw unknownExecution(connection, name)
}

/** Whether it was ever seen, as far as history knows. */
export function unknownExecution({ hub, history, name: connection }: ConnectionParts, name: string): ApiRefusal {
  const seen = hub.lastSeen(name) ?? history.readIfPossible((store) => store.executions.one(connection, name)?.lastSeen)
  if (seen !== undefined) {
    return new ApiRefusal(
      'not_found',
      `The execution ${name} is no longer on the server; it was last seen at ${new Date(seen).toISOString()}.`,
      [{ at: LAST_SEEN, message: new Date(seen).toISOString() }],
    )
  }
  const oldest = history.readIfPossible((store) => store.stats().oldest)
  const since = oldest ? `in history, which goes back to ${new Date(oldest).toISOString()}` : 'in history'
  return new ApiRefusal('not_found', `No execution ${name} on the server or ${since}.`)
}

/** The registration that a path names by key or id. @throws ApiRefusal as for executions */
export async function locateRegistration({ hub }: ConnectionParts, name: string): Promise<Registration> {
  const find = () => {
    const { registrations } = hub.feed
    const alike = [...registrations.values()].filter((registration) => registration.id === name)
    return oneOf(name, alike, registrations.get(name))
  }
  const known = find()
  if (known) return known
  await hub.pollNow('registrations')
  const found = find()
  if (found) return found
  throw new ApiRefusal('not_found', `No registration ${name} on any shard.`)
}

/** The shards whose last poll was answered. */
export const answering = ({ hub }: ConnectionParts): ReadonlySet<string> =>
  new Set(hub.feed.shardStates.flatMap(({ key, state }) => (state === 'up' ? [key] : [])))

function oneOf<T extends Pick<Execution | Registration, 'key'>>(
  name: string,
  alike: readonly T[],
  exact: T | undefined,
): T | undefined {
  if (exact) return exact
  if (alike.length > 1) {
    throw new ApiRefusal(
      'invalid_request',
      `Several shards have a registration with the id ${name}, because RG.REFRESHCLUSTER was not sent. Use its key.`,
      alike.map(({ key }) => ({ at: 'id', message: key })),
    )
  }
  return alike[0]
}
