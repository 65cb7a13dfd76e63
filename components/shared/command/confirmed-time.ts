import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { type ServerClock, serverClock } from '@/lib/api/server-clock'

/** For how long a typed name counts for what is done again and again, ms. */
export const CONFIRMED_MS = 10 * 60_000
const MINUTE_MS = 60_000
const LOOK_MS = 1000

interface Typed {
  readonly name: string
  /** On the steady clock, and on Gearboard's. */
  readonly steadyAt: number
  readonly at: number
}

/** What was typed to confirm runs, triggers and test events on production connections: in this tab's memory, and forgotten when it is reloaded. */
export class ConfirmedTime {
  private readonly typed = new Map<string, Typed>()
  private readonly listeners = new Set<() => void>()

  constructor(private readonly clock: Pick<ServerClock, 'now'> = serverClock) {}

  begin(connection: string, name: string): void {
    this.typed.set(connection, { name, steadyAt: steadyMs(), at: this.clock.now() })
    this.tell()
  }

  end(connection: string): void {
    this.typed.delete(connection)
    this.tell()
  }

  /** How many minutes it still counts, the last one begun; 0: it does not, or the connection has another name by now. */
  minutesLeft(connection: string, name: string | undefined): number {
    const typed = this.typed.get(connection)
    if (!typed || typed.name !== name) return 0
    // A computer that sleeps may stop the steady clock; Gearboard's clock may be set.
    const spent = Math.max(steadyMs() - typed.steadyAt, this.clock.now() - typed.at)
    return Math.max(0, Math.ceil((CONFIRMED_MS - spent) / MINUTE_MS))
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const timer = setInterval(listener, LOOK_MS)
    this.listeners.add(listener)
    return () => {
      clearInterval(timer)
      this.listeners.delete(listener)
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
