interface Slot<V> {
  readonly key: string
  value: V
  at: number
}

/** Up to this size, a deletion keeps the insertion order, as in Redis's listpacks; in larger dicts the last entry fills the gap. */
const ORDERED = 512

/**
 * A map with positions, for random choice and stateless SCAN cursors in constant time.
 * A scan walks positions downwards. A deletion moves the last entry into the gap, so an entry that was not returned never moves behind the
 * cursor. Keys are byte strings (latin1).
 */
export class Dict<V> {
  private readonly slots = new Map<string, Slot<V>>()
  private readonly order: Slot<V>[] = []

  get size(): number {
    return this.order.length
  }

  get(key: string): V | undefined {
    return this.slots.get(key)?.value
  }

  has(key: string): boolean {
    return this.slots.has(key)
  }

  /** Returns true if the key is new. */
  set(key: string, value: V): boolean {
    const slot = this.slots.get(key)
    if (slot) {
      slot.value = value
      return false
    }
    const fresh = { key, value, at: this.order.length }
    this.slots.set(key, fresh)
    this.order.push(fresh)
    return true
  }

  delete(key: string): boolean {
    const slot = this.slots.get(key)
    if (!slot) return false
    this.slots.delete(key)
    if (this.order.length <= ORDERED) {
      this.order.splice(slot.at, 1)
      for (let i = slot.at; i < this.order.length; i++) {
        const later = this.order[i]
        if (later) later.at = i
      }
      return true
    }
    const last = this.order.pop()
    if (last && last !== slot) {
      last.at = slot.at
      this.order[slot.at] = last
    }
    return true
  }

  at(position: number): readonly [string, V] | undefined {
    const slot = this.order[position]
    return slot && [slot.key, slot.value]
  }

  random(): readonly [string, V] | undefined {
    return this.at(Math.floor(Math.random() * this.order.length))
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, V]> {
    for (const { key, value } of this.order) yield [key, value]
  }

  *keys(): IterableIterator<string> {
    for (const { key } of this.order) yield key
  }

  /** One step from a cursor (0n starts): about `count` entries and the next cursor (0n at the end). */
  scan(cursor: bigint, count: number): { readonly next: bigint; readonly entries: (readonly [string, V])[] } {
    const length = BigInt(this.order.length)
    let at = Number(cursor === 0n || cursor > length ? length : cursor)
    const entries: (readonly [string, V])[] = []
    while (at > 0 && entries.length < count) {
      at -= 1
      const slot = this.order[at]
      if (slot) entries.push([slot.key, slot.value])
    }
    return { next: BigInt(at), entries }
  }
}
