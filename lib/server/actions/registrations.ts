import type { ActionReply } from '@/lib/api/contract'
import { GearsError } from '@/lib/gears'
import type { Connection } from '../connection'
import { Refusal } from '../errors'
import { locateRegistration } from './locate'

/** 1.2 and 1.0 say it differently (protocol 1.5). */
const NOT_REGISTERED = /^execution (?:is not|does not) registered$/

/** Unregisters on every shard. @throws GearsError, Refusal `not_found` */
export async function unregister(connection: Connection, name: string, abortPending: boolean): Promise<ActionReply> {
  const { id, key, perShard } = await locateRegistration(connection, name)
  const shards = perShard.map((part) => part.shard)
  try {
    await connection.gears.unregister(id, { abortPending, shard: shards[0] })
  } catch (error) {
    await connection.hub.nudge()
    if (error instanceof GearsError && NOT_REGISTERED.test(error.message)) {
      throw new Refusal('not_found', `No shard has the registration ${id} any more.`)
    }
    throw error
  }
  await connection.hub.settle(() => connection.hub.feed.registrations.get(key) === undefined)
  return { shards }
}
