import { writeSync } from 'node:fs'
import pino from 'pino'

/** `npm start` hides what Next prints on the standard output of this process, and hands its own on beside it. */
const STDOUT = Number(process.env.GEARBOARD_STDOUT_FD || 1)
const STDERR = 2
/** What may wait for a reader of standard output, bytes; lines beyond that are dropped, and the audit log still has them. */
const MOST_UNREAD = 16_000_000
/** The pause before a write to a full standard error is retried, ms. */
const READER_WAIT_MS = 10
const MOST_WAITS = 500

/** A terminal acts on these, or draws a line in another order; JSON leaves them as they are. */
const UNSAFE = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu

/** The same JSON, with nothing in it that a terminal would act on: what functions, keys and servers say is in it. */
export const terminalSafe = (json: string): string =>
  json.replace(UNSAFE, (char) =>
    char
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )

/**
 * Writes at once, for a process that is about to end: what a stream holds would be lost with it. Where the reader has gone, nothing is
 * written.
 */
export function writeToStandardError(json: string): void {
  const bytes = Buffer.from(terminalSafe(json))
  for (let at = 0, waits = 0; at < bytes.length; ) {
    try {
      at += writeSync(STDERR, bytes, at)
      waits = 0
    } catch (error) {
      const isFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN'
      if (!isFull || ++waits > MOST_WAITS) return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, READER_WAIT_MS)
    }
  }
}

const standardError = pino.destination({ dest: STDERR, sync: false })

let openedOutput: ReturnType<typeof pino.destination> | undefined
/** Opened by the first line: most Gearboards write none. */
const standardOutput = () => {
  openedOutput ??= pino.destination({ dest: STDOUT, sync: false, maxLength: MOST_UNREAD })
  return openedOutput
}

/** For whoever started Gearboard: what they need to go on. */
export const tellOperator = (text: string): void => void standardOutput().write(text)

/** JSON lines on standard error, so that standard output stays for what the user asked for. */
export const log = pino(
  {
    level: process.env.LOG_LEVEL ?? 'info',
    base: undefined,
    // ioredis attaches the arguments of a failed command to its error: AUTH's are the password, SET's are data.
    redact: { paths: ['err.command', 'err.previousErrors', '*.password', '*.url', '*.cookie'], remove: true },
  },
  { write: (line: string) => standardError.write(terminalSafe(line)) },
)

/** Entries of the audit log on standard output, a JSON line each: `{"time": …, "audit": {…}}`, the time in ms since the epoch. */
export const auditLines = {
  write: (audit: { readonly at: number }): void =>
    void standardOutput().write(`${terminalSafe(JSON.stringify({ time: audit.at, audit }))}\n`),
}
