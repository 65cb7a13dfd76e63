import type { KeyView } from '../core'
import { globMatch } from '../keys/glob'
import type { Keyspace } from '../keys/keyspace'
import { StoredHash, StoredList, StoredString } from '../keys/values'

/** A key as Gears' readers see it; undefined if it does not exist. */
export function viewOf(keyspace: Keyspace, db: number, key: Buffer): KeyView | undefined {
  const value = keyspace.at(db).peek(key.toString('latin1'))?.value
  if (!value) return undefined
  if (value instanceof StoredString) return { type: 'string', value: value.bytes }
  if (value instanceof StoredList) return { type: 'list', value: [...value.items] }
  if (value instanceof StoredHash) {
    const fields = [...value.fields].map(([field, bytes]): [Buffer, Buffer] => [Buffer.from(field, 'latin1'), bytes])
    return { type: 'hash', value: fields }
  }
  return { type: value.type, value: undefined }
}

/** One SCAN call on DB 0. */
export function scanKeys(
  keyspace: Keyspace,
  cursor: string,
  pattern: Buffer | undefined,
  count: number,
): { cursor: string; keys: readonly Buffer[] } {
  const database = keyspace.at(0)
  const glob = pattern?.toString('latin1')
  const { next, keys } = database.scan(BigInt(cursor), count)
  const live = keys.filter((key) => (glob === undefined || globMatch(glob, key)) && database.peek(key))
  return { cursor: String(next), keys: live.map((key) => Buffer.from(key, 'latin1')) }
}
