import { redisCli } from '@gearboard/gears/vocabulary/redis-cli'
import type { Word } from '@gearboard/gears/vocabulary/shell-words'
import { slotOf } from '@gearboard/gears/vocabulary/slots'
import { useConnectionState, useShards } from '@/lib/api/live'
import type { ShardState } from '@/lib/model/cluster/shard'
import { usesTls } from '@/lib/model/connection/connection'

/** A command, and the servers to send it to for the same effect as on the page. */
export interface CliCommand {
  readonly words: readonly Word[]
  /** `any`: the module passes it on. `every`: each shard does it for itself. */
  readonly on: 'any' | 'every' | { readonly shard: string } | { readonly key: string }
}

/** Commands as lines for a shell: one for each target server, with its host and port. Undefined until these are known. */
export function useCli(): ((commands: readonly CliCommand[]) => string) | undefined {
  const shards = useShards()
  const state = useConnectionState()
  if (!shards?.length || !state) return undefined
  const access = { tls: usesTls(state.address), user: state.user }
  return (commands) =>
    commands
      .flatMap(({ words, on }) =>
        serversOf(on, shards).map(({ address }) =>
          redisCli(address, access, words, { follow: typeof on === 'object' && 'key' in on && shards.length > 1 }),
        ),
      )
      .join('\n')
}

function serversOf(on: CliCommand['on'], shards: readonly ShardState[]): readonly ShardState[] {
  if (on === 'every') return shards
  const preferred = typeof on === 'string' ? undefined : shards.find((shard) => isMeant(on, shard))
  return [preferred ?? shards.find(({ state }) => state === 'up') ?? shards[0]].filter((shard) => shard !== undefined)
}

function isMeant(on: Exclude<CliCommand['on'], string>, { key, slots }: ShardState): boolean {
  if ('shard' in on) return key === on.shard
  const slot = slotOf(on.key)
  return slots.some(([first, last]) => first <= slot && slot <= last)
}
