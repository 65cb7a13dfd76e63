import { Failure, type Shard } from '../core'
import type { Execution } from './execution'
import { KeyScan } from './key-scan'
import { entriesOf, fieldPairs } from './stream-entries'
import type { ReaderName } from './terms'

/** The arguments of a run, as `_rg/plan.py` checked them. */
export interface RunSpec {
  /** KeysReader */
  readonly pattern?: string
  readonly noScan?: boolean
  readonly readValue?: boolean
  /** StreamReader */
  readonly key?: string
  readonly fromId?: string
}

/** Opens what an execution reads on this shard: JSON for `_rg/readers.py`. `shared` may come from the shard that started it. */
export function openSource(shard: Shard, execution: Execution, shared: string): string {
  const spec: RunSpec & { readonly run?: ReaderName } = JSON.parse(shared)
  if (spec.run === 'KeysReader') {
    const { pattern = '*', noScan = false, readValue = true } = spec
    execution.scan = new KeyScan(shard, Buffer.from(pattern), noScan, readValue)
  }
  if (spec.run === 'StreamReader') return streamSource(shard, spec.key ?? '*', spec.fromId ?? '0-0')
  return shared
}

/** A run over one stream: all entries after `fromId`, or the error that reading gave. */
function streamSource(shard: Shard, key: string, fromId: string): string {
  const argv = ['XREAD', 'STREAMS', key, fromId].map((arg) => Buffer.from(arg))
  const reply = shard.call(argv, { origin: 'internal', db: 0 })
  // A shard that the stream does not belong to has nothing to read, which is no error.
  if (reply instanceof Failure)
    return JSON.stringify(reply.text.startsWith('MOVED ') ? { empty: true } : { error: reply.text })
  return JSON.stringify({ key, entries: entriesOf(reply).map(({ id, fields }) => [id, fieldPairs(fields)]) })
}
