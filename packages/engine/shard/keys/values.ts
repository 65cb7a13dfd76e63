import { Deque } from './deque'
import { Dict } from './dict'
import { parseInt64 } from './numbers'
import { StreamLog } from './stream'
import { SortedMembers } from './zset'

/** Redis 7.0's default limits of compact encodings. Only OBJECT ENCODING and the order of elements reveal them. */
const LIMITS = {
  hashEntries: 512,
  hashValue: 64,
  setEntries: 512,
  zsetEntries: 128,
  zsetValue: 64,
  embstr: 44,
}

export class StoredString {
  readonly type = 'string'
  /**
   * `raw` after APPEND, SETRANGE and bit commands; `text` after INCRBYFLOAT, whose result is never `int`; `copy` for an integer that is not
   * a shared object.
   */
  constructor(
    readonly bytes: Buffer,
    private readonly made: 'set' | 'copy' | 'text' | 'raw' = 'set',
  ) {}

  /** Whether it is one of the integers that redis-server keeps as shared objects. */
  get shared(): boolean {
    return this.made === 'set' && /^[0-9]{1,4}$/.test(this.bytes.toString('latin1', 0, 5)) && this.encoding === 'int'
  }

  copy(): StoredString {
    return new StoredString(this.bytes, this.made === 'set' ? 'copy' : this.made)
  }

  get encoding(): string {
    if (this.made === 'raw') return 'raw'
    if (this.made !== 'text' && this.bytes.length <= 20 && parseInt64(this.bytes.toString('latin1')) !== undefined)
      return 'int'
    return this.bytes.length <= LIMITS.embstr ? 'embstr' : 'raw'
  }

  get size(): number {
    return 1
  }
}

export class StoredList {
  readonly type = 'list'
  readonly encoding = 'quicklist'
  constructor(public items = new Deque<Buffer>()) {}

  get size(): number {
    return this.items.length
  }
}

export class StoredHash {
  readonly type = 'hash'
  readonly fields = new Dict<Buffer>()
  private big = false

  get size(): number {
    return this.fields.size
  }

  get encoding(): string {
    return this.big ? 'hashtable' : 'listpack'
  }

  /** Returns true if the field is new. */
  set(field: string, value: Buffer): boolean {
    if (field.length > LIMITS.hashValue || value.length > LIMITS.hashValue) this.big = true
    const added = this.fields.set(field, value)
    if (this.fields.size > LIMITS.hashEntries) this.big = true
    return added
  }
}

export class StoredSet {
  readonly type = 'set'
  readonly members = new Dict<true>()
  private integers = true

  get size(): number {
    return this.members.size
  }

  get encoding(): string {
    return this.integers ? 'intset' : 'hashtable'
  }

  /** Returns true if the member is new. */
  addMember(member: string): boolean {
    const added = this.members.set(member, true)
    if (!this.integers) return added
    if (parseInt64(member) === undefined || this.members.size > LIMITS.setEntries) this.integers = false
    return added
  }

  /** An intset is sorted. */
  list(): string[] {
    const members = [...this.members.keys()]
    if (!this.integers) return members
    return members.sort((a, b) => Number(a) - Number(b))
  }
}

export class StoredZSet {
  readonly type = 'zset'
  readonly members = new SortedMembers()
  private big = false

  get size(): number {
    return this.members.size
  }

  get encoding(): string {
    return this.big ? 'skiplist' : 'listpack'
  }

  /** Returns true if the member is new. */
  set(member: string, score: number): boolean {
    const added = this.members.set(member, score)
    if (member.length > LIMITS.zsetValue || this.members.size > LIMITS.zsetEntries) this.big = true
    return added
  }
}

export class StoredStream {
  readonly type = 'stream'
  readonly encoding = 'stream'
  constructor(readonly log = new StreamLog()) {}

  /** A stream remains when its last entry is removed. */
  get size(): number {
    return 1
  }
}

/** A value of a module's own type; `freed` is called when the key is removed. */
export class StoredModuleValue {
  readonly type = 'module'
  readonly encoding = 'raw'
  readonly size = 1
  constructor(
    readonly typeName: string,
    readonly freed: () => void,
  ) {}
}

export type StoredValue =
  | StoredString
  | StoredList
  | StoredHash
  | StoredSet
  | StoredZSet
  | StoredStream
  | StoredModuleValue

/** A deep copy for COPY; a module's value cannot be copied. */
export function copyValue(value: StoredValue): StoredValue | undefined {
  if (value instanceof StoredString) return value.copy()
  if (value instanceof StoredList) return new StoredList(new Deque(value.items.slice(0, value.items.length)))
  if (value instanceof StoredHash) return copyHash(value)
  if (value instanceof StoredSet) return copySet(value)
  if (value instanceof StoredZSet) return copySortedSet(value)
  if (value instanceof StoredStream) return new StoredStream(value.log.copy())
  return undefined
}

function copyHash(value: StoredHash): StoredHash {
  const copy = new StoredHash()
  for (const [field, bytes] of value.fields) copy.set(field, bytes)
  return copy
}

function copySet(value: StoredSet): StoredSet {
  const copy = new StoredSet()
  for (const member of value.members.keys()) copy.addMember(member)
  return copy
}

function copySortedSet(value: StoredZSet): StoredZSet {
  const copy = new StoredZSet()
  for (const { member, score } of value.members.slice(0, value.size)) copy.set(member, score)
  return copy
}
