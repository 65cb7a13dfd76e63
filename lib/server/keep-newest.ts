interface Bounded<Key> {
  readonly size: number
  keys(): Iterable<Key>
  delete(key: Key): boolean
}

/**
 * Bounds a Map or Set: removes what was added first until `most` entries are left. To keep what was used last instead, delete and set an
 * entry at each use, as that moves it to the end.
 */
export function keepNewest<Key>(entries: Bounded<Key>, most: number): void {
  for (const oldest of entries.keys()) {
    if (entries.size <= most) return
    entries.delete(oldest)
  }
}
