// Keeps a child of `npm start` running: restarts it whenever it ends, unless its own settings are wrong.

/** The first wait before a child is started again, and the longest: each is twice as long as the one before, ms. */
const WAIT_MS = { first: 500, most: 30_000 }
/** A child that lived this long is healthy: its next death counts as the first, ms. */
const WELL_MS = 60_000
/** This many deaths in a row, without a healthy life in between, end Gearboard. */
const MOST_DEATHS = 8

/** What a child exits with when its settings are wrong (sysexits' EX_CONFIG): it would end again. */
export const WRONG_SETTINGS = 78

/** What the dashboard exits with that was asked to end and could not write all that it had recorded (EX_TEMPFAIL). */
export const UNWRITTEN = 75

/**
 * @param reason exit code or signal.
 * @returns its description
 */
function inWords(reason) {
  if (reason === 'SIGABRT' || reason === 134) return `${reason}, probably out of memory`
  if (reason === 'SIGKILL' || reason === 137) return `${reason}, probably because the system is out of memory`
  return typeof reason === 'number' ? `exit code ${reason}` : reason
}

/**
 * Starts a child, and starts it again when it ends.
 * @param name what it is, with its article: begins a sentence in lower case
 * @param start starts it, and calls back with exit code or signal when it has ended, unless Gearboard is ending
 * @param wanted whether an end was asked for, or cannot be helped by starting again: words that Gearboard ends with, or undefined
 * @param giveUp ends Gearboard with a message
 * @param report hears that it ended: the reason in words, and after how many ms it is started again
 */
export function supervise({
  name,
  start,
  wanted,
  giveUp,
  report = () => {},
  say = console.error,
  now = () => performance.now(),
  later = setTimeout,
}) {
  let deaths = 0
  const run = () => {
    const startedAt = now()
    start((reason) => {
      const why = wanted?.(reason)
      if (why !== undefined) return giveUp(why)
      deaths = now() - startedAt >= WELL_MS ? 1 : deaths + 1
      if (deaths > MOST_DEATHS) return giveUp(`${name} keeps stopping (${inWords(reason)}); see its output above`)
      const wait = Math.min(WAIT_MS.first * 2 ** (deaths - 1), WAIT_MS.most)
      report(inWords(reason), wait)
      say(`gearboard: ${name} stopped (${inWords(reason)}); restarting in ${wait / 1000} s`)
      later(run, wait)
    })
  }
  run()
}
