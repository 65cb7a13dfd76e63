import 'server-only'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { HistoryState } from '@/lib/model/connection/connection'
import type { AuditEntry } from '@/lib/model/record/audit'
import type { SubmittedSource } from '@/lib/model/record/source'
import type { DeliveryStore } from '../alerts/deliveries'
import type { SessionStore } from '../auth/sessions'
import { ApiRefusal } from '../errors'
import type { RecordStore } from '../kept-records'
import { auditLines, log, writeToStandardError } from '../log'
import type { Settings } from '../settings'
import { wordsOf } from './history-error'
import type { Unwritten } from './sqlite/batch-writer'
import { cutAuditTexts } from './sqlite/people/audit'
import { openHistoryStore } from './sqlite/sqlite-store'
import type { HistoryLoad, HistoryStore, KeptRecords } from './store'

type HistorySettings = Pick<Settings, 'data' | 'retention'> & Partial<Pick<Settings, 'auditToStdout'>>

/**
 * The history as the rest of the server uses it. There is always one, even if nothing can be recorded: it decides what happens then, so that
 * no caller has to.
 */
export class History {
  private unwritten = 0

  private constructor(
    private readonly opened: HistoryStore | undefined,
    private readonly reason: string,
    private readonly auditToStdout: boolean,
  ) {}

  /**
   * If the directory cannot be used, Gearboard works on: `state` says that nothing is recorded, and the store tries again.
   * @param auditSecret what the hashes of the audit log are computed with, if there is such a secret
   */
  static open({ data, retention, auditToStdout = false }: HistorySettings, auditSecret?: Uint8Array): History {
    const notice = (words: string) => log.warn({ data }, words)
    const lost = (rows: Iterable<Unwritten>, why: string) => {
      history.unwritten += writeToErrors(rows, why)
    }
    const history = new History(
      openHistoryStore({ directory: data, retention, auditSecret, notice, lost }),
      '',
      auditToStdout,
    )
    return history
  }

  /** A history that never records anything. @param why the reason that `state` gives */
  static none(why: string): History {
    return new History(undefined, why, false)
  }

  get state(): HistoryState {
    return this.opened?.state ?? { role: 'off', reason: this.reason }
  }

  /** True while something keeps it from recording what it should. */
  get isFailing(): boolean {
    return this.opened?.isFailing ?? false
  }

  /** Why nothing that people enter can be stored; undefined where it can. */
  get storingBlocked(): string | undefined {
    const { role, reason } = this.state
    if (role === 'writer') return undefined
    return reason ?? 'This Gearboard stores nothing: another one writes to its data directory.'
  }

  /** How recording keeps up; undefined if nothing is ever recorded. */
  get load(): HistoryLoad | undefined {
    return this.opened?.load
  }

  /** For callers that have no other answer. @throws ApiRefusal `no_history` if nothing can be read */
  get store(): HistoryStore {
    const { role, reason } = this.state
    if (!this.opened || role === 'off') throw new ApiRefusal('no_history', reason ?? this.reason)
    return this.opened
  }

  /** Calls `tell` with the store, unless nothing is ever recorded. */
  record(tell: (store: HistoryStore) => void): void {
    if (this.opened) tell(this.opened)
  }

  /** What was recorded can be read once this resolves, unless the disk does not take it. */
  async flush(): Promise<void> {
    await this.opened?.flush()
  }

  /** Records what a person did. Resolves when it is on the disk, or in Gearboard's own log if the disk does not take it. Never rejects. */
  async recordAudit(entry: AuditEntry): Promise<void> {
    if (this.auditToStdout) auditLines.write(cutAuditTexts(entry))
    // Another Gearboard writes the audit log, or none can: what is done here is at least in this one's log.
    if (this.state.role !== 'writer') return log.warn({ audit: entry }, 'a write that no audit log holds')
    try {
      await this.opened?.audit.record(entry)
    } catch (error) {
      log.warn({ audit: entry, why: wordsOf(error) }, 'a write that the audit log does not hold yet')
    }
  }

  /**
   * Records a script before it is sent, and again with its outcome. Resolves when it is on the disk; at once if another Gearboard writes the
   * history, or if nothing is ever recorded. @throws HistoryError `unusable`
   */
  async recordSource(source: SubmittedSource, script: string): Promise<void> {
    await this.opened?.sources.record(source, script)
  }

  /** For callers that have another answer: undefined if there is no history, or if it cannot be read at the moment. */
  readIfPossible<T>(ask: (store: HistoryStore) => T): T | undefined {
    if (!this.opened) return undefined
    try {
      return ask(this.opened)
    } catch (error) {
      // By name: another copy of this module may have opened the history.
      if (error instanceof Error && error.name === 'HistoryError') return undefined
      throw error
    }
  }

  /** Sessions are kept in the history if this Gearboard writes it. */
  readonly sessions: SessionStore = {
    find: (digest) => this.readIfPossible((store) => store.sessions.one(digest)),
    all: () => this.readIfPossible((store) => store.sessions.all()) ?? [],
    addSession: async (session) => {
      if (this.state.role === 'writer') await this.opened?.sessions.write(session)
    },
    touch: async (digest, at) => {
      if (this.state.role === 'writer') await this.opened?.sessions.touch(digest, at)
    },
    remove: async (digest) => {
      if (this.state.role === 'writer') await this.opened?.sessions.remove(digest)
    },
  }

  /** Local users, grants and tokens: they need a history that can be written. */
  readonly people = this.recordsOf((store) => store.people)

  /** Rules, receivers and mutes: the same. */
  readonly alertRecords = this.recordsOf((store) => store.alerts.records)

  /** Notifications of alerts on their way. Those that wait are sent by the Gearboard that writes the history, and by no other. */
  readonly deliveries: DeliveryStore = {
    waiting: () =>
      this.state.role === 'writer' ? this.readIfPossible((store) => store.alerts.deliveries.waiting()) : undefined,
    record: async (delivery) => this.store.alerts.deliveries.record(delivery),
  }

  private recordsOf<Kind extends string>(of: (store: HistoryStore) => KeptRecords<Kind>): RecordStore<Kind> {
    return {
      all: (kind) => this.readIfPossible((store) => of(store).all(kind)),
      write: (kind, record) => of(this.store).write(kind, record),
      update: (kind, record) => of(this.store).update(kind, record),
      remove: (kind, id) => of(this.store).remove(kind, id),
    }
  }

  /** Returns how many entries could not be written; each of them is on standard error. */
  async close(): Promise<number> {
    await this.opened?.close()
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
      `gearboard: ${plural(count, 'entry', 'entries')} could not be written to the history and ${count === 1 ? 'is' : 'are'} printed above as JSON, one per line. ${why}\n`,
    )
  return count
}
