import type { ShardReply } from '@gearboard/gears'
import type { ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { ActionReply } from '@/lib/api/action-reply'
import { ApiRefusal } from '../errors'

/** Some shards did it; of the others `failures` says why not, or that it is unknown. @param done `Dropped` @param more said behind it */
export const partial = (
  done: string,
  { taken, of }: { readonly taken: number; readonly of: number },
  failures: readonly ErrorDetail[],
  more = '',
): ApiRefusal => new ApiRefusal('partial', `${done} on ${taken} of ${plural(of, 'shard')}.${more}`, failures)

/** The same of each of these shards. */
export const eachOf = (shards: readonly string[], message: string): readonly ErrorDetail[] =>
  shards.map((at) => ({ at, message }))

/** What every shard was asked to do. @throws ApiRefusal `partial`; GearsError where no shard did it */
export function doneEverywhere(done: string, answers: readonly ShardReply<unknown>[]): ActionReply {
  const failures = answers.flatMap((answer) => ('error' in answer ? [answer] : []))
  const [first] = failures
  if (!first) return { shards: answers.map(({ shard }) => shard.key) }
  if (failures.length === answers.length) throw first.error
  throw partial(
    done,
    { taken: answers.length - failures.length, of: answers.length },
    failures.map(({ shard, error }) => ({ at: shard.key, message: error.message })),
  )
}
