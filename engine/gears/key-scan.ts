import type { Shard } from '../core'
import { tableOrder } from './dict-order'
import { bytesValue, type Value } from './values'

/** Keys per SCAN step. */
const STEP = 1000

/** The keys that a KeysReader run walks over, with their values read as late as the function needs. */
export class KeyScan {
  private keys: Buffer[] = []
  private cursor: string | undefined = '0'
  /** The batch handed out last, in order. */
  private handed: Buffer[] = []

  constructor(
    private readonly shard: Shard,
    private readonly pattern: Buffer,
    private readonly exact: boolean,
    private readonly readValue: boolean,
  ) {
    if (exact) {
      this.keys = [pattern]
      this.cursor = undefined
    }
  }

  /** JSON of up to `count` records (`[key, type, value]`, or keys alone); undefined at the end. */
  batch(count: number): string | undefined {
    while (this.keys.length === 0) {
      if (this.cursor === undefined) return undefined
      const { cursor, keys } = this.shard.scan(this.cursor, this.pattern, STEP)
      this.cursor = cursor === '0' ? undefined : cursor
      this.keys = [...keys]
    }
    this.handed = []
    const records: Value[] = []
    while (records.length < count) {
      // The original pops each SCAN batch from its end.
      const key = this.keys.pop()
      if (key === undefined) break
      const record = this.record(key)
      if (record === undefined) continue
      this.handed.push(key)
      records.push(record)
    }
    return records.length > 0 ? JSON.stringify(records) : this.batch(count)
  }

  /** Everything of the last batch from `used` on is to be read again. */
  unread(used: number): void {
    this.keys.push(...this.handed.splice(used).reverse())
  }

  private record(key: Buffer): Value | undefined {
    if (!this.readValue) return bytesValue(key)
    const [type, value] = keyValue(this.shard, key)
    // A key that SCAN saw may be gone; only an exact key reports that it is empty.
    if (type === 'empty' && !this.exact) return undefined
    return [bytesValue(key), type, value]
  }
}

/** The type and value of a key as a record holds them (protocol 3.3). */
export function keyValue(shard: Shard, key: Buffer): [type: string, value: Value] {
  const view = shard.peek(0, key)
  if (!view) return ['empty', null]
  const { type, value } = view
  if (type === 'stream') return ['unknown', null]
  if (type === 'string' && Buffer.isBuffer(value)) return [type, bytesValue(value)]
  if (type === 'list' && isList(value)) return [type, value.map(bytesValue)]
  if (type === 'hash' && isPairs(value)) return [type, { h: orderedPairs(value) }]
  return [type, null]
}

/** Fields in the order in which RedisGears keeps them. */
export function orderedPairs(pairs: readonly (readonly [Buffer, Buffer])[]): Value {
  return tableOrder(pairs.map(([field]) => field)).flatMap((index) => {
    const pair = pairs[index]
    return pair ? [[bytesValue(pair[0]), bytesValue(pair[1])]] : []
  })
}

function isList(value: unknown): value is readonly Buffer[] {
  return Array.isArray(value) && (value.length === 0 || Buffer.isBuffer(value[0]))
}

function isPairs(value: unknown): value is readonly (readonly [Buffer, Buffer])[] {
  return Array.isArray(value) && (value.length === 0 || Array.isArray(value[0]))
}
