import { Binary } from '../../python/native'
import type { ShardApi } from '../core'
import type { Cluster } from './cluster'
import type { Distribution } from './distribution'
import type { Numbers } from './numbers'
import type { Pool } from './pool'
import type { PythonInterpreter } from './python-interpreter'
import type { Registrations } from './registrations'
import type { ScriptSessions } from './script-sessions'
import type { PlanMessage } from './shard-messages'
import { openSource } from './source'

interface JoiningParts {
  readonly shard: ShardApi
  readonly python: PythonInterpreter
  readonly cluster: Cluster
  readonly numbers: Numbers
  readonly pool: Pool
  readonly sessions: ScriptSessions
  readonly registrations: Registrations
  readonly distribution: Distribution
}

/** From now on, this shard joins executions that other shards start: of a registration that it has too, or of a plan in the message. */
export function joinOthers(parts: JoiningParts): void {
  parts.cluster.onMessage((from, message) => {
    if (message.type === 'plan') join(parts, from, message)
  })
}

function join(parts: JoiningParts, from: number, message: PlanMessage): void {
  const { shard, python, numbers, pool, sessions, registrations, distribution } = parts
  const { id, mode, reader, steps, pickled } = message
  const registration = message.registration === undefined ? undefined : registrations.get(message.registration)
  const session = registration?.init.session ?? sessions.of(message.session)
  const plan =
    registration?.init.plan ?? (pickled && python.ask((entry) => entry.load_plan(session.key, new Binary(pickled))))
  if (typeof plan !== 'number') {
    // As in RedisGears, the initiator then waits for this shard until its idle limit.
    if (plan !== undefined) shard.log('warning', `GEARS: ${plan}`)
    return
  }
  numbers.joined(registration !== undefined)
  distribution.join(from, {
    id,
    session,
    plan,
    steps,
    mode,
    reader,
    source: (own) => openSource(shard, own, message.source),
    worker: registration?.init.worker ?? pool.worker(),
    registration: registration?.id,
  })
}
