import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import type { Keyspace } from './keys/keyspace'
import { readDump, writeDump } from './keys/rdb/file'
import { BadPayload } from './keys/rdb/reader'

/** The RDB note with what Gears keeps: registrations with their pickled functions, sessions, wheels. Redis ignores it. */
const KEPT_NOTE = 'gearboard-gears'

/** One shard's RDB file. */
export class Persistence {
  constructor(private readonly file: string) {}

  /**
   * Fills the key space. Returns what Gears kept, or undefined if there is no file.
   * @throws Error that names the file and what is wrong with it
   */
  load(keyspace: Keyspace): ReadonlyMap<string, unknown> | undefined {
    if (!existsSync(this.file)) return undefined
    try {
      const note = readDump(readFileSync(this.file), keyspace).get(KEPT_NOTE)
      const kept: unknown = note ? deserialize(note) : undefined
      return kept instanceof Map ? kept : new Map()
    } catch (error) {
      const why = error instanceof BadPayload || error instanceof Error ? error.message : String(error)
      throw new Error(`${this.file} cannot be loaded: ${why}. Move it away to start empty`)
    }
  }

  /** Writes a new file, then replaces the last one. @throws Error of the file system */
  save(keyspace: Keyspace, kept: ReadonlyMap<string, unknown>): void {
    const dump = writeDump(keyspace, new Map([[KEPT_NOTE, serialize(kept)]]))
    const unfinished = `${this.file}.${process.pid}.tmp`
    try {
      const handle = openSync(unfinished, 'w', 0o600)
      try {
        for (let at = 0; at < dump.length; ) at += writeSync(handle, dump, at)
        fsyncSync(handle)
      } finally {
        closeSync(handle)
      }
      renameSync(unfinished, this.file)
    } catch (error) {
      rmSync(unfinished, { force: true })
      throw error
    }
  }
}

/**
 * Parses save points such as `3600 1 300 100`: after this many seconds if there were this many changes. Undefined if the list is invalid.
 */
export function savePoints(
  text: string,
): readonly { readonly seconds: number; readonly changes: number }[] | undefined {
  const numbers = text.split(/\s+/).filter((word) => word !== '')
  if (numbers.length % 2 === 1 || !numbers.every((word) => /^[0-9]{1,10}$/.test(word))) return undefined
  return numbers.flatMap((seconds, i) =>
    i % 2 === 1 ? [] : [{ seconds: Number(seconds), changes: Number(numbers[i + 1]) }],
  )
}
