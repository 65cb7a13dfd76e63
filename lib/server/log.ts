import { writeSync } from 'node:fs'
import pino from 'pino'

const STDERR = 2
/** Whoever reads standard error may be slow, ms, but no slower. */
const READER_WAIT_MS = 10
const MOST_WAITS = 500

/** Writes at once, for a process that is about to end: what a stream holds would be lost with it. Where nobody reads any more, nothing is said. */
export function writeToStandardError(text: string): void {
  const bytes = Buffer.from(text)
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

/** JSON lines on standard error, so that standard output stays for what the user asked for. */
export const log = pino(
  {
    level: process.env.LOG_LEVEL ?? 'info',
    base: undefined,
    // ioredis hangs the arguments of a failed command on its error: AUTH's are the password, SET's are data.
    redact: { paths: ['err.command', 'err.previousErrors', '*.password', '*.url', '*.cookie'], remove: true },
  },
  pino.destination({ dest: 2, sync: false }),
)
