import { GearsError } from '@gearboard/gears'
import type { ConnectionParts } from '../connection/connection-parts'
import { answering } from './locate'

/**
 * Sends what the module passes on to all shards to one of `holders` that answers, and where it falls silent over it to the next: only for
 * what may arrive twice. Where none answers the first is asked, and its error is thrown. Those that fell silent over it are added to
 * `quiet`: the next looks may take a while to find that out.
 * @returns false where that shard knows nothing of it, in the words that `unknown` recognises
 * @throws GearsError
 */
export async function throughOne(
  connection: ConnectionParts,
  holders: readonly string[],
  send: (shard: string) => Promise<unknown>,
  unknown: RegExp,
  quiet: Set<string>,
): Promise<boolean> {
  const up = answering(connection)
  const answer = holders.filter((shard) => up.has(shard))
  let silence: GearsError | undefined
  for (const shard of answer.length > 0 ? answer : holders.slice(0, 1)) {
    try {
      await send(shard)
      return true
    } catch (error) {
      if (!(error instanceof GearsError)) throw error
      // The one that fell silent may have done it after all.
      if (unknown.test(error.message)) return silence !== undefined
      if (error.code !== 'timeout' && error.code !== 'unreachable') throw error
      silence = error
      quiet.add(shard)
    }
  }
  if (silence) throw silence
  return false
}
