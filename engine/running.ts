import type { Context } from './core'
import type { ClientSession } from './session'

/** A command that runs, as dispatch and the connections see it. */
export interface Running extends Context {
  argv: readonly Buffer[]
  readonly session: ClientSession
  /** Called once with a reply that comes after the command returned: the milliseconds of the wait that count as its own. */
  onAnswered: ((ms: number) => void) | undefined
  /** Somebody waits for its reply. */
  readonly waiting: boolean
}
