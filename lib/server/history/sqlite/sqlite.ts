import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import SyncDatabase from 'libsql'
import BackgroundDatabase from 'libsql/promise'
import { keepNewest } from '@/lib/server/keep-newest'
import { Row } from './row'

/** What may be bound. A boolean would end the process: libsql's binding panics on it. */
export type SqlValue = string | number | null

/** How long another process' lock is waited for, ms: it recovers the log, or ends its last checkpoint. */
export const BUSY_MS = 2000

/** Filters make many texts; those used last are kept prepared. */
const KEPT_STATEMENTS = 100

/** A connection that only reads, at once. WAL: it never waits for the writer, nor the writer for it. */
export class Reading {
  private readonly db: SyncDatabase.Database
  private readonly statements = new Map<string, SyncDatabase.Statement<SqlValue[]>>()

  constructor(path: string) {
    this.db = new SyncDatabase(path)
    this.db.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA query_only = 1`)
  }

  all(sql: string, ...values: readonly SqlValue[]): Row[] {
    const statement = this.statements.get(sql) ?? this.db.prepare<SqlValue[]>(sql)
    this.statements.delete(sql)
    this.statements.set(sql, statement)
    keepNewest(this.statements, KEPT_STATEMENTS)
    return statement.all(...values).map((columns) => new Row(columns))
  }

  first(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.all(sql, ...values)[0]
  }

  close(): void {
    this.statements.clear()
    this.db.close()
  }
}

/** What a batch brings: the rows of each kind as one JSON array. */
export type Batch = ReadonlyMap<string, string>

/** Stored apart, a row's JSON is parsed once for all of its fields; as a value of json_each it would be parsed for each. */
const UNPACK =
  'INSERT INTO temp.batch (kind, value) SELECT i.kind, r.value FROM temp.inbox i CROSS JOIN json_each(i.rows) r'

/** What people did is `synced` before they hear that it is done; what Gearboard saw may lose its last moment. */
export type Durability = 'synced' | 'written'

/** In WAL mode: whether the log is synced at each commit, or only as it is carried over. */
const SYNCHRONOUS: Readonly<Record<Durability, string>> = { synced: 'FULL', written: 'NORMAL' }

/** Between two files: as where there is none, it may pass. */
export class NotOpen extends Error {
  readonly code = 'SQLITE_CANTOPEN'

  constructor() {
    super('the database is not open at the moment')
  }
}

interface Insert {
  run(kind: string, rows: string): unknown
}

/**
 * The connection that writes, in libsql's background thread: only its `exec` runs there, so data enters as JSON in a temporary table, and
 * the SQL takes it from there: `temp.batch(kind, value)` has a JSON object for each row. The event loop is held for the copy of that text
 * alone, whatever the disk does.
 */
export class Writing {
  private opened: BackgroundDatabase | undefined
  private insert: Insert | undefined
  /** One job after the other: a bind while another job runs would make the event loop wait for it. */
  private tail: Promise<unknown> = Promise.resolve()
  longestHoldMs = 0

  constructor(path: string) {
    this.opened = new BackgroundDatabase(path, {})
  }

  /**
   * One transaction: `sql` finds the rows in `temp.batch`. All of it is done, or nothing. `synced`: it is on the disk when this resolves, and
   * outlives the machine's failure; otherwise it outlives this process, and the machine's only from the next checkpoint on.
   */
  write(batch: Batch, sql: string, durability: Durability): Promise<void> {
    return this.next(async () => {
      const insert = this.insert ?? (await this.prepare())
      await this.db.exec('DELETE FROM temp.inbox; DELETE FROM temp.batch')
      const start = steadyMs()
      for (const [kind, rows] of batch) insert.run(kind, rows)
      this.longestHoldMs = Math.max(this.longestHoldMs, steadyMs() - start)
      await this.transaction(`${UNPACK}; ${sql}`, durability)
    })
  }

  run(sql: string, durability: Durability = 'written'): Promise<void> {
    return this.next(() => this.transaction(sql, durability))
  }

  /** Outside of a transaction, as some pragmas want. */
  pragma(sql: string): Promise<void> {
    return this.next(() => this.db.exec(sql))
  }

  close(): Promise<void> {
    return this.next(() => this.end())
  }

  /**
   * Switches to the file at the path that `prepare` returns: another file, or the same one reopened. Writes wait until it is open.
   * `prepare` hears whether the one that is given up carried its log over into the database.
   */
  renew(prepare: (carriedOver: boolean) => string): Promise<void> {
    return this.next(async () => {
      const carriedOver = await this.checkpoint()
      await this.end()
      this.opened = new BackgroundDatabase(prepare(carriedOver), {})
    })
  }

  /** Whether all entries of the log are in the database itself now, so that it can be read where writing is not allowed. */
  carryOver(): Promise<boolean> {
    return this.next(() => this.checkpoint())
  }

  private async checkpoint(): Promise<boolean> {
    if (!this.opened) return false
    try {
      await this.opened.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      return true
    } catch {
      return false
    }
  }

  private async end(): Promise<void> {
    const { opened } = this
    this.opened = undefined
    this.insert = undefined
    await opened?.close()
  }

  private get db(): BackgroundDatabase {
    if (!this.opened) throw new NotOpen()
    return this.opened
  }

  private async prepare(): Promise<Insert> {
    await this.db.exec(
      `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA temp_store = MEMORY;
       CREATE TEMP TABLE IF NOT EXISTS inbox (kind TEXT, rows TEXT);
       CREATE TEMP TABLE IF NOT EXISTS batch (kind TEXT, value TEXT)`,
    )
    const insert: Insert = await this.db.prepare('INSERT INTO temp.inbox VALUES (?, ?)')
    this.insert = insert
    return insert
  }

  private async transaction(sql: string, durability: Durability): Promise<void> {
    try {
      await this.db.exec(`PRAGMA synchronous = ${SYNCHRONOUS[durability]}; BEGIN IMMEDIATE; ${sql}; COMMIT`)
    } catch (error) {
      // Of several statements the failing one ends the call, not the transaction; where none was begun this fails, and says nothing new.
      await this.db.exec('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  private next<T>(job: () => Promise<T>): Promise<T> {
    const done = this.tail.then(job)
    this.tail = done.catch(() => undefined)
    return done
  }
}

/** JSON for the batch. NUL would cut a text short as it is read, and half a surrogate pair, being no UTF-8, ends the process there. */
export const toBatchJson = (row: unknown): string =>
  JSON.stringify(row).replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (found) => (found === '\\\\' ? found : '\\ufffd'))

/** An integer as SQL text, for `Writing`, which binds nothing. */
export function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`no integer: ${value}`)
  return String(value)
}
