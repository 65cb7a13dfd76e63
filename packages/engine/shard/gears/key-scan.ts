import type { ToPython } from '../../python/native'
import type { ShardApi } from '../core'
import { inTableOrder } from './dict-order'

/** Keys per SCAN call. */
const STEP = 1000

/** The keys of a KeysReader run. Values are read as late as the function needs them. */
export class KeyScan {
  private keys: Buffer[] = []
  private cursor: string | undefined = '0'
  /** The keys of the last batch, in order. */
  private handed: Buffer[] = []

  constructor(
    private readonly shard: ShardApi,
    private readonly pattern: Buffer,
    private readonly exact: boolean,
    private readonly readValue: boolean,
  ) {
    if (exact) {
      this.keys = [pattern]
      this.cursor = undefined
    }
  }

  /** Returns up to `count` records (`[key, type, value]`, or keys alone); undefined at the end. */
  batch(count: number): ToPython[] | undefined {
    while (this.keys.length === 0) {
      if (this.cursor === undefined) return undefined
      const { cursor, keys } = this.shard.scan(this.cursor, this.pattern, STEP)
      this.cursor = cursor === '0' ? undefined : cursor
      this.keys = [...keys]
    }
    this.handed = []
    const records: ToPython[] = []
    while (records.length < count) {
      // RedisGears pops the keys of a SCAN batch from its end.
      const key = this.keys.pop()
      if (key === undefined) break
      const record = this.record(key)
      if (record === undefined) continue
      this.handed.push(key)
      records.push(record)
    }
    return records.length > 0 ? records : this.batch(count)
  }

  /** Returns the keys of the last batch from `used` on, to be read again. */
  unread(used: number): void {
    this.keys.push(...this.handed.splice(used).reverse())
  }

  private record(key: Buffer): ToPython {
    if (!this.readValue) return key
    const [type, value] = keyValue(this.shard, key)
    // A key that SCAN returned may have been deleted since. Only an exact key is reported as empty.
    if (type === 'empty' && !this.exact) return undefined
    return [key, type, value]
  }
}

/** The type and value of a key, as in a record (protocol 3.3). */
export function keyValue(shard: ShardApi, key: Buffer): [type: string, value: ToPython] {
  const view = shard.peek(0, key)
  if (!view) return ['empty', null]
  const { type, value } = view
  if (type === 'stream') return ['unknown', null]
  if (type === 'string' && Buffer.isBuffer(value)) return [type, value]
  if (type === 'list' && isList(value)) return [type, value]
  if (type === 'hash' && isPairs(value)) return [type, inTableOrder(value)]
  return [type, null]
}

function isList(value: unknown): value is readonly Buffer[] {
  return Array.isArray(value) && (value.length === 0 || Buffer.isBuffer(value[0]))
}

function isPairs(value: unknown): value is readonly (readonly [Buffer, Buffer])[] {
  return Array.isArray(value) && (value.length === 0 || Array.isArray(value[0]))
}
