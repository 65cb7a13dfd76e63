import pino from 'pino'

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
