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
  if (!parsed) return 'This is not a RedisGears id: 40 characters for the shard, a dash and a number.'
  const known = shards.flatMap(({ gearsId }) => gearsId ?? [])
  if (known.length === shards.length && known.length > 0 && !known.includes(parsed.shard))
    return `This connection has no shard ${shortenId(parsed.shard)}: the id comes from another server, or from a shard that left.`
  let highest = -1
  for (const execution of executions) {
    const other = execution.live ? GearsId.parse(execution.id) : undefined
    if (other?.shard === parsed.shard) highest = Math.max(highest, other.sequence)
  }
  if (highest < 0) return ''
  return parsed.sequence > highest
    ? `The highest number on its shard is ${formatCount(highest)}: it never ran there, or it ran before the server restarted.`
    : `Its shard has since reached ${formatCount(highest)}: if it ran there, it was removed.`
}
