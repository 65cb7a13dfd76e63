import type { Capability } from '@gearboard/gears/vocabulary/capability'
import { shardName } from '../cluster/shard-order'
import { listInWords } from '../text/format'
import type { Registration, RegistrationPart } from './registration'

type StreamStates = Pick<Registration, 'reader' | 'coverage'> & {
  readonly perShard: readonly Pick<RegistrationPart, 'shard' | 'status'>[]
}

/** What of the server the gates need; null while nobody has asked it. */
type Server = Pick<Capability, 'generation' | 'unavailable'> | null | undefined

/** As `executionBlocked`, for a registration and the server that has it. */
export const registrationBlocked = {
  unregister(r: Pick<Registration, 'coverage'>): string | undefined {
    return r.coverage.answered === 0 ? NOBODY : undefined
  },

  pause(r: StreamStates, server: Server): string | undefined {
    const reason = readerBlocks(r, server, 'RG.PAUSEREGISTRATIONS', 'paused')
    if (reason !== undefined) return reason
    if (r.perShard.some(({ status }) => status === null || isGoing(status))) return undefined
    return r.perShard.every(({ status }) => status === 'PAUSED')
      ? 'It is paused already.'
      : 'It has stopped after an error: there is nothing to pause.'
  },

  /**
   * RG.UNPAUSEREGISTRATIONS reaches every shard. Where the registration runs, its streams are from then on processed and never
   * acknowledged (protocol 3.4): so it must stand still everywhere.
   */
  resume(r: StreamStates, server: Server): string | undefined {
    const reason = readerBlocks(r, server, 'RG.UNPAUSEREGISTRATIONS', 'resumed')
    if (reason !== undefined) return reason
    const untold = r.perShard.filter(({ status }) => status === null)
    if (untold.length > 0) return 'The server does not say whether it is paused.'
    const going = r.perShard.filter(({ status }) => isGoing(status))
    if (going.length === 0) return undefined
    if (going.length === r.perShard.length) return 'It is not paused.'
    const all = r.perShard.map(({ shard }) => ({ key: shard }))
    const shards = listInWords(going.map(({ shard }) => shardName(shard, all)))
    return `It still goes on ${shards}: resuming would break it there. Pause it first, so that it is paused on every shard.`
  },
} as const

/** RG.CLEARREGISTRATIONSSTATS knows no single registration: it clears them all. */
export function clearStatisticsBlocked(registrations: readonly unknown[], server: Server): string | undefined {
  if (registrations.length === 0) return 'Nothing is registered.'
  return commandBlocked(server, 'RG.CLEARREGISTRATIONSSTATS', 'Statistics cannot be cleared')
}

const NOBODY = 'No shard answers.'

const isGoing = (status: RegistrationPart['status']): boolean =>
  status === 'OK' || status === 'WAITING_FOR_RETRY_ON_FAILURE'

function readerBlocks(r: StreamStates, server: Server, command: string, done: string): string | undefined {
  if (r.reader !== 'StreamReader') return `Only stream readers can be ${done}; this is a ${r.reader}.`
  return commandBlocked(server, command, `It cannot be ${done}`) ?? (r.coverage.answered === 0 ? NOBODY : undefined)
}

function commandBlocked(server: Server, command: string, what: string): string | undefined {
  if (server?.generation === '1.0') return `${what}: RedisGears 1.0 has no ${command}, which came with 1.2.`
  const lacking = server?.unavailable.find((each) => each.command === command)
  return lacking && `${what}: ${lacking.reason}.`
}
