import type { AuditEntry } from '@/lib/model/audit'
import type { Execution } from '@/lib/model/execution'
import type { HistoryStats } from '@/lib/model/history'
import type { Registration } from '@/lib/model/registration'
import type { Sample } from '@/lib/model/sample'
import type { SavedView } from '@/lib/model/saved-view'
import type { SubmittedSource } from '@/lib/model/source'
import { auditIntake } from './audit'
import { identityOf, moveAside, prepareDatabase } from './database'
import { type ExecutionKnowledge, executionEntry, executionIntake } from './execution-intake'
import { isDamage, wordsOf } from './history-error'
import { Lane } from './lane'
import { Recorder } from './recorder'
import { RegistrationTracks, registrationIntake } from './registration-intake'
import { forget, type Retention, tidy } from './retention'
import { type PointEntry, pointIntake } from './series-sql'
import { removeSession, type SessionRow, writeSession } from './sessions'
import { sourceIntake } from './sources'
import { Reading, Writing } from './sqlite'
import { removeView, writeView } from './views'
import type { WriterLock } from './writer-lock'

export interface WriterOptions {
  readonly directory: string
  readonly retention: Retention
  readonly clock: () => number
  readonly notice: (words: string) => void
}

/** Retention looks so often, ms; at once again while there is more to forget. */
const FORGET_MS = 5000
const TIDY_MS = 60_000

/** The one that writes a directory's history, as long as it holds the lock. */
export class Writer {
  reading: Reading
  /** The file that is written to, as `identityOf` tells it. */
  private file: string | undefined
  private writing: Writing
  private readonly recorder: Recorder
  private readonly lanes = {
    audit: new Lane(auditIntake),
    source: new Lane(sourceIntake),
    registration: new Lane(registrationIntake),
    activity: new Lane(pointIntake('activity')),
    memory: new Lane(pointIntake('memory')),
    registrationPoint: new Lane(pointIntake('registration')),
    execution: new Lane(executionIntake),
  }
  private readonly tracks = new RegistrationTracks()
  private readonly forgetting: NodeJS.Timeout
  private maintaining: Promise<void> | undefined
  private replacing: Promise<void> | undefined
  private refused = 0
  private tidiedAt = 0

  /** @throws HistoryError `newer`, `unusable` */
  constructor(
    private readonly lock: WriterLock,
    private readonly options: WriterOptions,
  ) {
    const path = prepareDatabase(options.directory, options.notice)
    this.file = identityOf(options.directory)
    this.reading = new Reading(path)
    this.writing = new Writing(path)
    this.recorder = new Recorder(this.writing, Object.values(this.lanes), {
      damaged: (error) => void this.replaceDamaged(error),
      notice: options.notice,
    })
    this.forgetting = setInterval(() => void this.maintain(), FORGET_MS)
    this.forgetting.unref()
  }

  recordExecution(connection: string, execution: Execution, known: ExecutionKnowledge): void {
    this.offer(this.lanes.execution, executionEntry(connection, execution, known))
  }

  recordSample(connection: string, sample: Sample): void {
    const { at, running, waiting, ended, triggered, failures } = sample
    const values = { running, waiting, ...ended, triggered, failures }
    this.offer(this.lanes.activity, { connection, kind: 'activity', subject: '', at, values })
    for (const [shard, stats] of Object.entries(sample.memory)) {
      if (stats) this.offer(this.lanes.memory, { connection, kind: 'memory', subject: shard, at, values: { ...stats } })
    }
  }

  recordRegistrations(connection: string, at: number, registrations: readonly Registration[]): void {
    for (const registration of registrations) {
      const { point, entry } = this.tracks.look(connection, at, registration)
      if (point) this.offer<PointEntry>(this.lanes.registrationPoint, point)
      if (entry) this.offer(this.lanes.registration, entry)
    }
  }

  recordSource(source: SubmittedSource, script: string): void {
    this.offer(this.lanes.source, { source, script })
  }

  recordAudit(entry: AuditEntry): void {
    this.offer(this.lanes.audit, entry)
  }

  /** Resolves when it is written. @throws HistoryError `invalid` */
  writeView(connection: string, view: Parameters<typeof writeView>[3]): Promise<SavedView> {
    return writeView(this.reading, this.writing, connection, view)
  }

  removeView(id: number): Promise<void> {
    return removeView(this.writing, id)
  }

  /** Resolves when it is written. */
  writeSession(session: SessionRow): Promise<void> {
    return writeSession(this.writing, session)
  }

  removeSession(digest: string): Promise<void> {
    return removeSession(this.writing, digest)
  }

  stats(): Pick<HistoryStats, 'queue' | 'written' | 'error'> {
    const { recorder } = this
    const since = recorder.since
    return {
      queue: {
        length: recorder.length,
        lagMs: since === undefined ? 0 : Math.max(0, this.options.clock() - since),
        dropped: this.refused + recorder.dropped,
      },
      written: {
        entries: recorder.entries,
        batches: recorder.batches,
        lastMs: recorder.lastMs,
        longestHoldMs: Math.max(recorder.longestHoldMs, this.writing.longestHoldMs),
      },
      error: recorder.error,
    }
  }

  /** Its file was removed, or another one put in its place: what it writes, nobody would find. */
  get isOrphaned(): boolean {
    return this.replacing === undefined && identityOf(this.options.directory) !== this.file
  }

  flush(): Promise<void> {
    return this.recorder.flush()
  }

  /** Enforces the retention, in steps, until there is nothing more to forget. */
  maintain(): Promise<void> {
    this.maintaining ??= this.forgetAll()
      .catch(async (error: unknown) => {
        if (isDamage(error)) await this.replaceDamaged(error)
        else this.options.notice(`The history could not be tidied up: ${wordsOf(error)}`)
      })
      .finally(() => {
        this.maintaining = undefined
      })
    return this.maintaining
  }

  /** Moves the damaged database aside and goes on with a new one. What waits is written to that. */
  replaceDamaged(error: unknown): Promise<void> {
    this.replacing ??= this.replace(error)
      .catch((failure: unknown) =>
        this.options.notice(`The damaged history could not be moved aside: ${wordsOf(failure)}`),
      )
      .finally(() => {
        this.replacing = undefined
      })
    return this.replacing
  }

  async close(): Promise<void> {
    clearInterval(this.forgetting)
    await this.recorder.close()
    await this.maintaining
    await this.replacing
    this.reading.close()
    await this.writing.close()
    this.lock.release()
  }

  private offer<E>(lane: Lane<E>, entry: E): void {
    if (lane.offer(entry, this.options.clock())) this.recorder.wake()
    else this.refused++
  }

  private async forgetAll(): Promise<void> {
    const { clock, retention } = this.options
    while (await forget(this.reading, this.writing, retention, clock())) {
      // Between two steps what waits is written.
    }
    // Backwards too: the clock may be set.
    if (Math.abs(clock() - this.tidiedAt) >= TIDY_MS) {
      this.tidiedAt = clock()
      await tidy(this.writing, retention, clock())
    }
  }

  private async replace(error: unknown): Promise<void> {
    const { directory, notice } = this.options
    this.reading.close()
    await this.writing.close()
    moveAside(directory, notice, error)
    const path = prepareDatabase(directory, notice)
    this.file = identityOf(directory)
    this.reading = new Reading(path)
    this.writing = new Writing(path)
    this.recorder.resume(this.writing)
  }
}
