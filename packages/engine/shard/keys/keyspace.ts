import { Database, type DatabaseHooks, type KeyStats } from './database'

export const DATABASES = 16

/** The databases of a shard. */
export class Keyspace {
  readonly stats: KeyStats = { hits: 0, misses: 0, expired: 0 }
  private readonly databases: readonly Database[]
  private readonly first: Database

  constructor(hooks: DatabaseHooks) {
    this.first = new Database(0, hooks, this.stats)
    const others = Array.from({ length: DATABASES - 1 }, (_, i) => new Database(i + 1, hooks, this.stats))
    this.databases = [this.first, ...others]
  }

  /** Implements CONFIG RESETSTAT. */
  resetStatistics(): void {
    Object.assign(this.stats, { hits: 0, misses: 0, expired: 0 })
  }

  at(index: number): Database {
    return this.databases[index] ?? this.first
  }

  [Symbol.iterator](): IterableIterator<Database> {
    return this.databases.values()
  }
}
