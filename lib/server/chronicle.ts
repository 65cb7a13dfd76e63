import 'server-only'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { HistoryState } from '@/lib/model/connection/connection'
import type { AuditEntry } from '@/lib/model/record/audit'
import type { SubmittedSource } from '@/lib/model/record/source'
import type { SessionStore } from './auth/sessions'
import { Refusal } from './errors'
import { type History, type HistoryLoad, openHistory, type Unwritten } from './history'
import { wordsOf } from './history/history-error'
import { log, writeToStandardError } from './log'
import type { Settings } from './settings'

/** The history as the rest of the server holds it: there is always one, though nothing may be recorded in it. */
export class Chronicle {
  private unwritten = 0

  private constructor(
    private readonly kept: History | undefined,
    private readonly problem: string,
  ) {}

  /** Without the directory Gearboard works on, says that it remembers nothing, and tries again. */
  static open({ data, retention }: Pick<Settings, 'data' | 'retention'>): Chronicle {
    const notice = (words: string) => log.warn({ data }, words)
    const lost = (rows: Iterable<Unwritten>, why: string) => {
      chronicle.unwritten += writeToErrors(rows, why)
    }
    const chronicle = new Chronicle(openHistory({ directory: data, retention, notice, lost }), '')
    return chronicle
  }

  static none(why: string): Chronicle {
    return new Chronicle(undefined, why)
  }

  get state(): HistoryState {
    return this.kept?.state ?? { role: 'off', reason: this.problem }
  }

  /** Something keeps it from recording what it should. */
  get troubled(): boolean {
    return this.kept?.troubled ?? false
  }

  /** How recording keeps up; undefined where nothing is ever recorded. */
  get load(): HistoryLoad | undefined {
    return this.kept?.load
  }

  /** For who asks for nothing else. @throws Refusal `no_history` */
  get history(): History {
    const { role, reason } = this.state
    if (!this.kept || role === 'off') throw new Refusal('no_history', reason ?? this.problem)
    return this.kept
  }

  record(tell: (history: History) => void): void {
    if (this.kept) tell(this.kept)
  }

  /** What somebody did. Resolves when it is on the disk, or in this Gearboard's own log where the disk does not take it. Never rejects. */
  async keepAudit(entry: AuditEntry): Promise<void> {
    // Another Gearboard keeps the audit log, or nobody can: what is done here is on record in this one's log at least.
    if (this.state.role !== 'writer') return log.warn({ audit: entry }, 'a write that no audit log holds')
    try {
      await this.kept?.recordAudit(entry)
    } catch (error) {
      log.warn({ audit: entry, why: wordsOf(error) }, 'a write that the audit log does not hold yet')
    }
  }

  /**
   * A script before it is sent, and again with what became of it. Resolves when it is on the disk; where another Gearboard writes the history, or
   * nobody ever could, at once. @throws HistoryError `unusable`
   */
  async keepSource(source: SubmittedSource, script: string): Promise<void> {
    await this.kept?.recordSource(source, script)
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

  /** Returns how many entries could not be written: they are on standard error. */
  async close(): Promise<number> {
    await this.kept?.close()
    return this.unwritten
  }
}

/** One JSON line each, at once: the process may be about to end. */
function writeToErrors(rows: Iterable<Unwritten>, why: string): number {
  let count = 0
  for (const { kind, row } of rows) {
    writeToStandardError(`${JSON.stringify({ msg: 'not written to the history', kind, entry: row })}\n`)
    count++
  }
  if (count > 0)
    writeToStandardError(
      `gearboard: ${formatCount(count)} ${count === 1 ? 'entry' : 'entries'} could not be written to the history and ${count === 1 ? 'stands' : 'stand'} above as JSON, one a line. ${why}\n`,
    )
  return count
}
