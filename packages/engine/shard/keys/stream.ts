/** A stream entry's id: milliseconds and a sequence, 64 bits each. */
export interface StreamId {
  readonly ms: bigint
  readonly seq: bigint
}

export const ZERO_ID: StreamId = { ms: 0n, seq: 0n }
const U64_MAX = 2n ** 64n - 1n
export const MAX_ID: StreamId = { ms: U64_MAX, seq: U64_MAX }

export const compareIds = (a: StreamId, b: StreamId): number => {
  if (a.ms !== b.ms) return a.ms < b.ms ? -1 : 1
  return a.seq === b.seq ? 0 : a.seq < b.seq ? -1 : 1
}

export const formatId = ({ ms, seq }: StreamId): string => `${ms}-${seq}`

/** The next id; undefined after the last one. */
export function nextId({ ms, seq }: StreamId): StreamId | undefined {
  if (seq < U64_MAX) return { ms, seq: seq + 1n }
  return ms < U64_MAX ? { ms: ms + 1n, seq: 0n } : undefined
}

/** The previous id; undefined before 0-0. */
export function previousId({ ms, seq }: StreamId): StreamId | undefined {
  if (seq > 0n) return { ms, seq: seq - 1n }
  return ms > 0n ? { ms: ms - 1n, seq: U64_MAX } : undefined
}

/** Parses `ms` or `ms-seq`; a missing sequence is `missing`. Undefined if the text is not an id. */
export function parseId(text: string, missing: bigint): StreamId | undefined {
  const match = /^([0-9]{1,20})(?:-([0-9]{1,20}))?$/.exec(text)
  if (!match) return undefined
  const ms = BigInt(match[1] ?? '0')
  const seq = match[2] === undefined ? missing : BigInt(match[2])
  return ms > U64_MAX || seq > U64_MAX ? undefined : { ms, seq }
}

export interface StreamEntry {
  readonly id: StreamId
  /** Field, value, field, value … */
  readonly fields: readonly Buffer[]
}

/** An entry delivered to a consumer and not acknowledged. */
export interface StreamPendingEntry {
  readonly id: StreamId
  consumer: Consumer
  /** Milliseconds since the epoch. */
  deliveredAt: number
  deliveries: number
}

export interface Consumer {
  readonly name: string
  /** The last attempt to read or claim, ms since the epoch; `activeAt` is the last successful one. */
  seenAt: number
  readonly pending: Map<string, StreamPendingEntry>
}

/** Pending entries in id order: ids only increase, except for claims, which are inserted. */
export class PendingList {
  private readonly byId = new Map<string, StreamPendingEntry>()
  private sorted: StreamPendingEntry[] = []
  private dirty = false

  get size(): number {
    return this.byId.size
  }

  get(id: StreamId): StreamPendingEntry | undefined {
    return this.byId.get(formatId(id))
  }

  addEntry(pending: StreamPendingEntry): void {
    const key = formatId(pending.id)
    this.byId.set(key, pending)
    const last = this.sorted[this.sorted.length - 1]
    if (last && compareIds(last.id, pending.id) >= 0) this.dirty = true
    this.sorted.push(pending)
  }

  delete(id: StreamId): StreamPendingEntry | undefined {
    const key = formatId(id)
    const pending = this.byId.get(key)
    if (!pending) return undefined
    this.byId.delete(key)
    if (this.sorted.length > 2 * this.byId.size + 32) this.dirty = true
    return pending
  }

  /** In id order, from `start` (inclusive). */
  *from(start: StreamId): IterableIterator<StreamPendingEntry> {
    if (this.dirty) {
      this.sorted = [...this.byId.values()].sort((a, b) => compareIds(a.id, b.id))
      this.dirty = false
    }
    const list = this.sorted
    for (let i = lowerBound(list, start); i < list.length; i++) {
      const pending = list[i]
      if (pending && this.byId.get(formatId(pending.id)) === pending) yield pending
    }
  }
}

export interface ConsumerGroup {
  readonly name: string
  lastId: StreamId
  /** How many entries were ever read; undefined where Redis cannot know. */
  entriesRead: number | undefined
  readonly pending: PendingList
  readonly consumers: Map<string, Consumer>
}

function copyGroup(group: ConsumerGroup): ConsumerGroup {
  const copy: ConsumerGroup = { ...group, pending: new PendingList(), consumers: new Map() }
  for (const consumer of group.consumers.values())
    copy.consumers.set(consumer.name, { ...consumer, pending: new Map() })
  for (const pending of group.pending.from(ZERO_ID)) {
    const consumer = copy.consumers.get(pending.consumer.name)
    if (!consumer) continue
    const moved = { ...pending, consumer }
    copy.pending.addEntry(moved)
    consumer.pending.set(formatId(moved.id), moved)
  }
  return copy
}

/** The first index whose id is not before `id`. */
function lowerBound(list: readonly { readonly id: StreamId }[], id: StreamId): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    const each = list[middle]
    if (each && compareIds(each.id, id) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** For `~`, Redis trims whole nodes of the radix tree; these are stream-node-max-entries and -bytes. */
const NODE_ENTRIES = 100
const NODE_BYTES = 4096
/** What a listpack needs for an entry in addition to its fields: flags, two id offsets, counts and lengths. */
const ENTRY_OVERHEAD = 12

interface StreamNode {
  readonly entries: StreamEntry[]
  /** How many entries were ever added here; deleted ones keep their place. */
  used: number
  bytes: number
}

export interface TrimOptions {
  readonly approximate: boolean
  /** The maximum number of removals; Infinity means no limit. */
  readonly limit: number
}

/** Entries in id order, in nodes as Redis packs them. */
export class StreamLog {
  length = 0
  lastId = ZERO_ID
  maxDeletedId = ZERO_ID
  entriesAdded = 0
  readonly groups = new Map<string, ConsumerGroup>()
  private nodes: StreamNode[] = []

  get nodeCount(): number {
    return this.nodes.length
  }

  get firstId(): StreamId {
    return this.nodes[0]?.entries[0]?.id ?? ZERO_ID
  }

  /** The id of the last existing entry; `lastId` may be greater. */
  get topId(): StreamId {
    const entries = this.nodes[this.nodes.length - 1]?.entries
    return entries?.[entries.length - 1]?.id ?? ZERO_ID
  }

  append(entry: StreamEntry): void {
    const size = entry.fields.reduce((sum, field) => sum + field.length, 0)
    let node = this.nodes[this.nodes.length - 1]
    if (!node || node.used >= NODE_ENTRIES || node.bytes + size >= NODE_BYTES) {
      node = { entries: [], used: 0, bytes: 0 }
      this.nodes.push(node)
    }
    node.entries.push(entry)
    node.used += 1
    node.bytes += size + ENTRY_OVERHEAD + 2 * entry.fields.length
    this.length += 1
    this.entriesAdded += 1
    this.lastId = entry.id
  }

  copy(): StreamLog {
    const copy = new StreamLog()
    copy.length = this.length
    copy.lastId = this.lastId
    copy.maxDeletedId = this.maxDeletedId
    copy.entriesAdded = this.entriesAdded
    copy.nodes = this.nodes.map((node) => ({ ...node, entries: [...node.entries] }))
    for (const group of this.groups.values()) copy.groups.set(group.name, copyGroup(group))
    return copy
  }

  /** Whether entries were deleted between `start` and the end. */
  hasTombstones(start: StreamId): boolean {
    if (this.length === 0 || compareIds(this.maxDeletedId, ZERO_ID) === 0) return false
    return compareIds(this.firstId, this.maxDeletedId) <= 0 && compareIds(start, this.maxDeletedId) <= 0
  }

  /** How many entries were ever added up to `id`; undefined where Redis cannot know (stream.c, 7.0). */
  countUpTo(id: StreamId): number | undefined {
    if (this.entriesAdded === 0) return 0
    const last = compareIds(id, this.lastId)
    if (this.length === 0 && last < 1) return this.entriesAdded
    if (last === 0) return this.entriesAdded
    if (last > 0) return undefined
    const whole = compareIds(this.maxDeletedId, ZERO_ID) === 0 || compareIds(this.maxDeletedId, this.firstId) < 0
    const first = compareIds(id, this.firstId)
    if (!whole || first > 0) return undefined
    return this.entriesAdded - this.length + (first === 0 ? 1 : 0)
  }

  /** Entries that a group has not read; undefined where unknown. */
  lag(group: ConsumerGroup): number | undefined {
    if (this.entriesAdded === 0) return 0
    const known = group.entriesRead !== undefined && !this.hasTombstones(group.lastId)
    const read = known ? group.entriesRead : this.countUpTo(group.lastId)
    return read === undefined ? undefined : this.entriesAdded - read
  }

  /** A group has received the entry `id`. */
  advance(group: ConsumerGroup, id: StreamId): void {
    if (compareIds(id, group.lastId) <= 0) return
    if (group.entriesRead !== undefined && !this.hasTombstones(id)) group.entriesRead += 1
    else if (this.entriesAdded > 0) group.entriesRead = this.countUpTo(id)
    group.lastId = id
  }

  find(id: StreamId): StreamEntry | undefined {
    const [entry] = this.range(id, id, 1)
    return entry
  }

  range(start: StreamId, end: StreamId, count = Number.POSITIVE_INFINITY): StreamEntry[] {
    const found: StreamEntry[] = []
    for (let n = this.nodeAt(start); n < this.nodes.length; n++) {
      const entries = this.nodes[n]?.entries ?? []
      for (let i = lowerBound(entries, start); i < entries.length; i++) {
        const entry = entries[i]
        if (!entry || found.length >= count || compareIds(entry.id, end) > 0) return found
        found.push(entry)
      }
    }
    return found
  }

  /** From `end` downwards to `start`. */
  reverseRange(start: StreamId, end: StreamId, count = Number.POSITIVE_INFINITY): StreamEntry[] {
    const found: StreamEntry[] = []
    for (let n = Math.min(this.nodeAt(end), this.nodes.length - 1); n >= 0; n--) {
      const entries = this.nodes[n]?.entries ?? []
      for (let i = entries.length - 1; i >= 0; i--) {
        const entry = entries[i]
        if (!entry || compareIds(entry.id, end) > 0) continue
        if (found.length >= count || compareIds(entry.id, start) < 0) return found
        found.push(entry)
      }
    }
    return found
  }

  delete(id: StreamId): boolean {
    const index = this.nodeAt(id)
    const node = this.nodes[index]
    if (!node) return false
    const at = lowerBound(node.entries, id)
    const entry = node.entries[at]
    if (!entry || compareIds(entry.id, id) !== 0) return false
    node.entries.splice(at, 1)
    if (node.entries.length === 0) this.nodes.splice(index, 1)
    this.length -= 1
    if (compareIds(id, this.maxDeletedId) > 0) this.maxDeletedId = id
    return true
  }

  /** Removes entries from the start until `length` are left; returns how many it removed. */
  trimToLength(length: number, options: TrimOptions): number {
    return this.trim(
      options,
      (node) => this.length - node.entries.length >= length,
      () => this.length > length,
    )
  }

  trimToId(id: StreamId, options: TrimOptions): number {
    const gone = (entry: StreamEntry | undefined): boolean => entry !== undefined && compareIds(entry.id, id) < 0
    return this.trim(
      options,
      (node) => gone(node.entries[node.entries.length - 1]),
      (first) => gone(first),
    )
  }

  private trim(
    { approximate, limit }: TrimOptions,
    whole: (node: StreamNode) => boolean,
    single: (first: StreamEntry | undefined) => boolean,
  ): number {
    let removed = 0
    for (let node = this.nodes[0]; node && single(node.entries[0]); node = this.nodes[0]) {
      if (removed + node.entries.length > limit) break
      if (whole(node)) {
        this.nodes.shift()
        this.length -= node.entries.length
        removed += node.entries.length
        continue
      }
      if (approximate) break
      while (single(node.entries[0])) {
        node.entries.shift()
        this.length -= 1
        removed += 1
      }
      break
    }
    return removed
  }

  /** The first node that may contain `id` or a later one. */
  private nodeAt(id: StreamId): number {
    let low = 0
    let high = this.nodes.length
    while (low < high) {
      const middle = (low + high) >> 1
      const entries = this.nodes[middle]?.entries ?? []
      const last = entries[entries.length - 1]
      if (last && compareIds(last.id, id) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
