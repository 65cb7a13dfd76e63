import type { Execution } from '@/lib/model/executions/execution'
import type { AuditEntry } from '@/lib/model/record/audit'
import { type HistoryStats, SERIES_KINDS } from '@/lib/model/record/history'
import type { Sample } from '@/lib/model/record/sample'
import type { SavedView } from '@/lib/model/record/saved-view'
import type { SubmittedSource } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'
import { formatSpan } from '@/lib/model/text/format'
import { HistoryError, isDamage, sqliteErrorInWords, toldAs, wordsOf } from '../history-error'
import type { StoredConnection } from '../store'
import { BatchWriter, type Unwritten } from './batch-writer'
import { Attribution } from './executions/attribution'
import { type ExecutionKnowledge, executionEntry, executionIntake } from './executions/execution-intake'
import { identityOf, logIdentityOf, moveAside, prepareDatabase, removeLog } from './files/database'
import type { WriterLock } from './files/writer-lock'
import { Lane } from './lane'
import { acknowledge, keepNotice, type NewNotice } from './notices'
import { auditIntake } from './people/audit'
import type { ChainKey } from './people/audit-chain'
import { sourceIntake } from './people/sources'
import { removeStoredConnection, writeStoredConnection } from './people/stored-connections'
import { removeView, writeView } from './people/views'
import { type Clocks, type Jump, keepClock, keptClock, newestStamp, RecordClock } from './record-clock'
import { type GoneEntry, RegistrationTracks, registrationIntake } from './registrations/registration-intake'
import { forget, type Retention, tidy } from './retention'
import { pointsOfSample } from './series/sample-points'
import { type PointEntry, pointIntake } from './series/series-sql'
import { NotOpen, Reading, Writing } from './sqlite'

export interface WriterOptions {
  readonly directory: string
  readonly retention: Retention
  readonly auditKey: ChainKey
  readonly clocks: Clocks
  readonly notice: (words: string) => void
}

/** How often retention runs, ms; immediately again while there is more to remove. */
const FORGET_MS = 5000
const TIDY_MS = 60_000
/** A hanging disk delays a reply at most this long, ms. */
const PATIENCE_MS = 10_000

/** The one that writes a directory's history, as long as it holds the lock. */
export class Writer {
  /** Undefined while another file is being put in its place, and where that failed. */
  private opened: Reading | undefined
  /** The files that are written to, as `identityOf` and `logIdentityOf` tell them. */
  private file: string | undefined
  private log: string
  private readonly writing: Writing
  private clock: RecordClock
  private readonly batchWriter: BatchWriter
  private readonly lanes
  private readonly pointLanes = new Map(SERIES_KINDS.map((kind) => [kind, new Lane(pointIntake(kind))]))
  private readonly tracks = new RegistrationTracks()
  private attribution = new Attribution()
  private readonly forgetting: NodeJS.Timeout
  private maintaining: Promise<void> | undefined
  private replacing: Promise<void> | undefined
  /** Of the last attempt to replace it, said once. */
  private saidOfReplacing: string | undefined
  private refused = 0
  private tidiedAt = Number.NEGATIVE_INFINITY

  /** @throws HistoryError `newer`, `foreign`, `unusable` */
  constructor(
    private readonly lock: WriterLock,
    private readonly options: WriterOptions,
    happened: readonly NewNotice[] = [],
  ) {
    const { directory, notice } = options
    const path = prepareDatabase(directory, notice, [...lock.happened, ...happened])
    this.lanes = {
      audit: new Lane(auditIntake(() => this.newlyOpened, options.auditKey)),
      source: new Lane(sourceIntake),
      registration: new Lane(registrationIntake),
      execution: new Lane(executionIntake),
    }
    this.writing = new Writing(path)
    this.opened = new Reading(path)
    this.clock = clockIn(this.opened, options.clocks)
    this.file = identityOf(directory)
    this.log = logIdentityOf(directory)
    const { audit, source, registration, execution } = this.lanes
    this.batchWriter = new BatchWriter(
      this.writing,
      { acts: [audit, source], observations: [registration, ...this.pointLanes.values(), execution] },
      {
        damaged: (error) => void this.replaceDamaged(error),
        failing: (error) =>
          notice(
            error === null
              ? 'The history is being written again.'
              : `${this.inWords(error)} New entries are kept in memory as far as they fit; submissions and views are refused.`,
          ),
        notice,
      },
    )
    this.forgetting = setInterval(() => void this.maintain(), FORGET_MS)
    this.forgetting.unref()
    this.tellJump(this.clock.began)
  }

  recordExecution(connection: string, execution: Execution, known: ExecutionKnowledge): void {
    this.enqueue(this.lanes.execution, executionEntry(connection, execution, known))
  }

  recordSample(connection: string, sample: Sample): void {
    for (const kind of SERIES_KINDS)
      for (const point of pointsOfSample(connection, kind, sample)) this.enqueuePoint(point)
  }

  recordRegistrations(connection: string, at: number, registrations: readonly Registration[]): void {
    for (const registration of registrations) {
      const { point, entry } = this.tracks.trackRegistration(connection, at, registration)
      if (point) this.enqueuePoint(point)
      if (entry) this.enqueue(this.lanes.registration, entry)
    }
  }

  recordGoneRegistrations(connection: string, gone: readonly GoneEntry[]): void {
    for (const each of gone) this.enqueue(this.lanes.registration, this.tracks.endRegistration(connection, each))
  }

  /** Resolves when it is on the disk. @throws HistoryError `unusable`: it waits, where there is room for it */
  recordSource(source: SubmittedSource, script: string): Promise<void> {
    return this.settled(this.enqueue(this.lanes.source, { source, script }))
  }

  /** Resolves when it is on the disk. @throws HistoryError `unusable`: it waits, where there is room for it */
  recordAudit(entry: AuditEntry): Promise<void> {
    return this.settled(this.enqueue(this.lanes.audit, entry))
  }

  /** Resolves when it is on the disk. @throws HistoryError `invalid`, `unusable` */
  writeView(connection: string, view: Parameters<typeof writeView>[3]): Promise<SavedView> {
    return this.kept(writeView(this.reading, this.writing, connection, view))
  }

  removeView(id: number): Promise<void> {
    return this.kept(removeView(this.writing, id))
  }

  /** One change of what is neither observed nor an act in the audit log. Resolves when it is written. @throws HistoryError `invalid`, `unusable` */
  keep<T>(change: (writing: Writing, reading: Reading) => Promise<T>): Promise<T> {
    return this.kept(change(this.writing, this.reading))
  }

  /** Resolves when it is on the disk. @throws HistoryError `unusable` */
  writeStoredConnection(stored: StoredConnection): Promise<void> {
    return this.kept(writeStoredConnection(this.writing, stored))
  }

  removeStoredConnection(name: string): Promise<void> {
    return this.kept(removeStoredConnection(this.writing, name))
  }

  acknowledge(id: number, by: string | null): Promise<boolean> {
    const at = Math.floor(this.options.clocks.wall())
    return this.kept(acknowledge(this.reading, this.writing, { id, at, by }))
  }

  /** Why the last batch could not be written, and what helps; null when all is well. */
  get failure(): string | null {
    const { error } = this.batchWriter
    return error === null ? null : this.inWords(error)
  }

  stats(): Pick<HistoryStats, 'queue' | 'written' | 'error'> {
    const { batchWriter } = this
    const since = batchWriter.since
    return {
      queue: {
        length: batchWriter.length,
        lagMs: since === undefined ? 0 : this.options.clocks.steady() - since,
        dropped: this.refused + batchWriter.dropped,
      },
      written: {
        entries: batchWriter.entries,
        batches: batchWriter.batches,
        lastMs: batchWriter.lastMs,
        longestHoldMs: Math.max(batchWriter.longestHoldMs, this.writing.longestHoldMs),
      },
      error: batchWriter.error === null ? null : wordsOf(batchWriter.error),
    }
  }

  /** Its file was removed or replaced: further writes would be lost. */
  get isOrphaned(): boolean {
    return this.replacing === undefined && identityOf(this.options.directory) !== this.file
  }

  /** Another process may have taken the lock that is there now. */
  get hasLostLock(): boolean {
    return this.lock.isLost
  }

  /** The log or its index was removed: what is written goes to a file without a name. */
  get hasLostLog(): boolean {
    if (this.replacing !== undefined || this.isOrphaned) return false
    return this.opened === undefined || logIdentityOf(this.options.directory) !== this.log
  }

  /** @throws HistoryError `unusable` while there is none */
  get reading(): Reading {
    if (!this.opened) throw new HistoryError('unusable', 'The history is being reopened. Try again in a moment.')
    return this.opened
  }

  /** As `reading`, for what is tried again while there is none. */
  private get newlyOpened(): Reading {
    if (!this.opened) throw new NotOpen()
    return this.opened
  }

  /** Brings back what a log without a name holds, and continues with a new one. */
  restoreLog(): Promise<void> {
    const { directory, clocks } = this.options
    return this.replaceBy('The log of the history could not be recreated', (carriedOver) => {
      const what = `The log of the history in ${directory} (history.db-wal, history.db-shm) was removed or replaced while Gearboard was running; Gearboard started a new one.`
      const helps = `${carriedOver ? 'Its data was saved to history.db.' : 'Its data may be lost.'} Find out what deletes files there: these belong to history.db.`
      return { kind: 'removed', at: Math.floor(clocks.wall()), what, helps }
    })
  }

  flush(): Promise<void> {
    return this.batchWriter.flush()
  }

  /** Enforces the retention, in steps, until there is nothing more to forget. */
  maintain(): Promise<void> {
    this.maintaining ??= this.forgetAll()
      .catch(async (error: unknown) => {
        if (isDamage(error)) await this.replaceDamaged(error)
        // The batch writer has said it.
        else if (this.batchWriter.error === null) this.options.notice(`Cannot clean up the history: ${this.why(error)}`)
      })
      .finally(() => {
        this.maintaining = undefined
      })
    return this.maintaining
  }

  /** Moves the damaged database aside and continues with a new one. What waits is written to that. */
  replaceDamaged(error: unknown): Promise<void> {
    // Without its index a whole file looks damaged, too.
    if (this.opened && this.hasLostLog) return this.restoreLog()
    const { directory } = this.options
    return this.replaceBy('The damaged history could not be moved aside', () => moveAside(directory, error))
  }

  /** What could not be written to the last, what people did first. */
  async close(): Promise<Iterable<Unwritten>> {
    clearInterval(this.forgetting)
    await this.batchWriter.close()
    await this.maintaining
    await this.replacing
    await this.keepClock()
    this.opened?.close()
    const orphaned = this.isOrphaned
    if (!orphaned) await this.writing.carryOver()
    await this.writing.close()
    if (orphaned) removeLog(this.options.directory, this.log)
    this.lock.release()
    return this.batchWriter.unwritten()
  }

  private replaceBy(failure: string, happens: (carriedOver: boolean) => NewNotice): Promise<void> {
    this.replacing ??= this.replace(happens)
      .then(() => {
        this.saidOfReplacing = undefined
      })
      .catch((error: unknown) => {
        const words = `${failure}: ${this.why(error)}`
        if (words !== this.saidOfReplacing) this.options.notice(words)
        this.saidOfReplacing = words
      })
      .finally(() => {
        this.replacing = undefined
      })
    return this.replacing
  }

  private async replace(happens: (carriedOver: boolean) => NewNotice): Promise<void> {
    const { directory, notice, clocks } = this.options
    this.opened?.close()
    this.opened = undefined
    await this.writing.renew((carriedOver) => {
      const path = prepareDatabase(directory, notice, [happens(carriedOver)])
      this.opened = new Reading(path)
      this.clock = clockIn(this.opened, clocks)
      this.attribution = new Attribution()
      this.file = identityOf(directory)
      this.log = logIdentityOf(directory)
      return path
    })
    this.batchWriter.resume()
  }

  private enqueuePoint(point: PointEntry): void {
    const lane = this.pointLanes.get(point.kind)
    if (lane) this.enqueue(lane, point)
  }

  /** False: there is no room for it. */
  private enqueue<E>(lane: Lane<E>, entry: E): boolean {
    if (this.clock.isOff) this.advanceClock()
    const taken = lane.enqueue(entry, this.options.clocks.steady())
    if (taken) this.batchWriter.wake()
    else this.refused++
    return taken
  }

  /** @throws HistoryError `unusable` */
  private async settled(taken: boolean): Promise<void> {
    if (!taken) throw new HistoryError('unusable', 'Too many unwritten history entries for the memory limit.')
    await this.kept(this.batchWriter.settle())
  }

  /** @throws what `job` throws, in words where the machine is to blame; HistoryError `unusable` where it takes too long */
  private async kept<T>(job: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const words = `The history in ${this.options.directory} could not be written within ${PATIENCE_MS / 1000} s. Check that disk.`
      timer = setTimeout(() => reject(new HistoryError('unusable', words)), PATIENCE_MS)
      timer.unref()
    })
    try {
      return await Promise.race([job, late])
    } catch (error) {
      throw toldAs('Cannot write the history', error, this.options.directory)
    } finally {
      clearTimeout(timer)
    }
  }

  private why(error: unknown): string {
    return sqliteErrorInWords(error, this.options.directory)
  }

  private inWords(error: unknown): string {
    return `Cannot write the history: ${this.why(error)}`
  }

  private advanceClock(): void {
    this.tellJump(this.clock.advance())
  }

  /** Puts a jump of the wall in history and into the log. */
  private tellJump(jump: Jump | undefined): void {
    if (!jump) return
    const { notice, retention, clocks } = this.options
    const { what, helps } = jumpInWords(jump)
    notice(`${what} ${helps}`)
    // A machine that was off for a while is no news; one that would have forgotten half of its record is.
    if (jump.kind === 'off' && Math.abs(jump.byMs) < retention.maxAgeMs / 2) return
    // What cannot be written is in the log.
    void keepNotice(this.writing, { kind: 'clock', at: Math.floor(clocks.wall()), what, helps }).catch(() => undefined)
  }

  private async keepClock(): Promise<void> {
    this.advanceClock()
    await keepClock(this.writing, this.clock.kept).catch(() => undefined)
  }

  private async forgetAll(): Promise<void> {
    const { clocks, auditKey } = this.options
    const retention = { ...this.options.retention, auditKey }
    this.advanceClock()
    this.clock.forget(Math.max(retention.maxAgeMs, retention.auditMaxAgeMs))
    const olderThan = (ageMs: number) => this.clock.olderThan(ageMs)
    while (await forget(this.reading, this.writing, retention, olderThan)) {
      // Between two steps what waits is written.
    }
    await this.attribution.run(() => this.reading, this.writing, Math.floor(clocks.wall()))
    const now = clocks.lasting().ms
    if (now - this.tidiedAt < TIDY_MS) return
    this.tidiedAt = now
    await this.keepClock()
    await tidy(this.reading, this.writing, retention, olderThan)
  }
}

/** A stored clock that cannot be read counts as none: the newest stamp in history takes its place. */
function clockIn(reading: Reading, clocks: Clocks): RecordClock {
  const kept = keptClock(reading)
  return new RecordClock(clocks, kept, kept ? undefined : newestStamp(reading))
}

function jumpInWords({ byMs, kind }: Jump): Pick<NewNotice, 'what' | 'helps'> {
  const span = formatSpan(Math.abs(byMs))
  if (kind === 'off' && byMs > 0)
    return {
      what: `This machine’s clock is ${span} ahead of the last history entry, without other evidence for that time.`,
      helps:
        'If that time really passed, expired entries are removed gradually over the same span. If the clock is wrong, correct it.',
    }
  return {
    what: `This machine’s clock was set ${span} ${byMs > 0 ? 'ahead' : 'back'}.`,
    helps:
      'No history is removed: its age counts the time that really passed. New entries use the new time. If the clock is wrong, correct it.',
  }
}
