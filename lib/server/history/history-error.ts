/**
 * `newer`: the database was written by a newer Gearboard. `unusable`: it cannot be written at the moment, and that may pass. `foreign`: the
 * file in its place belongs to another program. `not_ready`: this one only reads, and there is nothing yet that it could read. `damaged`:
 * the file or an entry of it is corrupt. `invalid`: a bad question.
 */
export type HistoryErrorCode = 'newer' | 'unusable' | 'foreign' | 'not_ready' | 'damaged' | 'invalid'

/** `message` is for people. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError'

  constructor(
    readonly code: HistoryErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }

  /** By name: Next compiles a module into several copies, each with a class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'HistoryError'
  }
}

/** What SQLite stumbles over beside its own SQL, by its primary result codes. */
const SQLITE_ERRORS = {
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  26: 'NOTADB',
} as const
export type SqliteErrorName = (typeof SQLITE_ERRORS)[keyof typeof SQLITE_ERRORS]

const PRIMARY: ReadonlyMap<number, SqliteErrorName> = new Map(
  Object.entries(SQLITE_ERRORS).map(([number, trouble]) => [Number(number), trouble]),
)

/** What happened, and what helps: `where` is the data directory. */
const WORDS: Readonly<Record<SqliteErrorName, (where: string) => { readonly what: string; readonly helps: string }>> = {
  FULL: (where) => ({ what: `the disk with ${where} is full`, helps: `Free space there or raise its quota.` }),
  IOERR: (where) => ({
    what: `the disk with ${where} fails`,
    helps: 'It may be full, over its quota or broken; see the system log.',
  }),
  READONLY: (where) => ({ what: `${where} is read-only`, helps: 'Allow Gearboard’s user to write there.' }),
  CANTOPEN: (where) => ({
    what: `files in ${where} cannot be opened`,
    helps: 'The directory must exist and belong to Gearboard’s user.',
  }),
  BUSY: (where) => ({
    what: `another program locks the history in ${where}`,
    helps: 'Stop the program that has history.db open, such as a backup or sqlite3.',
  }),
  LOCKED: (where) => ({ what: `the history in ${where} is locked`, helps: 'Restart Gearboard if this persists.' }),
  NOMEM: () => ({ what: 'the machine is out of memory', helps: 'Free memory, or give Gearboard more.' }),
  CORRUPT: (where) => ({
    what: `the history in ${where} is damaged`,
    helps: 'Gearboard moves it aside and starts a new one.',
  }),
  NOTADB: (where) => ({
    what: `history.db in ${where} is not a database`,
    helps: 'Gearboard moves it aside and starts a new one.',
  }),
}

/** How the binding says that SQLite opened nothing, with its result code. */
const NOT_OPENED = /^ConnectionFailed\("[\s\S]{0,8192}: (\d+)"\)$/

/** Undefined for anything else than the machine's or the file's trouble. The binding names only some of the extended codes. */
export function sqliteErrorOf(error: unknown): SqliteErrorName | undefined {
  if (!(error instanceof Error)) return undefined
  const refused = NOT_OPENED.exec(error.message)?.[1]
  if (refused !== undefined) return PRIMARY.get(Number(refused) & 0xff)
  if (!('code' in error) || typeof error.code !== 'string') return undefined
  const number = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(error.code)?.[1]
  if (number !== undefined) return PRIMARY.get(Number(number) & 0xff)
  const name = /^SQLITE_([A-Z]+)/.exec(error.code)?.[1]
  return [...PRIMARY.values()].find((trouble) => trouble === name)
}

export function isDamage(error: unknown): boolean {
  const trouble = sqliteErrorOf(error)
  return trouble === 'CORRUPT' || trouble === 'NOTADB'
}

export function isBusy(error: unknown): boolean {
  const trouble = sqliteErrorOf(error)
  return trouble === 'BUSY' || trouble === 'LOCKED'
}

/** The machine's trouble, which may pass: the same batch can be tried again. */
export const mayPass = (error: unknown): boolean => sqliteErrorOf(error) !== undefined

export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return NOT_OPENED.test(error.message) ? 'the file cannot be opened' : error.message
}

/** What keeps the history from being read or written, in words, with those of the disk, and what helps. */
export function sqliteErrorInWords(error: unknown, directory: string): string {
  if (error instanceof HistoryError) return error.message
  const trouble = sqliteErrorOf(error)
  if (!trouble) return wordsOf(error)
  const { what, helps } = WORDS[trouble](directory)
  return `${what} (${wordsOf(error)}). ${helps}`
}

/** The error to send to a client: a temporary cause gets a sentence that helps, anything else is a bug of ours and stays as it is. */
export function toldAs(intro: string, error: unknown, directory: string): unknown {
  if (error instanceof HistoryError || !mayPass(error)) return error
  const code = isDamage(error) ? 'damaged' : 'unusable'
  return new HistoryError(code, `${intro}: ${sqliteErrorInWords(error, directory)}`, { cause: error })
}
