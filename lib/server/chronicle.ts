import type { HistoryState } from '@/lib/model/connection'
import type { SessionStore } from './auth/sessions'
import { Refusal } from './errors'
import { type History, HistoryError, openHistory } from './history'
import { log } from './log'
import type { Settings } from './settings'

/** The history as the rest of the server holds it: there is always one, though nothing may be recorded in it. */
export class Chronicle {
  private constructor(
    private readonly kept: History | undefined,
    private readonly problem: string,
  ) {}

  /** Without the directory Gearboard works on, and says that it remembers nothing. */
  static open({ data, retention }: Settings): Chronicle {
    const notice = (words: string) => log.warn({ data }, words)
    try {
      return new Chronicle(openHistory({ directory: data, retention, notice }), '')
    } catch (error) {
      if (!(error instanceof HistoryError)) throw error
      notice(error.message)
      return new Chronicle(undefined, error.message)
    }
  }

  static none(why: string): Chronicle {
    return new Chronicle(undefined, why)
  }

  get state(): HistoryState {
    return this.kept?.state ?? { role: 'off', reason: this.problem }
  }

  /** For who asks for nothing else. @throws Refusal `no_history` */
  get history(): History {
    if (!this.kept) throw new Refusal('no_history', this.problem)
    return this.kept
  }

  record(tell: (history: History) => void): void {
    if (this.kept) tell(this.kept)
  }

  /** For who has another answer: undefined where there is no history, or none that can be read at the moment. */
  recall<T>(ask: (history: History) => T): T | undefined {
    if (!this.kept) return undefined
    try {
      return ask(this.kept)
    } catch (error) {
      // By name: the history may have been opened by another copy of this module.
      if (error instanceof Error && error.name === 'HistoryError') return undefined
      throw error
    }
  }

  /** Sessions in the history, where this one writes it. */
  readonly sessions: SessionStore = {
    find: (digest) => this.recall((history) => history.session(digest)),
    add: async (session) => {
      if (this.state.role === 'writer') await this.kept?.writeSession(session)
    },
    remove: async (digest) => {
      if (this.state.role === 'writer') await this.kept?.removeSession(digest)
    },
  }

  async close(): Promise<void> {
    await this.kept?.close()
  }
}
