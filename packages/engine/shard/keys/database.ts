import { steadyMs, wallMs } from '../../clock'
import { CommandError, WRONG_TYPE } from '../command-error'
import { Dict } from './dict'
import { Heap } from './heap'
import { StoredModuleValue, type StoredValue } from './values'

export interface KeyEntry {
  value: StoredValue
  /** Milliseconds since the epoch; 0 means no expiry. */
  expireAt: number
  /** On the monotonic clock. */
  usedAt: number
}

/** What a database reports to its shard. */
export interface DatabaseHooks {
  /** The key's content has changed (for WATCH). */
  modified(db: number, key: string): void
  /** A keyspace notification. */
  event(db: number, event: string, key: string): void
  /** A list, sorted set or stream now exists under the key, so blocked clients may be served. */
  ready(db: number, key: string): void
}

interface Deadline {
  readonly at: number
  readonly key: string
}

type ValueClass<V extends StoredValue> = abstract new (...args: never[]) => V

export interface KeyStats {
  hits: number
  misses: number
  expired: number
}

/** One of a shard's sixteen databases. Keys are byte strings (latin1). */
export class Database {
  private entries = new Dict<KeyEntry>()
  private deadlines = new Heap<Deadline>()
  expiring = 0

  constructor(
    public index: number,
    private readonly hooks: DatabaseHooks,
    private readonly stats: KeyStats,
  ) {}

  get size(): number {
    return this.entries.size
  }

  keys(): IterableIterator<string> {
    return this.entries.keys()
  }

  scan(cursor: bigint, count: number): { readonly next: bigint; readonly keys: string[] } {
    const { next, entries } = this.entries.scan(cursor, count)
    return { next, keys: entries.map(([key]) => key) }
  }

  randomKey(): string | undefined {
    while (this.entries.size > 0) {
      const picked = this.entries.random()
      if (picked && this.peek(picked[0])) return picked[0]
    }
    return undefined
  }

  /** The entry, without changing statistics or access time. Removes the key first if it has expired. */
  peek(key: string): KeyEntry | undefined {
    const entry = this.entries.get(key)
    if (!entry || entry.expireAt === 0 || entry.expireAt > wallMs()) return entry
    this.expire(key)
    return undefined
  }

  /** For commands that read: counts hits and misses, and notifies of a miss. */
  lookup(key: string): KeyEntry | undefined {
    const entry = this.peek(key)
    if (!entry) {
      this.stats.misses += 1
      this.hooks.event(this.index, 'keymiss', key)
      return undefined
    }
    this.stats.hits += 1
    entry.usedAt = steadyMs()
    return entry
  }

  /** For commands that write. */
  lookupWrite(key: string): KeyEntry | undefined {
    const entry = this.peek(key)
    if (entry) entry.usedAt = steadyMs()
    return entry
  }

  /** Throws WRONGTYPE if the key holds another type. */
  read<V extends StoredValue>(key: string, kind: ValueClass<V>): V | undefined {
    return typed(this.lookup(key), kind)
  }

  write<V extends StoredValue>(key: string, kind: ValueClass<V>): V | undefined {
    return typed(this.lookupWrite(key), kind)
  }

  /** The value of the key, created if it is missing. */
  ensure<V extends StoredValue>(key: string, kind: new () => V): V {
    const found = this.write(key, kind)
    if (found) return found
    const value = new kind()
    this.putValue(key, value)
    return value
  }

  /** Sets the key's value; `keepTtl` keeps its expiry. */
  putValue(key: string, value: StoredValue, keepTtl = false): void {
    const entry = this.entries.get(key)
    if (!entry) {
      this.entries.set(key, { value, expireAt: 0, usedAt: steadyMs() })
      this.hooks.event(this.index, 'new', key)
    } else {
      if (entry.value !== value) release(entry.value)
      entry.value = value
      entry.usedAt = steadyMs()
      if (!keepTtl) this.setExpiry(entry, key, 0)
    }
    if (value.type === 'list' || value.type === 'zset' || value.type === 'stream') this.hooks.ready(this.index, key)
  }

  /** Sets the expiry, ms since the epoch; 0 removes it. */
  expireAt(key: string, at: number): void {
    const entry = this.entries.get(key)
    if (entry) this.setExpiry(entry, key, at)
  }

  /** Removes the key without a notification; returns false if it did not exist. */
  remove(key: string): boolean {
    const entry = this.peek(key)
    if (!entry) return false
    this.drop(key, entry)
    return true
  }

  /** Removes the entry but keeps its value for RENAME or MOVE. */
  takeEntry(key: string): KeyEntry | undefined {
    const entry = this.peek(key)
    if (!entry) return undefined
    if (entry.expireAt !== 0) this.expiring -= 1
    this.entries.delete(key)
    return entry
  }

  /** Adds a value with its expiry under a free key. */
  adopt(key: string, value: StoredValue, expireAt: number): void {
    this.putValue(key, value)
    this.expireAt(key, expireAt)
  }

  /** Removes a container that has become empty, and notifies. */
  removeIfEmpty(key: string, value: StoredValue): boolean {
    if (value.size > 0) return false
    this.remove(key)
    this.event('del', key)
    return true
  }

  modified(key: string): void {
    this.hooks.modified(this.index, key)
  }

  event(event: string, key: string): void {
    this.hooks.event(this.index, event, key)
  }

  ready(key: string): void {
    this.hooks.ready(this.index, key)
  }

  /** Removes up to `max` expired keys; returns true if there are more. */
  expireDue(max: number): boolean {
    const now = wallMs()
    for (let done = 0; done < max; ) {
      const next = this.deadlines.peek()
      if (!next || next.at > now) return false
      this.deadlines.pop()
      if (this.entries.get(next.key)?.expireAt !== next.at) continue
      this.expire(next.key)
      done += 1
    }
    return true
  }

  /** Removes all keys and returns their number. Modules and WATCH are notified. */
  clear(): number {
    const removed = this.entries.size
    for (const [key, entry] of this.entries) {
      this.hooks.modified(this.index, key)
      release(entry.value)
    }
    this.entries = new Dict()
    this.deadlines = new Heap()
    this.expiring = 0
    return removed
  }

  /** Implements SWAPDB: exchanges the contents of both databases. */
  swap(other: Database): void {
    ;[this.entries, other.entries] = [other.entries, this.entries]
    ;[this.deadlines, other.deadlines] = [other.deadlines, this.deadlines]
    ;[this.expiring, other.expiring] = [other.expiring, this.expiring]
    for (const database of [this, other]) {
      for (const key of database.keys()) {
        database.modified(key)
        database.ready(key)
      }
    }
  }

  private setExpiry(entry: KeyEntry, key: string, at: number): void {
    if (entry.expireAt === at) return
    this.expiring += Number(at !== 0) - Number(entry.expireAt !== 0)
    entry.expireAt = at
    if (at === 0) return
    this.deadlines.push({ at, key })
    if (this.deadlines.size > 64 + 2 * this.expiring)
      this.deadlines.prune((deadline) => this.entries.get(deadline.key)?.expireAt === deadline.at)
  }

  private expire(key: string): void {
    const entry = this.entries.get(key)
    if (!entry) return
    this.drop(key, entry)
    this.stats.expired += 1
    this.hooks.modified(this.index, key)
    this.event('expired', key)
  }

  private drop(key: string, entry: KeyEntry): void {
    if (entry.expireAt !== 0) this.expiring -= 1
    this.entries.delete(key)
    release(entry.value)
  }
}

function typed<V extends StoredValue>(entry: KeyEntry | undefined, kind: ValueClass<V>): V | undefined {
  if (!entry) return undefined
  if (entry.value instanceof kind) return entry.value
  throw new CommandError(WRONG_TYPE)
}

function release(value: StoredValue): void {
  if (value instanceof StoredModuleValue) value.freed()
}
