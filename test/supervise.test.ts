import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { supervise, WRONG_SETTINGS } from '../bin/supervise.mjs'

type Reason = number | string

/** A supervised child that ends as a test says; time passes as the test says, too. */
function supervised(wanted?: (reason: Reason) => string | undefined) {
  const lines: string[] = []
  const given: string[] = []
  const waits: number[] = []
  const reports: (readonly [string, number])[] = []
  let clock = 0
  let starts = 0
  let due: (() => void) | undefined
  let die: (reason: Reason) => void = () => {}
  supervise({
    name: 'the dashboard',
    start: (ended) => {
      starts += 1
      die = ended
    },
    wanted,
    giveUp: (message) => given.push(message),
    report: (...report) => reports.push(report),
    say: (line) => lines.push(line),
    now: () => clock,
    later: (run, ms) => {
      due = run
      waits.push(ms)
    },
  })
  return {
    lines,
    given,
    waits,
    reports,
    starts: () => starts,
    /** It lives for so long, and ends. */
    end(reason: Reason, after = 0) {
      clock += after
      die(reason)
      due?.()
      due = undefined
    },
  }
}

describe('a child of npm start', () => {
  it('is started again, later each time, and the terminal says why', () => {
    const child = supervised()
    for (const reason of ['SIGABRT', 'SIGKILL', 1, 134, 'SIGSEGV']) child.end(reason)
    expect(child.waits).toEqual([500, 1000, 2000, 4000, 8000])
    expect(child.lines).toEqual([
      'gearboard: the dashboard stopped (SIGABRT, probably out of memory); restarting in 0.5 s',
      'gearboard: the dashboard stopped (SIGKILL, probably because the system is out of memory); restarting in 1 s',
      'gearboard: the dashboard stopped (exit code 1); restarting in 2 s',
      'gearboard: the dashboard stopped (134, probably out of memory); restarting in 4 s',
      'gearboard: the dashboard stopped (SIGSEGV); restarting in 8 s',
    ])
    expect(child.reports.slice(0, 2)).toEqual([
      ['SIGABRT, probably out of memory', 500],
      ['SIGKILL, probably because the system is out of memory', 1000],
    ])
    expect(child.starts()).toBe(6)
  })

  it('begins anew after a life of a minute, and waits 30 s at most', () => {
    const child = supervised()
    for (let i = 0; i < 8; i++) child.end('SIGABRT')
    child.end('SIGABRT', 60_000)
    expect(child.waits.slice(-3)).toEqual([30_000, 30_000, 500])
    expect(child.given).toEqual([])
  })

  it('that dies nine times in a row ends Gearboard', () => {
    const child = supervised()
    for (let i = 0; i < 9; i++) child.end(1, 59_000)
    expect(child.given).toEqual(['the dashboard keeps stopping (exit code 1); see its output above'])
    expect(child.starts()).toBe(9)
  })

  it('whose end was wanted is not started again', () => {
    const child = supervised((reason) => (reason === WRONG_SETTINGS ? 'it refuses its settings' : undefined))
    child.end(WRONG_SETTINGS)
    expect(child.given).toEqual(['it refuses its settings'])
    expect([child.starts(), child.lines]).toEqual([1, []])
  })

  it('that runs out of memory ends by the signal that is explained', async () => {
    const code = 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))'
    const child = spawn(process.execPath, ['--max-old-space-size=20', '-e', code], { stdio: 'ignore' })
    const [status, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.once('exit', (...end) => resolve(end)),
    )
    expect(signal ?? status).toSatisfy((reason: Reason) => reason === 'SIGABRT' || reason === 134)
  })
})
