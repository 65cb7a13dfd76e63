import { join } from 'node:path'
import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { HistoryState } from '@/lib/model/connection/connection'
import type { Execution } from '@/lib/model/executions/execution'
import type { AuditEntry, AuditPage, AuditQuery } from '@/lib/model/record/audit'
import type { Deployment } from '@/lib/model/record/deployment'
import type { FunctionHistory, FunctionQuery } from '@/lib/model/record/function-history'
import type { Growth } from '@/lib/model/record/growth'
import type {
  ErrorQuery,
  ExecutionPage,
  ExecutionQuery,
  HistoryStats,
  LostRegistration,
  RecordedErrorGroup,
  RecordedSeries,
  RememberedDetail,
  RememberedRegistration,
  SeriesQuery,
} from '@/lib/model/record/history'
import type { HistoryNotice } from '@/lib/model/record/history-notice'
import type { Sample } from '@/lib/model/record/sample'
import type { SavedView, ViewPage } from '@/lib/model/record/saved-view'
import type { SourcePage, SourceQuery, SourceWithScript, SubmittedSource } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'
import { HistoryError, isDamage, mayPass, sqliteErrorInWords, sqliteErrorOf, toldAs } from './history-error'
import type { Unwritten } from './sqlite/batch-writer'
import type { ExecutionKnowledge } from './sqlite/executions/execution-intake'
import { readOne, readPage } from './sqlite/executions/execution-reads'
import { readFunctions } from './sqlite/executions/function-reads'
import { bytesOf, identityOf, logIdentityOf, makeDirectory, openToRead } from './sqlite/files/database'
import { mayWrite } from './sqlite/files/file-identity'
import { WriterLock } from './sqlite/files/writer-lock'
import { type Happened, readNotices } from './sqlite/notices'
import { readAudit } from './sqlite/people/audit'
import { readSession, type SessionRow } from './sqlite/people/sessions'
import { readScript, readSources } from './sqlite/people/sources'
import { readViews, viewWith } from './sqlite/people/views'
import { Tally } from './sqlite/readable'
import { type Clocks, machineClocks } from './sqlite/record-clock'
import { readErrorGroups, readLost, readRegistrations } from './sqlite/registrations/registration-reads'
import { type Retention, usageOf } from './sqlite/retention'
import { DamagedRow } from './sqlite/row'
import { readDeployments, readGrowth, type StretchOfTime } from './sqlite/series/growth-reads'
import { readSeries } from './sqlite/series/series-reads'
import type { Reading } from './sqlite/sqlite'
import { Writer } from './sqlite/writer'

export interface HistoryStoreOptions {
  /** Made where it is missing. */
  readonly directory: string
  readonly retention: Retention
  readonly clocks?: Clocks
  /** Words for the log: damage, lost entries, a change of role. */
  readonly notice?: (words: string) => void
  /** What could not be written, when Gearboard ends or what it wrote to was taken away. */
  readonly lost?: (rows: Iterable<Unwritten>, why: string) => void
}

/** How recording keeps up. */
export interface HistoryLoad extends Readonly<HistoryStats['queue']> {
  /** What is recorded reaches the disk, by this Gearboard. */
  readonly writes: boolean
  /** On disk, with the log. */
  readonly bytes: number
}

const HELD = ' It can be written to again: restart Gearboard, which holds it open as it was.'

/** A reader looks so often whether it can take over, a writer whether its files are still there, ms. */
const LOOK_MS = 5000

/**
 * The record of all connections, on disk. There is always one, whatever the directory is like: what hinders is in `state`, and is tried
 * again. `recordExecution` and its like return at once and never throw; what people did resolves when it is on the disk. Where another Gearboard
 * writes to the directory they do nothing. All reads are bounded; they throw HistoryError `invalid` for a bad question, and another one where
 * nothing can be read. Entries can be read some 250 ms after they were recorded, or after `flush`.
 */
export class HistoryStore {
  private writer: Writer | undefined
  private reader: { readonly reading: Reading; readonly files: string } | undefined
  private readonly checking: NodeJS.Timeout
  /** Why nobody writes; null where another Gearboard does. */
  private failure: string | null = null
  private readable = false
  private notices: readonly HistoryNotice[] = []
  private closed = false
  private beginning: Promise<void> | undefined
  private readonly clocks: Clocks
  private readonly notice: (words: string) => void

  constructor(private readonly options: HistoryStoreOptions) {
    this.clocks = options.clocks ?? machineClocks(wallMs)
    this.notice = options.notice ?? (() => undefined)
    this.checking = setInterval(() => void this.checkFiles(), LOOK_MS)
    this.checking.unref()
    this.tryTakeOver()
    if (!this.writer && this.failure === null) this.notice(this.readerReason)
    this.refresh()
  }

  /** A row of the hub's list as it changed. @param known what else is known of it; the run id as it was first seen */
  recordExecution(connection: string, execution: Execution, known: ExecutionKnowledge = {}): void {
    this.writer?.recordExecution(connection, execution, known)
  }

  recordSample(connection: string, sample: Sample): void {
    this.writer?.recordSample(connection, sample)
  }

  /** All registrations after a poll, changed or not: of each, one look in 5 s is taken. @param at when the poll was, ms */
  recordRegistrations(connection: string, at: number, registrations: readonly Registration[]): void {
    this.writer?.recordRegistrations(connection, at, registrations)
  }

  /** As it is sent, and again with its outcome. Resolves when it is on the disk. @throws HistoryError `unusable`: it waits in memory */
  recordSource(source: SubmittedSource, script: string): Promise<void> {
    return this.acting((writer) => writer.recordSource(source, script))
  }

  /** Resolves when it is on the disk. @throws HistoryError `unusable`: it waits in memory */
  recordAudit(entry: AuditEntry): Promise<void> {
    return this.acting((writer) => writer.recordAudit(entry))
  }

  /** Newest first. */
  async executions(query: ExecutionQuery): Promise<ExecutionPage> {
    try {
      return await readPage(() => this.reading(), query, this.clocks.wall())
    } catch (error) {
      throw this.judged(error)
    }
  }

  /** Runs by function over a range. */
  async functions(query: FunctionQuery): Promise<FunctionHistory> {
    try {
      return await readFunctions(() => this.reading(), query)
    } catch (error) {
      throw this.judged(error)
    }
  }

  /** The latest execution under this key, or that of an epoch; undefined if none was ever recorded, or it is forgotten. */
  execution(connection: string, key: string, epoch?: number): RememberedDetail | undefined {
    return this.read((reading) => readOne(reading, connection, key, epoch))
  }

  /** @param tally counts those that are damaged and left out */
  registrations(connection: string, tally = new Tally()): readonly RememberedRegistration[] {
    return this.read((reading) => readRegistrations(reading, connection, tally))
  }

  /** What is known of a registration that no shard lists, by its key or id. */
  lostRegistration(connection: string, name: string): LostRegistration {
    return this.read((reading) => readLost(reading, connection, name))
  }

  series(query: SeriesQuery): RecordedSeries {
    return this.read((reading) => readSeries(reading, query, this.clocks.wall()))
  }

  growth(stretch: StretchOfTime): Growth {
    return this.read((reading) => readGrowth(reading, stretch, this.clocks.wall()))
  }

  deployments(stretch: StretchOfTime): readonly Deployment[] {
    return this.read((reading) => readDeployments(reading, stretch))
  }

  /** @param tally as `registrations` */
  errorGroups(query: ErrorQuery, tally = new Tally()): readonly RecordedErrorGroup[] {
    return this.read((reading) => readErrorGroups(reading, query, tally))
  }

  sources(query: SourceQuery): SourcePage {
    return this.read((reading) => readSources(reading, query))
  }

  source(id: string): SourceWithScript | undefined {
    return this.read((reading) => readScript(reading, id))
  }

  audit(query: AuditQuery): AuditPage {
    return this.read((reading) => readAudit(reading, query))
  }

  /** By name. @param tally as `registrations` */
  views(connection: string, page: ViewPage, tally = new Tally()): readonly SavedView[] {
    return this.read((reading) => readViews(reading, connection, page, tally))
  }

  /** Undefined: there is none of this number. */
  view(connection: string, id: number): SavedView | undefined {
    return this.read((reading) => viewWith(reading, connection, id))
  }

  /** A new one where it has no `id`. Resolves when it is written. @throws HistoryError `invalid`, `unusable` where another one writes */
  writeView(connection: string, view: Omit<SavedView, 'id'> & { readonly id: number | null }): Promise<SavedView> {
    return this.writing().writeView(connection, view)
  }

  /** @throws HistoryError `unusable` where another one writes */
  async removeView(id: number): Promise<void> {
    await this.writing().removeView(id)
  }

  /** Undefined where it is over, or another Gearboard writes: whose sessions are none of this one's. */
  session(digest: string): SessionRow | undefined {
    return this.writer && this.read((reading) => readSession(reading, digest))
  }

  /** Resolves when it is written. @throws HistoryError `unusable` where another one writes */
  async writeSession(session: SessionRow): Promise<void> {
    await this.writing().writeSession(session)
  }

  /** @throws HistoryError `unusable` where another one writes */
  async removeSession(digest: string): Promise<void> {
    await this.writing().removeSession(digest)
  }

  /** Somebody has read a notice. False: there is none of this number. @throws HistoryError `unusable` where another one writes */
  async acknowledge(id: number, by: string | null): Promise<boolean> {
    const found = await this.writing().acknowledge(id, by)
    this.refresh()
    return found
  }

  /** Whether this one writes, and what is wrong; without asking the database. */
  get state(): HistoryState {
    const notices = this.notices.length > 0 && { notices: this.notices }
    if (this.writer) return { role: 'writer', reason: this.writer.failure, ...notices }
    return { role: this.readable ? 'reader' : 'off', reason: this.readerReason, ...notices }
  }

  /** Nobody writes because something hinders, or what is written does not reach the disk. */
  get isFailing(): boolean {
    return this.writer ? this.writer.failure !== null : this.failure !== null
  }

  /** How recording keeps up, without asking the database. */
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

  /** Writes what waits. `stats().error` tells whether that went well. */
  async flush(): Promise<void> {
    await this.writer?.flush()
  }

  /** Enforces the retention now; it happens by itself, too. */
  async maintain(): Promise<void> {
    await this.checkFiles()
    await this.writer?.maintain()
    this.refresh()
  }

  /** Writes what waits, and leaves the directory to the next. */
  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.checking)
    await this.beginning
    this.forgetReader()
    const { writer } = this
    this.writer = undefined
    if (writer) await this.end(writer)
  }

  private async end(writer: Writer): Promise<void> {
    const rows = await writer.close()
    this.options.lost?.(rows, writer.failure ?? 'its files are gone')
  }

  private get readerReason(): string {
    return this.failure ?? `Another Gearboard writes the history in ${this.options.directory}: this one only reads it.`
  }

  private takeOver(happened: readonly Happened[]): boolean {
    const { directory, retention } = this.options
    makeDirectory(directory)
    const lock = takeLock(directory)
    if (!lock) return false
    try {
      this.writer = new Writer(lock, { directory, retention, clocks: this.clocks, notice: this.notice }, happened)
    } catch (error) {
      lock.release()
      throw error
    }
    this.forgetReader()
    this.failure = null
    return true
  }

  /** Takes over where nobody writes any more, and begins anew where what this one writes is gone. */
  private async checkFiles(): Promise<void> {
    if (this.closed || this.beginning) return this.beginning
    const { writer } = this
    if (!writer) this.tryTakeOver('This Gearboard writes the history from now on.')
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
    // What it still writes goes where nobody will find it, but it gives its lock back.
    await this.end(orphaned)
    this.tryTakeOver('This Gearboard writes the history again.', [happened])
  }

  private tryTakeOver(done?: string, happened: readonly Happened[] = []): void {
    if (this.closed) return
    try {
      if (!this.takeOver(happened)) this.failure = null
      else if (done !== undefined) this.notice(done)
    } catch (error) {
      const words = `The history cannot be written: ${sqliteErrorInWords(error, this.options.directory)}${this.isHeld(error) ? HELD : ''}`
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

  /** What `state` tells without asking. */
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

  /** Nothing where another one writes, or nobody can. @throws HistoryError `unusable` when this one has ended */
  private acting(act: (writer: Writer) => Promise<void>): Promise<void> {
    if (this.closed)
      return Promise.reject(new HistoryError('unusable', 'Gearboard is ending: nothing is recorded any more.'))
    // Between two files nobody writes for a moment.
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
    // The writer may have moved a damaged one aside, or begun anew.
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
      // Nobody is about to begin it.
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

  /** Damage shows itself to whoever reads the page that has it; so does a file that was taken away. */
  private judged(error: unknown): unknown {
    if (error instanceof DamagedRow)
      return new HistoryError(
        'damaged',
        'This entry of the history is damaged, and cannot be read. A backup of history.db may have it.',
        { cause: error },
      )
    if (error instanceof HistoryError || !mayPass(error)) return error
    if (!this.writer) this.forgetReader()
    else if (isDamage(error)) void this.writer.replaceDamaged(error)
    else void this.checkFiles()
    return toldAs('The history cannot be read', error, this.options.directory)
  }
}

/** Which files are read. */
const filesOf = (directory: string): string => `${identityOf(directory)} ${logIdentityOf(directory)}`

/** What became of the files of a writer. */
function gone(writer: Writer, directory: string): Omit<Happened, 'at'> {
  if (!writer.isOrphaned)
    return {
      kind: 'lock',
      what: `The lock of the history, writer.lock in ${directory}, was removed or replaced while Gearboard ran.`,
      helps: 'Look what deletes files there: a Gearboard’s data directory belongs to Gearboard alone.',
    }
  if (identityOf(directory) === undefined)
    return {
      kind: 'removed',
      what: `The history in ${directory} was removed while Gearboard ran, and what it held is lost. A new one is begun.`,
      helps:
        'Look what deletes files there. To go back to a backup, end Gearboard, put it in the place of history.db, and remove history.db-wal and history.db-shm.',
    }
  return {
    kind: 'removed',
    what: `The history in ${directory} was replaced by another file while Gearboard ran. Gearboard now uses that file.`,
    helps: 'End Gearboard before you put a backup in the place of history.db: the last moments before are lost.',
  }
}

function takeLock(directory: string): WriterLock | undefined {
  try {
    return WriterLock.acquire(directory)
  } catch (error) {
    const words = `The data directory ${directory} cannot be written to: ${sqliteErrorInWords(error, directory)}`
    throw new HistoryError('unusable', words, { cause: error })
  }
}

export const openHistoryStore = (options: HistoryStoreOptions): HistoryStore => new HistoryStore(options)
