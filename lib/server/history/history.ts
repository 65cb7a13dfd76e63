import type { AuditEntry, AuditPage, AuditQuery } from '@/lib/model/audit'
import { wallMs } from '@/lib/model/clock'
import type { Deployment } from '@/lib/model/deployment'
import type { Execution } from '@/lib/model/execution'
import type { FunctionHistory, FunctionQuery } from '@/lib/model/function-history'
import type { Growth } from '@/lib/model/growth'
import type {
  ErrorGroup,
  ErrorQuery,
  ExecutionPage,
  ExecutionQuery,
  HistoryStats,
  LostRegistration,
  RememberedDetail,
  RememberedRegistration,
  Series,
  SeriesQuery,
} from '@/lib/model/history'
import type { Registration } from '@/lib/model/registration'
import type { Sample } from '@/lib/model/sample'
import type { SavedView, ViewPage } from '@/lib/model/saved-view'
import type { SourcePage, SourceQuery, SourceWithScript, SubmittedSource } from '@/lib/model/source'
import { readAudit } from './audit'
import { bytesOf, identityOf, makeDirectory, openToRead } from './database'
import type { ExecutionKnowledge } from './execution-intake'
import { readOne, readPage } from './execution-reads'
import { readFunctions } from './function-reads'
import { readDeployments, readGrowth, type StretchOfTime } from './growth-reads'
import { HistoryError, isDamage, wordsOf } from './history-error'
import { readErrorGroups, readLost, readRegistrations } from './registration-reads'
import { type Retention, usageOf } from './retention'
import { readSeries } from './series-reads'
import { readSession, type SessionRow } from './sessions'
import { readScript, readSources } from './sources'
import type { Reading } from './sqlite'
import { readViews, viewWith } from './views'
import { Writer } from './writer'
import { WriterLock } from './writer-lock'

export interface HistoryOptions {
  /** Made where it is missing. */
  readonly directory: string
  readonly retention: Retention
  /** ms since the epoch. */
  readonly clock?: () => number
  /** Words for the log: damage, lost entries, a change of role. */
  readonly notice?: (words: string) => void
}

/** A reader looks so often whether it can take over, a writer whether its file is still there, ms. */
const LOOK_MS = 5000

/**
 * What the recorder remembers of all connections. `record…` return at once and never throw; where another Gearboard writes to the directory
 * they do nothing. All reads are bounded; they throw HistoryError `invalid` for a bad question, `not_ready`, `newer` or `damaged` where
 * nothing can be read. Entries can be read some 250 ms after they were recorded, or after `flush`.
 */
export class History {
  private writer: Writer | undefined
  private reader: { readonly reading: Reading; readonly file: string | undefined } | undefined
  private readonly looking: NodeJS.Timeout
  /** Why nobody writes; null where another Gearboard does. */
  private trouble: string | null = null
  private closed = false
  private beginning: Promise<void> | undefined
  private readonly clock: () => number
  private readonly notice: (words: string) => void

  /** @throws HistoryError `newer`, `unusable` */
  constructor(private readonly options: HistoryOptions) {
    this.clock = options.clock ?? wallMs
    this.notice = options.notice ?? (() => undefined)
    makeDirectory(options.directory)
    this.looking = setInterval(() => void this.look(), LOOK_MS)
    this.looking.unref()
    try {
      if (!this.takeOver()) this.notice(this.readerReason)
    } catch (error) {
      clearInterval(this.looking)
      throw error
    }
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

  /** As it is sent, and again with its outcome. */
  recordSource(source: SubmittedSource, script: string): void {
    this.writer?.recordSource(source, script)
  }

  recordAudit(entry: AuditEntry): void {
    this.writer?.recordAudit(entry)
  }

  /** Newest first. */
  async executions(query: ExecutionQuery): Promise<ExecutionPage> {
    try {
      return await readPage(() => this.reading(), query, this.clock())
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

  registrations(connection: string): readonly RememberedRegistration[] {
    return this.read((reading) => readRegistrations(reading, connection))
  }

  /** What is known of a registration that no shard lists, by its key or id. */
  lostRegistration(connection: string, name: string): LostRegistration {
    return this.read((reading) => readLost(reading, connection, name))
  }

  series(query: SeriesQuery): Series {
    return this.read((reading) => readSeries(reading, query, this.clock()))
  }

  growth(stretch: StretchOfTime): Growth {
    return this.read((reading) => readGrowth(reading, stretch, this.clock()))
  }

  deployments(stretch: StretchOfTime): readonly Deployment[] {
    return this.read((reading) => readDeployments(reading, stretch))
  }

  errorGroups(query: ErrorQuery): readonly ErrorGroup[] {
    return this.read((reading) => readErrorGroups(reading, query))
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

  /** By name. */
  views(connection: string, page: ViewPage): readonly SavedView[] {
    return this.read((reading) => readViews(reading, connection, page))
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

  /** Whether this one writes, and what is wrong; without asking the database. */
  get state(): { readonly role: 'writer' | 'reader'; readonly reason: string | null } {
    if (!this.writer) return { role: 'reader', reason: this.readerReason }
    const { error } = this.writer.stats()
    return { role: 'writer', reason: error === null ? null : `The history cannot be written: ${error}` }
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
    await this.look()
    await this.writer?.maintain()
  }

  /** Writes what waits, and leaves the directory to the next. */
  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.looking)
    this.forgetReader()
    await this.writer?.close()
    this.writer = undefined
  }

  private get readerReason(): string {
    return this.trouble ?? `Another Gearboard writes the history in ${this.options.directory}: this one only reads it.`
  }

  private takeOver(): boolean {
    const { directory, retention } = this.options
    const lock = takeLock(directory)
    if (!lock) return false
    try {
      this.writer = new Writer(lock, { directory, retention, clock: this.clock, notice: this.notice })
    } catch (error) {
      lock.release()
      throw error
    }
    this.forgetReader()
    this.trouble = null
    return true
  }

  /** Takes over where nobody writes any more, and begins anew where what this one writes is gone. */
  private async look(): Promise<void> {
    if (this.closed || this.beginning) return this.beginning
    if (!this.writer) this.tryTakeOver('The Gearboard that wrote the history has ended: this one writes it now.')
    else if (this.writer.isOrphaned) {
      this.beginning = this.beginAnew(this.writer).finally(() => {
        this.beginning = undefined
      })
      await this.beginning
    }
  }

  private async beginAnew(orphaned: Writer): Promise<void> {
    const { directory } = this.options
    this.writer = undefined
    this.trouble = `The history in ${directory} was removed while Gearboard ran, and what it held is lost.`
    this.notice(this.trouble)
    // It writes what waits where nobody will find it, and gives its lock back.
    await orphaned.close()
    this.tryTakeOver(`A new history is begun in ${directory}.`)
  }

  private tryTakeOver(done: string): void {
    if (this.closed) return
    try {
      makeDirectory(this.options.directory)
      if (this.takeOver()) this.notice(done)
      else this.trouble = null
    } catch (error) {
      const words = `The history cannot be written: ${wordsOf(error)}`
      if (words !== this.trouble) this.notice(words)
      this.trouble = words
    }
  }

  private forgetReader(): void {
    this.reader?.reading.close()
    this.reader = undefined
  }

  private writing(): Writer {
    if (!this.writer) throw new HistoryError('unusable', this.readerReason)
    return this.writer
  }

  private reading(): Reading {
    if (this.writer) return this.writer.reading
    const { directory } = this.options
    // The writer may have moved a damaged one aside, or begun anew.
    const file = identityOf(directory)
    if (this.reader?.file !== file) this.forgetReader()
    this.reader ??= { reading: openToRead(directory), file }
    return this.reader.reading
  }

  private read<T>(question: (reading: Reading) => T): T {
    try {
      return question(this.reading())
    } catch (error) {
      throw this.judged(error)
    }
  }

  /** Damage shows itself to whoever reads the page that has it. */
  private judged(error: unknown): unknown {
    if (!isDamage(error)) return error
    void this.writer?.replaceDamaged(error)
    return new HistoryError('damaged', `The history is damaged: ${wordsOf(error)}`, { cause: error })
  }
}

function takeLock(directory: string): WriterLock | undefined {
  try {
    return WriterLock.take(directory)
  } catch (error) {
    throw new HistoryError('unusable', `The data directory ${directory} cannot be written to: ${wordsOf(error)}`, {
      cause: error,
    })
  }
}

/** @throws HistoryError `newer`: the database is of a newer Gearboard; `unusable`: the directory cannot be written to */
export const openHistory = (options: HistoryOptions): History => new History(options)
