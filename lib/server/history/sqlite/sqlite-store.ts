import { join } from 'node:path'
import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { HistoryState } from '@/lib/model/connection/connection'
import type { HistoryStats } from '@/lib/model/record/history'
import type { HistoryNotice } from '@/lib/model/record/history-notice'
import { HistoryError, isDamage, mayPass, sqliteErrorInWords, sqliteErrorOf, toldAs } from '../history-error'
import type {
  AlertHistory,
  AuditHistory,
  ExecutionHistory,
  HistoryLoad,
  HistoryStore,
  KeptRecords,
  PeopleKind,
  RegistrationHistory,
  SeriesHistory,
  SessionHistory,
  SourceHistory,
  StoredConnections,
  ViewHistory,
} from '../store'
import { alertsIn } from './alerts/alert-history'
import type { Unwritten } from './batch-writer'
import { executionsIn } from './executions/execution-history'
import { bytesOf, identityOf, logIdentityOf, makeDirectory, openToRead } from './files/database'
import { mayWrite } from './files/file-identity'
import { WriterLock } from './files/writer-lock'
import { keptRecordsIn } from './kept-records'
import { type NewNotice, readNotices } from './notices'
import { type ChainKey, chainKey } from './people/audit-chain'
import { auditIn } from './people/audit-history'
import { sessionsIn } from './people/session-history'
import { sourcesIn } from './people/source-history'
import { storedConnectionsIn } from './people/stored-connection-history'
import { viewsIn } from './people/view-history'
import { type Clocks, machineClocks } from './record-clock'
import { registrationsIn } from './registrations/registration-history'
import { type Retention, usageOf } from './retention'
import { DamagedRow } from './row'
import { seriesIn } from './series/series-history'
import type { Reading } from './sqlite'
import type { StoreAccess } from './store-access'
import { Writer } from './writer'

export interface HistoryStoreOptions {
  /** Made where it is missing. */
  readonly directory: string
  readonly retention: Retention
  /** What the hashes of the audit log are computed with; left out, anyone who can write the file can compute them. */
  readonly auditSecret?: Uint8Array | undefined
  readonly clocks?: Clocks
  /** Messages for the log: damage, lost entries, a change of role. */
  readonly notice?: (words: string) => void
  /** What could not be written, when Gearboard ends or what it wrote to was taken away. */
  readonly lost?: (rows: Iterable<Unwritten>, why: string) => void
}

const HELD = ' The disk is writable again: restart Gearboard to reopen the file.'

/** How often a reader checks whether it can take over, and a writer whether its files still exist, ms. */
const LOOK_MS = 5000

/** A `HistoryStore` in SQLite: opens the directory, decides who writes, and takes over, begins again or says why not. */
class SqliteStore implements HistoryStore {
  readonly executions: ExecutionHistory
  readonly registrations: RegistrationHistory
  readonly series: SeriesHistory
  readonly sources: SourceHistory
  readonly audit: AuditHistory
  readonly views: ViewHistory
  readonly sessions: SessionHistory
  readonly connections: StoredConnections
  readonly people: KeptRecords<PeopleKind>
  readonly alerts: AlertHistory
  private writer: Writer | undefined
  private reader: { readonly reading: Reading; readonly files: string } | undefined
  private readonly checking: NodeJS.Timeout
  /** Why no process writes; null where another Gearboard does. */
  private failure: string | null = null
  private readable = false
  private notices: readonly HistoryNotice[] = []
  private closed = false
  private beginning: Promise<void> | undefined
  private readonly clocks: Clocks
  private readonly auditKey: ChainKey
  private readonly notice: (words: string) => void

  constructor(private readonly options: HistoryStoreOptions) {
    this.clocks = options.clocks ?? machineClocks(wallMs)
    this.notice = options.notice ?? (() => undefined)
    this.auditKey = chainKey(options.auditSecret)
    const access = this.access()
    this.executions = executionsIn(access)
    this.registrations = registrationsIn(access)
    this.series = seriesIn(access)
    this.sources = sourcesIn(access)
    this.audit = auditIn(access, this.auditKey)
    this.views = viewsIn(access)
    this.sessions = sessionsIn(access)
    this.connections = storedConnectionsIn(access)
    this.people = keptRecordsIn(access, 'people_record')
    this.alerts = alertsIn(access)
    this.checking = setInterval(() => void this.checkFiles(), LOOK_MS)
    this.checking.unref()
    this.tryTakeOver()
    if (!this.writer && this.failure === null) this.notice(this.readerReason)
    this.refresh()
  }

  async acknowledge(id: number, by: string | null): Promise<boolean> {
    const found = await this.writing().acknowledge(id, by)
    this.refresh()
    return found
  }

  get state(): HistoryState {
    const notices = this.notices.length > 0 && { notices: this.notices }
    if (this.writer) return { role: 'writer', reason: this.writer.failure, ...notices }
    return { role: this.readable ? 'reader' : 'off', reason: this.readerReason, ...notices }
  }

  get isFailing(): boolean {
    return this.writer ? this.writer.failure !== null : this.failure !== null
  }

  get load(): HistoryLoad {
    const bytes = bytesOf(this.options.directory)
    if (!this.writer) return { writes: false, bytes, length: 0, lagMs: 0, dropped: 0 }
    return { writes: this.writer.failure === null, bytes, ...this.writer.stats().queue }
  }

  stats(): HistoryStats {
    const { directory, retention } = this.options
    const usage = this.read(usageOf)
    return {
      role: this.writer ? 'writer' : 'reader',
      reason: this.writer ? null : this.readerReason,
      bytes: bytesOf(directory),
      ...usage,
      ...retention,
      queue: { length: 0, lagMs: 0, dropped: 0 },
      written: { entries: 0, batches: 0, lastMs: 0, longestHoldMs: 0 },
      error: null,
      ...this.writer?.stats(),
    }
  }

  async flush(): Promise<void> {
    await this.writer?.flush()
  }

  async maintain(): Promise<void> {
    await this.checkFiles()
    await this.writer?.maintain()
    this.refresh()
  }

  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.checking)
    await this.beginning
    this.forgetReader()
    const { writer } = this
    this.writer = undefined
    if (writer) await this.end(writer)
  }

  private access(): StoreAccess {
    const currentWriter = () => this.writer
    return {
      get writer() {
        return currentWriter()
      },
      writing: () => this.writing(),
      act: (act) => this.acting(act),
      read: (question) => this.read(question),
      readInSteps: async (question) => {
        try {
          return await question(() => this.reading())
        } catch (error) {
          throw this.judged(error)
        }
      },
      now: () => this.clocks.wall(),
    }
  }

  private async end(writer: Writer): Promise<void> {
    const rows = await writer.close()
    this.options.lost?.(rows, writer.failure ?? 'its files are gone')
  }

  private get readerReason(): string {
    return this.failure ?? `Another Gearboard writes the history in ${this.options.directory}; this one only reads it.`
  }

  private takeOver(happened: readonly NewNotice[]): boolean {
    const { directory, retention } = this.options
    const { auditKey } = this
    makeDirectory(directory)
    const lock = takeLock(directory)
    if (!lock) return false
    try {
      this.writer = new Writer(
        lock,
        { directory, retention, auditKey, clocks: this.clocks, notice: this.notice },
        happened,
      )
    } catch (error) {
      lock.release()
      throw error
    }
    this.forgetReader()
    this.failure = null
    return true
  }

  /** Takes over when there is no writer any more, and starts again when this one's database is gone. */
  private async checkFiles(): Promise<void> {
    if (this.closed || this.beginning) return this.beginning
    const { writer } = this
    if (!writer) this.tryTakeOver('This Gearboard now writes the history.')
    else if (writer.isOrphaned || writer.hasLostLock) {
      this.beginning = this.beginAnew(writer).finally(() => {
        this.beginning = undefined
      })
      await this.beginning
    } else if (writer.hasLostLog) await writer.restoreLog()
    this.refresh()
  }

  private async beginAnew(orphaned: Writer): Promise<void> {
    const happened = { ...gone(orphaned, this.options.directory), at: Math.floor(this.clocks.wall()) }
    this.writer = undefined
    this.failure = happened.what
    this.notice(happened.what)
    // Its remaining writes go to a file that is lost, but it releases its lock.
    await this.end(orphaned)
    this.tryTakeOver('This Gearboard now writes the history again.', [happened])
  }

  private tryTakeOver(done?: string, happened: readonly NewNotice[] = []): void {
    if (this.closed) return
    try {
      if (!this.takeOver(happened)) this.failure = null
      else if (done !== undefined) this.notice(done)
    } catch (error) {
      const words = `Cannot write the history: ${sqliteErrorInWords(error, this.options.directory)}${this.isHeld(error) ? HELD : ''}`
      if (words !== this.failure) this.notice(words)
      this.failure = words
    }
  }

  /** SQLite shares within a process what it has open: what could only be read at first, stays so until this one ends. */
  private isHeld(error: unknown): boolean {
    const { directory } = this.options
    const cause = error instanceof HistoryError ? error.cause : error
    return sqliteErrorOf(cause) === 'READONLY' && mayWrite(directory, join(directory, 'history.db'))
  }

  /** What `state` returns without a query. */
  private refresh(): void {
    try {
      this.notices = readNotices(this.reading())
      this.readable = true
    } catch {
      this.readable = false
    }
  }

  private forgetReader(): void {
    this.reader?.reading.close()
    this.reader = undefined
  }

  /**
   * Undefined where another Gearboard writes, or none can.
   * @throws HistoryError `unusable` when this store has ended
   */
  private acting(act: (writer: Writer) => Promise<void>): Promise<void> {
    if (this.closed)
      return Promise.reject(new HistoryError('unusable', 'Gearboard is stopping and no longer records history.'))
    // Between two files there is no writer for a moment.
    if (this.beginning) return this.beginning.then(() => this.acting(act))
    return this.writer ? act(this.writer) : Promise.resolve()
  }

  private writing(): Writer {
    if (!this.writer) throw new HistoryError('unusable', this.readerReason)
    return this.writer
  }

  private reading(): Reading {
    if (this.writer) return this.writer.reading
    const { directory } = this.options
    // The writer may have moved a damaged one aside, or begun again.
    if (this.reader?.files !== filesOf(directory)) this.forgetReader()
    if (this.reader) return this.reader.reading
    const reading = this.openToRead()
    // The log and its index are there from the first question on.
    reading.first('PRAGMA user_version')
    this.reader = { reading, files: filesOf(directory) }
    return reading
  }

  private openToRead(): Reading {
    try {
      return openToRead(this.options.directory)
    } catch (error) {
      // No other store is about to start it.
      const isMissing = error instanceof HistoryError && error.code === 'not_ready'
      throw isMissing && this.failure !== null ? new HistoryError('unusable', this.failure) : error
    }
  }

  private read<T>(question: (reading: Reading) => T): T {
    try {
      return question(this.reading())
    } catch (error) {
      throw this.judged(error)
    }
  }

  /** Damage is found by the read that meets the damaged page; so is a file that was removed. */
  private judged(error: unknown): unknown {
    if (error instanceof DamagedRow)
      return new HistoryError('damaged', 'This history entry is damaged. A backup of history.db may have it.', {
        cause: error,
      })
    if (error instanceof HistoryError || !mayPass(error)) return error
    if (!this.writer) this.forgetReader()
    else if (isDamage(error)) void this.writer.replaceDamaged(error)
    else void this.checkFiles()
    return toldAs('Cannot read the history', error, this.options.directory)
  }
}

/** Which files are read. */
const filesOf = (directory: string): string => `${identityOf(directory)} ${logIdentityOf(directory)}`

/** What became of the files of a writer. */
function gone(writer: Writer, directory: string): Omit<NewNotice, 'at'> {
  if (!writer.isOrphaned)
    return {
      kind: 'lock',
      what: `The lock of the history, writer.lock in ${directory}, was removed or replaced while Gearboard was running.`,
      helps: 'Find out what deletes files there: no other program should use Gearboard’s data directory.',
    }
  if (identityOf(directory) === undefined)
    return {
      kind: 'removed',
      what: `The history in ${directory} was removed while Gearboard was running, and its data is lost. Gearboard started a new one.`,
      helps:
        'Find out what deletes files there. To restore a backup, stop Gearboard, replace history.db with it, and remove history.db-wal and history.db-shm.',
    }
  return {
    kind: 'removed',
    what: `The history in ${directory} was replaced by another file while Gearboard was running. Gearboard now uses that file.`,
    helps: 'Stop Gearboard before you replace history.db with a backup; otherwise the last moments are lost.',
  }
}

function takeLock(directory: string): WriterLock | undefined {
  try {
    return WriterLock.acquire(directory)
  } catch (error) {
    const words = `Cannot write to the data directory ${directory}: ${sqliteErrorInWords(error, directory)}`
    throw new HistoryError('unusable', words, { cause: error })
  }
}

export const openHistoryStore = (options: HistoryStoreOptions): HistoryStore => new SqliteStore(options)
