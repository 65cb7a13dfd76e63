/** A binary heap with the smallest `at` first. */
export class Heap<T extends { readonly at: number }> {
  private readonly items: T[] = []

  get size(): number {
    return this.items.length
  }

  peek(): T | undefined {
    return this.items[0]
  }

  push(item: T): void {
    const { items } = this
    let child = items.length
    items.push(item)
    while (child > 0) {
      const parent = (child - 1) >> 1
      const above = items[parent]
      if (above === undefined || above.at <= item.at) break
      items[child] = above
      child = parent
    }
    items[child] = item
  }

  pop(): T | undefined {
    const { items } = this
    const top = items[0]
    const last = items.pop()
    if (items.length === 0 || last === undefined) return top
    let parent = 0
    for (;;) {
      let child = 2 * parent + 1
      const left = items[child]
      if (left === undefined) break
      let least = left
      const right = items[child + 1]
      if (right !== undefined && right.at < left.at) {
        least = right
        child += 1
      }
      if (last.at <= least.at) break
      items[parent] = least
      parent = child
    }
    items[parent] = last
    return top
  }

  /** Keeps the items that `wanted` accepts. */
  prune(wanted: (item: T) => boolean): void {
    const kept = this.items.filter(wanted)
    this.items.length = 0
    for (const item of kept) this.push(item)
  }
}
