import type { Execution } from '@/lib/model/execution'
import type { Registration } from '@/lib/model/registration'
import type { Connection } from '../connection'
import { Refusal } from '../errors'
import type { Entry } from '../hub/merge-execution'

/**
 * The execution that a path names by key or id. One that was started a moment ago is looked for anew.
 * @throws Refusal `not_found`, and `invalid_request` where several shards have one of this id
 */
export async function locateExecution({ hub }: Connection, name: string): Promise<Entry> {
  const known = oneOf(name, hub.entriesOf(name), hub.entry(name))
  if (known) return known
  await hub.nudge()
  const found = oneOf(name, hub.entriesOf(name), hub.entry(name))
  if (found) return found
  const seen = hub.lastSeen(name)
  throw new Refusal(
    'not_found',
    seen === undefined
      ? `No shard holds an execution ${name}, and this Gearboard has not seen one since it started.`
      : `No shard holds the execution ${name} any more; it was last seen at ${new Date(seen).toISOString()}, and its details are no longer remembered.`,
  )
}

/** The registration that a path names by key or id. @throws Refusal as for executions */
export async function locateRegistration({ hub }: Connection, name: string): Promise<Registration> {
  const find = () => {
    const { registrations } = hub.feed
    const alike = [...registrations.values()].filter((registration) => registration.id === name)
    return oneOf(name, alike, registrations.get(name))
  }
  const known = find()
  if (known) return known
  await hub.nudge()
  const found = find()
  if (found) return found
  throw new Refusal('not_found', `No shard has a registration ${name}.`)
}

function oneOf<T extends Pick<Execution | Registration, 'key'>>(
  name: string,
  alike: readonly T[],
  exact: T | undefined,
): T | undefined {
  if (exact) return exact
  if (alike.length > 1) {
    throw new Refusal(
      'invalid_request',
      `Several shards have one of the id ${name}, since RG.REFRESHCLUSTER was not sent; name it by its key.`,
      alike.map(({ key }) => ({ at: 'id', message: key })),
    )
  }
  return alike[0]
}
