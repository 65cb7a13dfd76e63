import { Connection } from '../connection/connection'
import type { ConnectionSetup } from '../connection/setup'
import type { History } from '../history/history'

/** Each has a hub, and two clients of each master. */
export const MOST_CONNECTIONS = 500

/** The connections of this Gearboard. They come and go while it runs, and none waits for another. */
export class ConnectionRegistry {
  private readonly opened = new Map<string, Connection>()
  private readonly listeners = new Set<() => void>()

  constructor(private readonly history: History) {}

  /** By name; stays the same map, with what is open at the time. */
  get open(): ReadonlyMap<string, Connection> {
    return this.opened
  }

  /** Opens a connection. One of this name is closed first, with its streams: what was known of it live is forgotten, its history stays. */
  async set(setup: ConnectionSetup): Promise<void> {
    const before = this.opened.get(setup.name)
    this.opened.set(setup.name, new Connection(setup, this.history))
    this.tell()
    await before?.close()
  }

  /** Closes a connection, if there is one of this name. */
  async remove(name: string): Promise<void> {
    const connection = this.opened.get(name)
    this.opened.delete(name)
    if (connection) this.tell()
    await connection?.close()
  }

  /** Calls `changed` after a connection was opened or closed. */
  subscribe(changed: () => void): () => void {
    this.listeners.add(changed)
    return () => void this.listeners.delete(changed)
  }

  async close(): Promise<void> {
    const all = [...this.opened.values()]
    this.opened.clear()
    await Promise.all(all.map((connection) => connection.close()))
  }

  private tell(): void {
    for (const changed of this.listeners) changed()
  }
}
