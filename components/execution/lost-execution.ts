import { GearsId } from '@gearboard/gears/vocabulary/ids'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { ShardState } from '@/lib/model/cluster/shard'
import type { Execution } from '@/lib/model/executions/execution'
import { shortenId } from '@/lib/model/text/format'

/** What the id says about an execution that was not found: the shard that started it, and its sequence number there (protocol 2.1). */
export function idInWords(
  id: string,
  shards: readonly Pick<ShardState, 'gearsId'>[],
  executions: readonly Pick<Execution, 'id' | 'live'>[],
): string {
  // A key where shards hand out equal ids: `id@shard`.
  const parsed = GearsId.parse(id.split('@', 1)[0] ?? id)
  if (!parsed) return 'It is no id of RedisGears: forty characters of the shard, a dash and a number.'
  const known = shards.flatMap(({ gearsId }) => gearsId ?? [])
  if (known.length === shards.length && known.length > 0 && !known.includes(parsed.shard))
    return `No shard of this connection is called ${shortenId(parsed.shard)}: it is of another server, or of a shard that left.`
  let highest = -1
  for (const execution of executions) {
    const other = execution.live ? GearsId.parse(execution.id) : undefined
    if (other?.shard === parsed.shard) highest = Math.max(highest, other.sequence)
  }
  if (highest < 0) return ''
  return parsed.sequence > highest
    ? `Its shard lists none after ${formatCount(highest)}: it never ran there, or before the server started anew.`
    : `Its shard has come to ${formatCount(highest)} since: if it ran there, it is gone.`
}
