import type { Capability } from '@gearboard/gears/vocabulary/capability'
import { isOver } from '@gearboard/gears/vocabulary/execution'
import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import { slotOf } from '@gearboard/gears/vocabulary/slots'
import type { Execution } from './execution'
import { listInWords } from './format'
import type { Registration, RegistrationPart } from './registration'
import { answersOtherwise, type ShardState } from './shard'
import { shardName, shardOfSlot } from './shard-order'

type ExecutionState = Pick<Execution, 'status' | 'outcome' | 'live'>

/** On its initiator; other shards may still work on it, which only the outcome tells. */
const hasEnded = ({ status }: ExecutionState): boolean => status === 'done' || status === 'aborted'

/** Why an action makes no sense for this execution now; undefined when it does. Buttons, palette, bulk bar and API share it. */
export const executionBlocked = {
  abort(e: ExecutionState): string | undefined {
    if (isOver(e.outcome)) return `Nothing to abort: it is over (${e.outcome}).`
    if (!e.live) return 'No shard lists it any more.'
    // `done` whose errors are not read yet: its outcome is unknown, its end is not.
    if (e.outcome === 'unknown' && hasEnded(e)) return 'Nothing to abort: it has finished.'
    return undefined
  },

  drop(e: ExecutionState): string | undefined {
    if (!e.live) return 'No shard holds it any more; this is what Gearboard remembers.'
    // RG.DROPEXECUTION: "can not drop a not yet finished execution, abort it first."
    if (!hasEnded(e)) return 'It has not finished: abort it first.'
    if (e.outcome === 'running' || e.outcome === 'waiting') return 'A shard still works on it: abort it first.'
    return undefined
  },
} as const

type RegistrationState = Pick<Registration, 'reader' | 'coverage'> & {
  readonly perShard: readonly Pick<RegistrationPart, 'shard' | 'status'>[]
}

/** What of the server the gates need; null while nobody has asked it. */
type Server = Pick<Capability, 'generation' | 'unavailable'> | null | undefined

/** As `executionBlocked`, for a registration and the server that has it. */
export const registrationBlocked = {
  unregister(r: Pick<Registration, 'coverage'>): string | undefined {
    return r.coverage.answered === 0 ? NOBODY : undefined
  },

  pause(r: RegistrationState, server: Server): string | undefined {
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
  resume(r: RegistrationState, server: Server): string | undefined {
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

type Shards = readonly Pick<ShardState, 'key' | 'state' | 'gearsId' | 'error'>[]

/** What somebody names to send what a silent shard keeps from working. */
export const SILENT_OVERRIDE = 'silent-shard'

/** How a refusal tells users of the API to go on; pages have a button in its place. */
export const overrideInWords = (name: string): string => `To send it anyway: override ${name}.`

/** It says nothing at all; one that refuses to tell Gearboard may work for the other shards. */
const isMute = (shard: Shards[number]): boolean => shard.state === 'silent' && !answersOtherwise(shard)

/**
 * Why no command that all shards must agree on works now: abort, pause, resume, clear, register. While a shard of an initialised cluster is
 * silent they give up after ExecutionMaxIdleTime and change nothing (tried on 1.2.13: 5.0 s); unregister reaches the others alone.
 */
export function silenceBlocks(shards: Shards, act: ClusterAct = 'other'): string | undefined {
  if (!shards.some(({ gearsId }) => gearsId !== null && gearsId !== NO_SHARD)) return undefined
  const mute = shards.filter(isMute)
  if (mute.length === 0) return undefined
  const names = listInWords(mute.map(({ key }) => `shard ${shardName(key, shards)}`))
  const one = mute.length === 1
  const until = `until ${names} ${one ? 'answers' : 'answer'}.`
  switch (act) {
    case 'unregister':
      return `Not on every shard: ${names} ${one ? 'does' : 'do'} not answer, and may keep it. Unregister when every shard answers.`
    case 'register':
      return `Nothing can be registered ${until}`
    case 'install':
      return `No requirement can be installed ${until}`
    case 'other':
      return `No management command works ${until}`
  }
}

/** What every shard has to agree on. */
export type ClusterAct = 'unregister' | 'register' | 'install' | 'other'

/** Why a command for this key is not sent: the shard that holds it is silent, and a command that waits for it could wait for long. */
export function keyShardBlocks(
  key: string,
  shards: readonly (Shards[number] & Pick<ShardState, 'slots'>)[],
): string | undefined {
  const owner = shardOfSlot(slotOf(key), shards)
  return owner && isMute(owner)
    ? `Shard ${shardName(owner.key, shards)}, which holds the key, does not answer${owner.error ? `: ${owner.error.message}` : ''}.`
    : undefined
}

const NOBODY = 'No shard answers.'

const isGoing = (status: RegistrationPart['status']): boolean =>
  status === 'OK' || status === 'WAITING_FOR_RETRY_ON_FAILURE'

function readerBlocks(r: RegistrationState, server: Server, command: string, done: string): string | undefined {
  if (r.reader !== 'StreamReader') return `Only stream readers can be ${done}; this is a ${r.reader}.`
  return commandBlocked(server, command, `It cannot be ${done}`) ?? (r.coverage.answered === 0 ? NOBODY : undefined)
}

function commandBlocked(server: Server, command: string, what: string): string | undefined {
  if (server?.generation === '1.0') return `${what}: RedisGears 1.0 has no ${command}, which came with 1.2.`
  const lacking = server?.unavailable.find((each) => each.command === command)
  return lacking && `${what}: ${lacking.reason}.`
}
