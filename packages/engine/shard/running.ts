import type { ClientSession } from './clients/client-session'
import type { Context } from './core'

/** A running command as dispatch and the connections see it. */
export interface Running extends Context {
  argv: readonly Buffer[]
  readonly session: ClientSession
  /** Called once, when the reply arrives after the command has returned, with the milliseconds of waiting that count as its own. */
  onAnswered: ((ms: number) => void) | undefined
  /** Whether a client waits for its reply. */
  readonly waiting: boolean
}
