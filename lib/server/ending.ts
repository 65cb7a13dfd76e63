/** Asked to end, it did, but not all that was recorded could be written: the rest is on standard error (sysexits' EX_TEMPFAIL, bin/supervise.mjs). */
const EXIT_UNWRITTEN = 75

/** The settings are wrong: restarting would not help (bin/supervise.mjs). */
const EXIT_SETTINGS = 78

/** Ends the process when `end` resolves, with how many entries could not be written: the status says whether there were any. */
export function endWith(end: () => Promise<number>): void {
  void end().then(
    (unwritten) => process.exit(unwritten > 0 ? EXIT_UNWRITTEN : 0),
    (error: unknown) => fail(error instanceof Error ? error.message : String(error), EXIT_UNWRITTEN),
  )
}

export function fail(message: string, status = EXIT_SETTINGS): never {
  process.stderr.write(`gearboard: ${message}\n`)
  process.exit(status)
}
