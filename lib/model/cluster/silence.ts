import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import { slotOf } from '@gearboard/gears/vocabulary/slots'
import { listInWords } from '../text/format'
import { answersOtherwise, type ShardState } from './shard'
import { shardName, shardOfSlot } from './shard-order'

type ShardsToAgree = readonly Pick<ShardState, 'key' | 'state' | 'gearsId' | 'error'>[]

/** The override that sends a command although a silent shard keeps it from working. */
export const SILENT_OVERRIDE = 'silent-shard'

/** How a refusal tells API users to continue; pages show a button instead. */
export const overrideInWords = (name: string): string => `To send it anyway: override ${name}.`

/** It says nothing at all; one that refuses to tell Gearboard may work for the other shards. */
const isMute = (shard: ShardsToAgree[number]): boolean => shard.state === 'silent' && !answersOtherwise(shard)

/**
 * Why no command that all shards must agree on works now: abort, pause, resume, clear, register. While a shard of an initialised cluster is
 * silent they give up after ExecutionMaxIdleTime and change nothing (tried on 1.2.13: 5.0 s); unregister reaches the others alone.
 */
export function silenceBlocks(shards: ShardsToAgree, act: ClusterAct = 'other'): string | undefined {
  if (!shards.some(({ gearsId }) => gearsId !== null && gearsId !== NO_SHARD)) return undefined
  const mute = shards.filter(isMute)
  if (mute.length === 0) return undefined
  const names = listInWords(mute.map(({ key }) => `shard ${shardName(key, shards)}`))
  const one = mute.length === 1
  const until = `until ${names} ${one ? 'answers' : 'answer'}.`
  switch (act) {
    case 'unregister':
      return `${names} ${one ? 'does' : 'do'} not answer and may keep it. Unregister when every shard answers.`
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
  shards: readonly (ShardsToAgree[number] & Pick<ShardState, 'slots'>)[],
): string | undefined {
  const owner = shardOfSlot(slotOf(key), shards)
  return owner && isMute(owner)
    ? `Shard ${shardName(owner.key, shards)}, which holds the key, does not answer${owner.error ? `: ${owner.error.message}` : ''}.`
    : undefined
}
