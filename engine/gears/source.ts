import type { Execution, ReaderName } from './execution'
import type { Gears } from './gears'
import { KeyScan } from './key-scan'
import { streamSource } from './stream-reader'

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
export function openSource(gears: Gears, execution: Execution, shared: string): string {
  const spec: RunSpec & { readonly run?: ReaderName } = JSON.parse(shared)
  if (spec.run === 'KeysReader') {
    const { pattern = '*', noScan = false, readValue = true } = spec
    execution.scan = new KeyScan(gears.shard, Buffer.from(pattern), noScan, readValue)
  }
  if (spec.run === 'StreamReader') return streamSource(gears, spec.key ?? '*', spec.fromId ?? '0-0')
  return shared
}
