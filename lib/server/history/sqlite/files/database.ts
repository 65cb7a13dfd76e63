import { copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { wallMs } from '@gearboard/gears/vocabulary/clock'
import { formatBytes } from '@gearboard/gears/vocabulary/text'
import SyncDatabase from 'libsql'
import {
  HistoryError,
  isDamage,
  sqliteErrorInWords,
  sqliteErrorOf,
  toldAs,
  wordsOf,
} from '@/lib/server/history/history-error'
import { keepFirstNotices, type NewNotice } from '../notices'
import { Row } from '../row'
import { MAKE_SERIES_TABLES } from '../series/series-sql'
import { BUSY_MS, Reading } from '../sqlite'
import { identityOfFile, statsOf } from './file-identity'
import { MIGRATIONS, migrate, newer, versionOf } from './migrations'
import { makePrivateDirectory, makePrivateFile } from './private-files'

const fileIn = (directory: string): string => join(directory, 'history.db')

/** The database, its log, and the index of that. */
const PARTS = ['', '-wal', '-shm'] as const

/** `Gear`: what marks a database as a history of Gearboard. */
const APPLICATION_ID = 0x47656172

// The build would take it for a file of the project, and bring all of them along.
const isThere = (path: string): boolean => existsSync(/* turbopackIgnore: true */ path)

/** Bytes on disk of the database and its write-ahead log. */
export const bytesOf = (directory: string): number =>
  ['', '-wal'].reduce((sum, suffix) => sum + (statsOf(fileIn(directory) + suffix)?.size ?? 0), 0)

/** Which file the database is; undefined where there is none. */
export const identityOf = (directory: string): string | undefined => identityOfFile(fileIn(directory))

/** Identifies its log and that log's index: both stay the same as long as any process has the database open. */
export const logIdentityOf = (directory: string): string =>
  ['-wal', '-shm'].map((suffix) => identityOfFile(fileIn(directory) + suffix) ?? 'none').join(' ')

/** @throws HistoryError `unusable` */
export function makeDirectory(directory: string): void {
  try {
    makePrivateDirectory(directory)
  } catch (error) {
    throw new HistoryError(
      'unusable',
      `Cannot create the data directory ${directory}: ${wordsOf(error)}. Create it for Gearboard’s user, or set GEARBOARD_DATA to another one.`,
      { cause: error },
    )
  }
}

/**
 * Prepares the database for the writer and returns its path. A damaged or empty file is moved aside and a new one begun, an older one is
 * copied before it is changed; what happened is kept in the database until a user acknowledges it. Call with the writer's lock.
 * @throws HistoryError `newer`, `foreign`, `unusable`
 */
export function prepareDatabase(
  directory: string,
  notice: (words: string) => void,
  happened: readonly NewNotice[] = [],
): string {
  const path = fileIn(directory)
  const wasThere = isThere(path)
  const found = [...happened, ...emptyInPlace(directory)]
  try {
    try {
      prepare(directory, notice, found)
    } catch (error) {
      if (!isDamage(error)) throw error
      found.push(moveAside(directory, error))
      prepare(directory, notice, found)
    }
  } catch (error) {
    // The next attempt would take it for one that was emptied.
    if (!wasThere && statsOf(path)?.size === 0) rmSync(path, { force: true })
    throw error instanceof HistoryError
      ? error
      : new HistoryError('unusable', `Cannot open the history ${path}: ${sqliteErrorInWords(error, directory)}`, {
          cause: error,
        })
  }
  for (const { what, helps } of found) notice(`${what} ${helps}`)
  return path
}

function prepare(directory: string, notice: (words: string) => void, happened: readonly NewNotice[]): void {
  const path = fileIn(directory)
  // SQLite gives its log and its index the mode of the database.
  makePrivateFile(path)
  const db = new SyncDatabase(path)
  try {
    // Readers recover the log of a writer that was killed, and lock the file while they do.
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
    const version = readableVersion(db, path)
    const copy = version > 0 && version < MIGRATIONS.length ? keepCopy(db, directory, version) : undefined
    // Before anything is written: it decides the layout of the file, and lets retention give space back bit by bit.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL')
    db.exec('PRAGMA journal_mode = WAL')
    migrate(db)
    db.exec(MAKE_SERIES_TABLES)
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
    keepFirstNotices(db, happened)
    if (copy !== undefined)
      notice(
        `The history was migrated from schema ${version} to ${MIGRATIONS.length}. The original is kept in ${copy}; an earlier Gearboard can read it.`,
      )
  } finally {
    db.close()
  }
}

const numberOf = (db: SyncDatabase.Database, pragma: string): number =>
  new Row(db.prepare(`PRAGMA ${pragma}`).get()).number(pragma)

/** The schema of a file that is Gearboard's, up to the newest one. @throws HistoryError `foreign` or `newer` */
function readableVersion(db: SyncDatabase.Database, path: string): number {
  refuseForeign(db, path)
  const version = versionOf(db)
  if (version > MIGRATIONS.length) throw newer(version, MIGRATIONS.length)
  return version
}

/** Of a Gearboard before there was a mark, it has the tables that each had. @throws HistoryError `foreign` */
function refuseForeign(db: SyncDatabase.Database, path: string): void {
  const id = numberOf(db, 'application_id')
  if (id === APPLICATION_ID) return
  const tables = db
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .all()
    .map((row) => new Row(row).text('name'))
  if (id === 0 && tables.length === 0 && versionOf(db) === 0) return
  if (id === 0 && ['connection', 'execution'].every((name) => tables.includes(name)) && versionOf(db) > 0) return
  const shown = tables.slice(0, 3).join(', ')
  throw new HistoryError(
    'foreign',
    `${path} is a database of another program${shown && ` (it has ${shown})`}. Gearboard leaves it unchanged. Move it away, or set GEARBOARD_DATA to another directory.`,
  )
}

/**
 * Copies the database with its log, as an older Gearboard left it, and returns the copy's path. Of earlier copies the latest alone stays.
 * What another process carries over from the log meanwhile is in the copy of the log as well. @throws HistoryError `unusable`
 */
function keepCopy(db: SyncDatabase.Database, directory: string, version: number): string {
  const path = fileIn(directory)
  const copy = `${path}.schema-${version}`
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const suffix of ['', '-wal']) {
      rmSync(copy + suffix, { force: true })
      if (!isThere(path + suffix)) continue
      makePrivateFile(`${copy}${suffix}`)
      copyFileSync(path + suffix, copy + suffix)
    }
  } catch (error) {
    for (const suffix of ['', '-wal']) if (statsOf(copy + suffix)?.isFile()) rmSync(copy + suffix, { force: true })
    throw new HistoryError(
      'unusable',
      `The history comes from an earlier Gearboard and needs a migration, but it cannot be backed up first: ${wordsOf(error)}. Free ${formatBytes(bytesOf(directory))} in ${directory}.`,
      { cause: error },
    )
  } finally {
    db.exec('ROLLBACK')
  }
  for (const name of readdirSync(directory))
    if (/^history\.db\.schema-\d+(-wal|-shm)?$/.test(name) && !name.startsWith(basename(copy)))
      rmSync(join(directory, name), { force: true })
  return copy
}

/**
 * Removes the log of a database whose file is gone, where it is still this one: SQLite would apply the log to whatever file is in that
 * place. @param log as `logIdentityOf` returned it
 */
export function removeLog(directory: string, log: string): void {
  if (logIdentityOf(directory) !== log) return
  for (const suffix of ['-wal', '-shm']) rmSync(fileIn(directory) + suffix, { force: true })
}

/** An empty file is no history. SQLite would delete a log beside it when opening it. */
function emptyInPlace(directory: string): readonly NewNotice[] {
  const path = fileIn(directory)
  const stats = statsOf(path)
  if (!stats?.isFile() || stats.size > 0) return []
  const log = statsOf(`${path}-wal`)
  const aside = log && log.size > 0 ? setAside(directory, 'empty') : undefined
  return [
    {
      kind: 'empty',
      at: wallMs(),
      what: `${path} was an empty file; Gearboard started a new history in it.`,
      helps:
        aside === undefined
          ? 'If there was a history before, look for a backup, or a disk that was not mounted.'
          : `Its log was not empty and is kept as ${aside}-wal.`,
    },
  ]
}

/** Moves a damaged database out of the way, under a name that says when it was found so. */
export function moveAside(directory: string, why: unknown): NewNotice {
  const aside = setAside(directory, 'corrupt')
  return {
    kind: 'damaged',
    at: wallMs(),
    what: `The history was damaged (${wordsOf(why)}). Gearboard moved it to ${aside} and started a new one.`,
    helps: `To recover what is readable, run: sqlite3 ${basename(aside)} .recover | sqlite3 recovered.db. To restore it or a backup, stop Gearboard, replace history.db with that file, and remove history.db-wal and history.db-shm.`,
  }
}

function setAside(directory: string, why: 'corrupt' | 'empty'): string {
  const path = fileIn(directory)
  const aside = `${path}.${why}-${new Date(wallMs()).toISOString().replaceAll(':', '')}`
  for (const suffix of PARTS) if (isThere(path + suffix)) renameSync(path + suffix, aside + suffix)
  return aside
}

/**
 * Opens the database for a reader. Where the directory cannot be written to, not even for the index of the log, the file is read as it is.
 * @throws HistoryError `not_ready`, `newer`, `foreign`, `unusable`, `damaged`
 */
export function openToRead(directory: string): Reading {
  const path = fileIn(directory)
  if (!isThere(path))
    throw new HistoryError('not_ready', 'The Gearboard that writes the history has not created it yet.')
  let opened = path
  try {
    try {
      check(opened)
    } catch (error) {
      const trouble = sqliteErrorOf(error)
      if (trouble !== 'READONLY' && trouble !== 'CANTOPEN' && trouble !== 'IOERR' && trouble !== 'FULL') throw error
      // Without its index, what is in the log cannot be read, and without the log the database is not whole.
      if ((statsOf(`${path}-wal`)?.size ?? 0) > 0) throw error
      opened = `file:${encodeURI(path).replaceAll('?', '%3f').replaceAll('#', '%23')}?immutable=1`
      check(opened)
    }
  } catch (error) {
    throw toldAs('Cannot read the history', error, directory)
  }
  return new Reading(opened)
}

function check(path: string): void {
  const db = new SyncDatabase(path)
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
    const version = readableVersion(db, path)
    if (version < MIGRATIONS.length)
      throw new HistoryError(
        'not_ready',
        `The history comes from an older Gearboard (schema ${version}) and cannot be read yet.`,
      )
  } finally {
    db.close()
  }
}
