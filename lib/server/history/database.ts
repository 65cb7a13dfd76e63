import { existsSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import SyncDatabase from 'libsql'
import { wallMs } from '@/lib/model/clock'
import { HistoryError, isDamage, wordsOf } from './history-error'
import { MIGRATIONS, migrate, newer, versionOf } from './migrations'
import { makePrivateDirectory, makePrivateFile } from './private-files'
import { BUSY_MS, Reading } from './sqlite'

const fileIn = (directory: string): string => join(directory, 'history.db')

/** Undefined where there is none, or where nobody may look. */
function statsOf(path: string) {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** Bytes on disk of the database and its write-ahead log. */
export const bytesOf = (directory: string): number =>
  ['', '-wal'].reduce((sum, suffix) => sum + (statsOf(fileIn(directory) + suffix)?.size ?? 0), 0)

/** Which file the database is at the moment, whatever its name; undefined where there is none. */
export function identityOf(directory: string): string | undefined {
  const stats = statsOf(fileIn(directory))
  return stats && `${stats.dev}:${stats.ino}`
}

/** @throws HistoryError `unusable` */
export function makeDirectory(directory: string): void {
  try {
    makePrivateDirectory(directory)
  } catch (error) {
    throw new HistoryError('unusable', `The data directory ${directory} cannot be made: ${wordsOf(error)}`, {
      cause: error,
    })
  }
}

/**
 * Makes the database ready for the one who writes, and returns its path. A damaged file is moved aside, which `notice` is told, and a new
 * one begun. Call with the writer's lock. @throws HistoryError `newer`, `unusable`
 */
export function prepareDatabase(directory: string, notice: (words: string) => void): string {
  const path = fileIn(directory)
  try {
    prepare(path)
  } catch (error) {
    if (error instanceof HistoryError) throw error
    if (!isDamage(error))
      throw new HistoryError('unusable', `The history ${path} cannot be opened: ${wordsOf(error)}`, { cause: error })
    moveAside(directory, notice, error)
    prepare(path)
  }
  return path
}

function prepare(path: string): void {
  // SQLite gives its log and its index the mode of the database.
  makePrivateFile(path)
  const db = new SyncDatabase(path)
  try {
    // Readers recover the log of a writer that was killed, and lock the file while they do.
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
    // Before anything is written: it decides the layout of the file, and lets retention give space back bit by bit.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL')
    db.exec('PRAGMA journal_mode = WAL')
    migrate(db)
  } finally {
    db.close()
  }
}

/** A damaged database is kept, under a name that says when it was found so. */
export function moveAside(directory: string, notice: (words: string) => void, why: unknown): void {
  const path = fileIn(directory)
  const aside = `${path}.corrupt-${new Date(wallMs()).toISOString().replaceAll(':', '')}`
  for (const suffix of ['', '-wal', '-shm']) {
    // The build would take it for a file of the project, and bring all of them along.
    if (existsSync(/* turbopackIgnore: true */ path + suffix)) renameSync(path + suffix, aside + suffix)
  }
  notice(`The history is damaged (${wordsOf(why)}). It was moved to ${aside}, and a new one begun.`)
}

/** For one who only reads what another one writes. @throws HistoryError `not_ready`, `newer`, `damaged` */
export function openToRead(directory: string): Reading {
  const path = fileIn(directory)
  if (!existsSync(path))
    throw new HistoryError('not_ready', 'The Gearboard that writes the history has not begun it yet.')
  const db = new SyncDatabase(path)
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
    const version = versionOf(db)
    if (version > MIGRATIONS.length) throw newer(version, MIGRATIONS.length)
    if (version < MIGRATIONS.length)
      throw new HistoryError(
        'not_ready',
        `An older Gearboard writes the history (schema ${version}): it cannot be read yet.`,
      )
  } catch (error) {
    if (isDamage(error))
      throw new HistoryError('damaged', `The history is damaged: ${wordsOf(error)}`, { cause: error })
    throw error
  } finally {
    db.close()
  }
  return new Reading(path)
}
