/** A list with constant-time operations at both ends. */
export class Deque<T> {
  private items: T[]
  private head = 0

  constructor(items: T[] = []) {
    this.items = items
  }

  get length(): number {
    return this.items.length - this.head
  }

  at(index: number): T | undefined {
    return this.items[this.head + index]
  }

  set(index: number, value: T): void {
    this.items[this.head + index] = value
  }

  push(value: T): void {
    this.items.push(value)
  }

  pop(): T | undefined {
    return this.length === 0 ? undefined : this.items.pop()
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined
    const value = this.items[this.head]
    this.head += 1
    if (this.head > 32 && this.head * 2 > this.items.length) this.compact(0)
    return value
  }

  unshift(value: T): void {
    if (this.head === 0) this.compact(Math.max(16, this.items.length))
    this.head -= 1
    this.items[this.head] = value
  }

  /** The items from `start` up to, but not including, `end`. */
  slice(start: number, end: number): T[] {
    return this.items.slice(this.head + Math.max(0, start), this.head + Math.max(0, end))
  }

  splice(start: number, remove: number, ...add: T[]): void {
    this.items.splice(this.head + start, remove, ...add)
  }

  /** Keeps the items from `start` up to, but not including, `end`. */
  trim(start: number, end: number): void {
    this.items = this.slice(start, end)
    this.head = 0
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = this.head; i < this.items.length; i++) {
      const item = this.items[i]
      if (item !== undefined) yield item
    }
  }

  /** Moves the items so that `room` places are free before the first one. */
  private compact(room: number): void {
    const kept = this.items.slice(this.head)
    const moved: T[] = []
    moved.length = room
    this.items = room === 0 ? kept : moved.concat(kept)
    this.head = room
  }
}
