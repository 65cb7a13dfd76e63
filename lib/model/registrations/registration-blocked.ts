import type { Capability } from '@gearboard/gears/vocabulary/capability'
import { shardName } from '../cluster/shard-order'
import { listInWords } from '../text/format'
import type { Registration, RegistrationPart } from './registration'

type StreamStates = Pick<Registration, 'reader' | 'coverage'> & {
  readonly perShard: readonly Pick<RegistrationPart, 'shard' | 'status'>[]
}

/** What the gates need to know of the server; null before its first answer. */
type Server = Pick<Capability, 'generation' | 'unavailable'> | null | undefined

/** As `executionBlocked`, for a registration and the server that has it. */
export const registrationBlocked = {
  unregister(r: Pick<Registration, 'coverage'>): string | undefined {
    return r.coverage.answered === 0 ? NO_ANSWER : undefined
  },

  pause(r: StreamStates, server: Server): string | undefined {
    const reason = readerBlocks(r, server, 'RG.PAUSEREGISTRATIONS', 'paused')
    if (reason !== undefined) return reason
    if (r.perShard.some(({ status }) => status === null || isGoing(status))) return undefined
    return r.perShard.every(({ status }) => status === 'PAUSED')
      ? 'It is already paused.'
      : 'It has stopped after an error.'
  },

  /**
   * RG.UNPAUSEREGISTRATIONS reaches every shard. Where the registration runs, its streams are then processed but never acknowledged (protocol 3.4), so it must be stopped everywhere.
   */
  resume(r: StreamStates, server: Server): string | undefined {
    const reason = readerBlocks(r, server, 'RG.UNPAUSEREGISTRATIONS', 'resumed')
    if (reason !== undefined) return reason
    const untold = r.perShard.filter(({ status }) => status === null)
    if (untold.length > 0) return 'The server does not report whether it is paused.'
    const going = r.perShard.filter(({ status }) => isGoing(status))
    if (going.length === 0) return undefined
    if (going.length === r.perShard.length) return 'It is not paused.'
    const all = r.perShard.map(({ shard }) => ({ key: shard }))
    const shards = listInWords(going.map(({ shard }) => shardName(shard, all)))
    return `It is still reading on ${shards}; resuming would break it there. Pause it on every shard first.`
  },
} as const

/** RG.CLEARREGISTRATIONSSTATS takes no registration: it clears them all. */
export function clearStatisticsBlocked(registrations: readonly unknown[], server: Server): string | undefined {
  if (registrations.length === 0) return 'No registrations yet.'
  return commandBlocked(server, 'RG.CLEARREGISTRATIONSSTATS', 'Statistics cannot be cleared')
}

const NO_ANSWER = 'No shard answers.'

const isGoing = (status: RegistrationPart['status']): boolean =>
  status === 'OK' || status === 'WAITING_FOR_RETRY_ON_FAILURE'

function readerBlocks(r: StreamStates, server: Server, command: string, done: string): string | undefined {
  if (r.reader !== 'StreamReader') return `Only stream readers can be ${done}; this is a ${r.reader}.`
  return commandBlocked(server, command, `It cannot be ${done}`) ?? (r.coverage.answered === 0 ? NO_ANSWER : undefined)
}

function commandBlocked(server: Server, command: string, what: string): string | undefined {
  if (server?.generation === '1.0') return `${what}: RedisGears 1.0 has no ${command}; it needs 1.2.`
  const lacking = server?.unavailable.find((each) => each.command === command)
  return lacking && `${what}: ${lacking.reason}.`
}
