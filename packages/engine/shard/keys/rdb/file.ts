import { wallMs } from '../../../clock'
import type { Keyspace } from '../keyspace'
import { DATABASES } from '../keyspace'
import { crc64 } from './crc64'
import { readValue } from './load'
import { BadPayload, RdbReader } from './reader'
import { saveValue } from './save'
import { RDB_VERSION } from './types'
import { RdbWriter } from './writer'

/** An RDB file (rdb.h of Redis 7.0): every key in the plain encodings, and notes of the engine, which Redis ignores. */

const MAGIC = 'REDIS'
const SEAL = 8
const CODE = {
  moduleAux: 247,
  idle: 248,
  frequency: 249,
  note: 250,
  resize: 251,
  expiryMs: 252,
  expiryS: 253,
  database: 254,
  end: 255,
  functions: 245,
} as const

/** The notes of a file by name. */
export type Notes = ReadonlyMap<string, Buffer>

/** Omits values of a module's own type, which the module saves in another way. */
export function writeDump(keyspace: Keyspace, notes: Notes): Buffer {
  const out = new RdbWriter()
  out.raw(Buffer.from(`${MAGIC}${String(RDB_VERSION).padStart(4, '0')}`))
  for (const [name, text] of notes) {
    out.byte(CODE.note)
    out.string(Buffer.from(name))
    out.string(text)
  }
  for (const database of keyspace) {
    if (database.size === 0) continue
    out.byte(CODE.database)
    out.length(database.index)
    for (const key of [...database.keys()]) {
      const entry = database.peek(key)
      const value = entry && saveValue(entry.value)
      if (!entry || !value) continue
      if (entry.expireAt !== 0) {
        out.byte(CODE.expiryMs)
        out.uint64(BigInt(entry.expireAt))
      }
      // The first byte of a value is its type; the key follows it.
      out.raw(value.subarray(0, 1))
      out.string(Buffer.from(key, 'latin1'))
      out.raw(value.subarray(1))
    }
  }
  out.byte(CODE.end)
  const body = out.done()
  return Buffer.concat([body, crc64(body)])
}

/**
 * Adds the keys of a file that have not expired to the key space.
 * @throws BadPayload if the file is damaged, from a later Redis, or has what this engine lacks (a module's values, functions)
 */
export function readDump(bytes: Buffer, keyspace: Keyspace): Notes {
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) throw new BadPayload('not an RDB file')
  const version = Number(bytes.subarray(5, 9).toString('latin1'))
  if (!(version >= 1 && version <= RDB_VERSION))
    throw new BadPayload(`RDB version ${version} is not supported, only versions up to ${RDB_VERSION}`)
  const end = version >= 5 ? bytes.length - SEAL : bytes.length
  if (end < bytes.length && !sealed(bytes.subarray(0, end), bytes.subarray(end)))
    throw new BadPayload('the checksum is wrong')
  const reader = new RdbReader(bytes.subarray(9, end))
  const notes = new Map<string, Buffer>()
  let db = 0
  let expireAt = 0
  for (;;) {
    const code = reader.byte()
    switch (code) {
      case CODE.end:
        return notes
      case CODE.note:
        notes.set(reader.string().toString('utf8'), reader.string())
        break
      case CODE.database:
        db = Number(reader.bigLength())
        if (db >= DATABASES) throw new BadPayload(`database ${db} does not exist; there are ${DATABASES}`)
        break
      case CODE.resize:
        reader.bigLength()
        reader.bigLength()
        break
      case CODE.expiryMs:
        expireAt = Number(reader.uint64())
        break
      case CODE.expiryS:
        expireAt = reader.takeBytes(4).readInt32LE() * 1000
        break
      case CODE.idle:
        reader.bigLength()
        break
      case CODE.frequency:
        reader.byte()
        break
      case CODE.functions:
        throw new BadPayload('it contains functions, which this engine does not support')
      case CODE.moduleAux:
        throw new BadPayload("it holds a module's data, which only that module reads")
      default: {
        const key = reader.string().toString('latin1')
        const value = readValue(code, reader)
        if (expireAt === 0 || expireAt > wallMs()) keyspace.at(db).adopt(key, value, expireAt)
        expireAt = 0
      }
    }
  }
}

/** A checksum of zeros means that it was disabled (rdbchecksum no). */
const sealed = (body: Buffer, seal: Buffer): boolean => seal.equals(Buffer.alloc(SEAL)) || crc64(body).equals(seal)
