import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { ConfigRow } from '@/lib/model/environment/config-view'
import { listInWords } from '@/lib/model/text/format'

/** The page's answer: whether the shards agree, and which settings are not at the default. */
export function configHeadline(rows: readonly ConfigRow[]): string {
  const drifting = rows.filter(({ drifts }) => drifts).map(({ name }) => name)
  if (drifting.length > 0) {
    return `${listInWords(drifting)} ${drifting.length === 1 ? 'differs' : 'differ'} between shards.`
  }
  const changed = rows.filter(({ changed: is }) => is).map(({ name }) => name)
  if (changed.length > 0) return `${plural(changed.length, 'setting')} changed: ${listInWords(changed)}.`
  if (rows.every(({ values }) => values.every((each) => 'error' in each))) return 'The settings are unknown.'
  // A silent shard has none of them.
  const some = rows.every(({ values }) => values.some((each) => 'error' in each))
  return some ? 'All known settings have their default.' : 'All settings have their default.'
}

export function configSecond(rows: readonly ConfigRow[], shards: readonly ShardAnswer<unknown>[]): string {
  const silent = shards.filter((answer) => 'error' in answer)
  const asked = shards.length === 1 ? 'on one server' : `on ${plural(shards.length, 'shard')}`
  if (silent.length > 0) {
    return `${silent.length} of ${plural(shards.length, 'shard')} did not answer; their values are unknown.`
  }
  return `${plural(rows.length, 'module setting')} ${asked}. Each shard has its own configuration.`
}
