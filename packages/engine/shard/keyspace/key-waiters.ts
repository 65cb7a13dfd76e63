import type { CommandReply } from '../core'

/** A client blocked on keys. `attempt` replies when a key can serve it. */
export interface KeyWaiter {
  readonly db: number
  readonly keys: readonly string[]
  /** Returns the reply, or undefined to continue waiting. */
  attempt(key: string): CommandReply | undefined
  reply(reply: CommandReply): void
  readonly waiting: boolean
}

/** Clients blocked on lists, sorted sets and streams. When a key is ready, they are served in the order of their arrival. */
export class KeyWaiters {
  private readonly waiting = new Map<string, Set<KeyWaiter>>()
  private readyKeys = new Map<string, string>()
  private serving = false

  constructor(private readonly mayServe: () => boolean) {}

  addWaiter(waiter: KeyWaiter): void {
    for (const key of waiter.keys) {
      const id = `${waiter.db}:${key}`
      const waiters = this.waiting.get(id)
      if (waiters) waiters.add(waiter)
      else this.waiting.set(id, new Set([waiter]))
    }
  }

  remove(waiter: KeyWaiter): void {
    for (const key of waiter.keys) {
      const id = `${waiter.db}:${key}`
      const waiters = this.waiting.get(id)
      waiters?.delete(waiter)
      if (waiters?.size === 0) this.waiting.delete(id)
    }
  }

  /** Marks a key that may serve a waiting client; `serve` runs after the command has ended. */
  ready(db: number, key: string): void {
    if (this.waiting.size === 0) return
    const id = `${db}:${key}`
    if (this.waiting.has(id)) this.readyKeys.set(id, key)
  }

  serve(): void {
    if (this.serving || this.readyKeys.size === 0 || !this.mayServe()) return
    this.serving = true
    try {
      while (this.readyKeys.size > 0) {
        const ready = this.readyKeys
        this.readyKeys = new Map()
        for (const [id, key] of ready) this.serveKey(id, key)
      }
    } finally {
      this.serving = false
    }
  }

  private serveKey(id: string, key: string): void {
    for (const waiter of [...(this.waiting.get(id) ?? [])]) {
      if (!waiter.waiting) continue
      const reply = waiter.attempt(key)
      if (reply === undefined) continue
      this.remove(waiter)
      waiter.reply(reply)
    }
  }
}
