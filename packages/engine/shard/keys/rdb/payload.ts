import type { StoredValue } from '../values'
import { crc64 } from './crc64'
import { loadValue } from './load'
import { saveValue } from './save'
import { RDB_VERSION } from './types'

/** The format of DUMP and RESTORE: a value, the RDB version in two bytes, and a checksum of both. */

const FOOTER = 10

/** Undefined for a module's value. */
export function dumpValue(value: StoredValue): Buffer | undefined {
  const saved = saveValue(value)
  if (!saved) return undefined
  const sealed = Buffer.concat([saved, Buffer.from([RDB_VERSION & 255, RDB_VERSION >> 8])])
  return Buffer.concat([sealed, crc64(sealed)])
}

/** Whether the payload is intact and of a supported version. */
export function isSealed(payload: Buffer): boolean {
  if (payload.length < FOOTER) return false
  const end = payload.length - FOOTER
  if (payload.readUInt16LE(end) > RDB_VERSION) return false
  return crc64(payload.subarray(0, end + 2)).equals(payload.subarray(end + 2))
}

/** The value of a sealed payload; throws `BadPayload`. */
export const restoreValue = (payload: Buffer): StoredValue => loadValue(payload.subarray(0, payload.length - FOOTER))
