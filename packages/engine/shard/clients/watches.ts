import type { Keyspace } from '../keys/keyspace'
import type { ClientSession } from './client-session'

const idOf = (db: number, key: string): string => `${db}:${key}`

/** WATCH: the clients to notify when a key changes. */
export class Watches {
  private readonly watchers = new Map<string, Set<ClientSession>>()

  watchKey(session: ClientSession, keyspace: Keyspace, db: number, key: string): void {
    const id = idOf(db, key)
    session.watched.set(id, { db, key, missing: !keyspace.at(db).peek(key) })
    const watching = this.watchers.get(id)
    if (watching) watching.add(session)
    else this.watchers.set(id, new Set([session]))
  }

  /** Implements UNWATCH, also at the end of a transaction or a connection. */
  drop(session: ClientSession): void {
    for (const id of session.watched.keys()) {
      const watching = this.watchers.get(id)
      watching?.delete(session)
      if (watching?.size === 0) this.watchers.delete(id)
    }
    session.watched.clear()
    session.dirty = false
  }

  modified(db: number, key: string): void {
    if (this.watchers.size === 0) return
    for (const session of this.watchers.get(idOf(db, key)) ?? []) session.dirty = true
  }
}
