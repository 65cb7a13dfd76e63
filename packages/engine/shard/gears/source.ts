import type { ReaderCall } from '../../python/entry'
import { Failure, type ShardApi } from '../core'
import type { ShardExecution } from './execution'
import { KeyScan } from './key-scan'
import type { SharedSource } from './shard-messages'
import { entriesOf, entriesSource } from './stream-entries'

/** Opens what an execution reads on this shard. `shared` may come from the shard that started it. */
export function openSource(shard: ShardApi, execution: ShardExecution, shared: SharedSource): ReaderCall {
  if (shared === undefined) return ['empty']
  if ('command' in shared) return ['command', shared.command]
  switch (shared.run) {
    case 'KeysReader': {
      const { pattern = '*', noScan = false, readValue = true } = shared
      execution.scan = new KeyScan(shard, Buffer.from(pattern), noScan, readValue)
      return ['keys', readValue]
    }
    case 'StreamReader':
      return streamSource(shard, shared.key ?? '*', shared.fromId ?? '0-0')
    case 'PythonReader':
      return ['python']
    case 'CommandReader':
      return ['empty']
  }
}

/** A run over one stream: all entries after `fromId`, or the error of the read. */
function streamSource(shard: ShardApi, key: string, fromId: string): ReaderCall {
  const argv = ['XREAD', 'STREAMS', key, fromId].map((arg) => Buffer.from(arg))
  const reply = shard.call(argv, { origin: 'internal', db: 0 })
  if (!(reply instanceof Failure)) return entriesSource(Buffer.from(key), entriesOf(reply))
  // A shard that does not own the stream has nothing to read, which is not an error.
  return reply.text.startsWith('MOVED ') ? ['empty'] : ['failed', reply.text]
}
