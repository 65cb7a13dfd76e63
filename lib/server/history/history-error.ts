/**
 * `newer`: the database was written by a newer Gearboard. `unusable`: the directory cannot be written to. `not_ready`: this one only reads,
 * and there is nothing yet that it could read. `damaged`: the file is corrupt; it is being moved aside. `invalid`: a bad question.
 */
export type HistoryErrorCode = 'newer' | 'unusable' | 'not_ready' | 'damaged' | 'invalid'

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
}

/** SQLite's own word for an error, such as `SQLITE_BUSY`; empty for anything else. */
export function sqliteCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return ''
  return error.code
}

export const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error))

/** The machine's trouble, which may pass: the same batch can be tried again. */
export const mayPass = (error: unknown): boolean =>
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|NOMEM|CANTOPEN|READONLY|CORRUPT|NOTADB)/.test(sqliteCode(error))

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
