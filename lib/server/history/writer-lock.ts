import { join } from 'node:path'
import SyncDatabase from 'libsql'
import { sqliteCode } from './history-error'
import { makePrivateFile } from './private-files'

/**
 * Who holds it writes the history of a directory. It is an open exclusive transaction on an empty database, that is a lock of the operating
 * system: gone with its process, however that ends. Nothing else may open and close the file: closing it releases the process' locks on it.
 */
export class WriterLock {
  private constructor(private readonly db: SyncDatabase.Database) {}

  /** The lock; undefined while another one holds it. */
  static take(directory: string): WriterLock | undefined {
    const path = join(directory, 'writer.lock')
    makePrivateFile(path)
    const db = new SyncDatabase(path)
    try {
      db.exec('BEGIN EXCLUSIVE')
      return new WriterLock(db)
    } catch (error) {
      db.close()
      if (/^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error))) return undefined
      throw error
    }
  }

  release(): void {
    this.db.exec('ROLLBACK')
    this.db.close()
  }
}
