import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { wallMs } from '@gearboard/gears/vocabulary/clock'
import SyncDatabase from 'libsql'
import { isBusy, isDamage } from '@/lib/server/history/history-error'
import type { NewNotice } from '../notices'
import { identityOfFile } from './file-identity'
import { makePrivateFile } from './private-files'

/**
 * Its holder writes the history of a directory. It is an open exclusive transaction on an empty database, that is a lock of the operating
 * system: gone with its process, however that ends. Nothing else may open and close the file: closing it releases the process' locks on it.
 */
export class WriterLock {
  private readonly file: string | undefined

  private constructor(
    private readonly db: SyncDatabase.Database,
    private readonly path: string,
    /** What was in its place. */
    readonly happened: readonly NewNotice[],
  ) {
    this.file = identityOfFile(path)
  }

  /** The lock; undefined while another process holds it. A file that is no lock is moved away: it cannot be held. */
  static acquire(directory: string): WriterLock | undefined {
    const path = join(directory, 'writer.lock')
    try {
      return WriterLock.of(path, [])
    } catch (error) {
      if (!isDamage(error)) throw error
      const aside = `${path}.corrupt-${new Date(wallMs()).toISOString().replaceAll(':', '')}`
      renameSync(path, aside)
      const what = `${path} was not a valid lock. Gearboard moved it to ${aside} and created a new one.`
      const helps =
        'Find out what writes there: no other program should use Gearboard’s data directory. You may delete that file.'
      return WriterLock.of(path, [{ kind: 'lock', at: wallMs(), what, helps }])
    }
  }

  private static of(path: string, happened: readonly NewNotice[]): WriterLock | undefined {
    makePrivateFile(path)
    const db = new SyncDatabase(path)
    try {
      db.exec('BEGIN EXCLUSIVE')
      return new WriterLock(db, path, happened)
    } catch (error) {
      db.close()
      if (isBusy(error)) return undefined
      throw error
    }
  }

  /** Its file was removed or replaced: the next one would get a lock of its own. */
  get isLost(): boolean {
    return identityOfFile(this.path) !== this.file
  }

  release(): void {
    this.db.exec('ROLLBACK')
    this.db.close()
  }
}
