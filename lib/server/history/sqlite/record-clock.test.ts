import { describe, expect, it } from 'vitest'
import { openHistoryStore } from '..'
import {
  counters,
  execution,
  idOf,
  newDirectory,
  open,
  ROOMY,
  registration,
  sample,
  T0,
  traceback,
} from '../testing/index'
import { type Clocks, type Old, RecordClock, type StoredClock } from './record-clock'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** A machine whose wall clock is set, and which is restarted. */
class Machine implements Clocks {
  private passed = 5 * HOUR
  private set = T0 - 5 * HOUR
  private boots = 1
  private since = 0

  wall = () => this.passed + this.set
  steady = () => this.passed
  lasting = () => ({ boot: `boot ${this.boots}`, ms: this.passed - this.since })

  pass(ms: number): void {
    this.passed += ms
  }

  /** Its wall clock, by so much. */
  setBy(ms: number): void {
    this.set += ms
  }

  restart(): void {
    this.boots++
    this.since = this.passed
  }
}

const isOld = ({ before, old, young }: Old, at: number) => {
  const within = (ranges: Old['old']) => ranges.some(({ from, to }) => at >= from && at <= to)
  return (at < before || within(old)) && !within(young)
}

const again = (machine: Machine, kept: StoredClock) => new RecordClock(machine, structuredClone(kept), undefined)

describe('how old a stamp is', () => {
  it('is what the wall says, where nobody sets it', () => {
    const machine = new Machine()
    const clock = new RecordClock(machine, undefined, undefined)
    machine.pass(3 * DAY)
    expect(clock.advance()).toBeUndefined()
    const old = clock.olderThan(DAY)
    expect(isOld(old, machine.wall() - DAY - 1)).toBe(true)
    expect(isOld(old, machine.wall() - DAY)).toBe(false)
    expect(isOld(old, machine.wall())).toBe(false)
  })

  it.each([
    ['on by 30 days', 30 * DAY],
    ['on by 20 years', 20 * YEAR],
    ['back by 30 days', -30 * DAY],
    ['back to 1970', -T0],
    ['on by two hours', 2 * HOUR],
  ])('is the time that passed, when it is set %s, for good', (_, by) => {
    const machine = new Machine()
    const clock = new RecordClock(machine, undefined, undefined)
    const before = machine.wall()
    machine.pass(HOUR)
    clock.advance()
    machine.setBy(by)
    expect(clock.isOff).toBe(true)
    expect(clock.advance()).toEqual({ byMs: by, kind: 'set' })
    const after = machine.wall()
    machine.pass(HOUR)
    clock.advance()
    for (const at of [before, after, machine.wall()]) expect(isOld(clock.olderThan(DAY), at)).toBe(false)
    machine.pass(DAY - HOUR - MINUTE)
    clock.advance()
    // A day after `before`, and two hours less after `after`.
    expect(isOld(clock.olderThan(DAY), after)).toBe(false)
    machine.pass(2 * HOUR)
    clock.advance()
    expect(isOld(clock.olderThan(DAY), before)).toBe(true)
    machine.pass(HOUR)
    clock.advance()
    expect(isOld(clock.olderThan(DAY), after)).toBe(true)
    expect(isOld(clock.olderThan(DAY), machine.wall())).toBe(false)
  })

  it.each([
    ['on', 30 * DAY],
    ['back', -30 * DAY],
  ])('does not suffer from a clock that is set %s for eight seconds', (_, by) => {
    const machine = new Machine()
    const clock = new RecordClock(machine, undefined, undefined)
    machine.pass(DAY)
    clock.advance()
    machine.setBy(by)
    clock.advance()
    const during = machine.wall() + 4000
    machine.pass(8000)
    clock.advance()
    machine.setBy(-by)
    clock.advance()
    const old = clock.olderThan(2 * DAY)
    for (const at of [machine.wall(), machine.wall() - DAY, during]) expect(isOld(old, at)).toBe(false)
    machine.pass(3 * DAY)
    clock.advance()
    expect(isOld(clock.olderThan(2 * DAY), during)).toBe(true)
    clock.forget(2 * DAY)
    expect(isOld(clock.olderThan(2 * DAY), machine.wall() - DAY)).toBe(false)
  })

  it('is corrected by seconds without a word', () => {
    const machine = new Machine()
    const clock = new RecordClock(machine, undefined, undefined)
    for (let i = 0; i < 100; i++) {
      machine.pass(HOUR)
      machine.setBy(20_000)
      expect(clock.advance()).toBeUndefined()
    }
    expect(isOld(clock.olderThan(DAY), machine.wall() - DAY - HOUR)).toBe(true)
    expect(isOld(clock.olderThan(DAY), machine.wall() - DAY + 1)).toBe(false)
    expect(clock.kept.eras).toHaveLength(1)
  })

  it.each([
    ['years ahead', 5 * YEAR],
    ['years behind', -5 * YEAR],
  ])('goes on over a start of Gearboard with a clock that is %s', (_, by) => {
    const machine = new Machine()
    const first = new RecordClock(machine, undefined, undefined)
    machine.pass(DAY)
    first.advance()
    const last = machine.wall()
    machine.pass(HOUR)
    machine.setBy(by)
    const second = again(machine, first.kept)
    expect(second.began).toEqual({ byMs: by, kind: 'set' })
    expect(isOld(second.olderThan(2 * HOUR), last)).toBe(false)
    machine.pass(2 * HOUR)
    second.advance()
    expect(isOld(second.olderThan(2 * HOUR), last)).toBe(true)
  })

  it('believes time that only the wall tells of as slowly as it could have been lived through', () => {
    const machine = new Machine()
    const first = new RecordClock(machine, undefined, undefined)
    machine.pass(DAY)
    first.advance()
    const last = machine.wall()
    // Off for ten days, or set: it is unknown which.
    machine.setBy(10 * DAY)
    machine.restart()
    const second = again(machine, first.kept)
    expect(second.began).toEqual({ byMs: 10 * DAY, kind: 'off' })
    expect(second.unproven).toBe(10 * DAY)
    expect(isOld(second.olderThan(7 * DAY), last)).toBe(false)
    machine.pass(3 * DAY)
    second.advance()
    expect(isOld(second.olderThan(7 * DAY), last)).toBe(false)
    machine.pass(DAY)
    second.advance()
    expect(isOld(second.olderThan(7 * DAY), last)).toBe(true)
    // What came after it ages as time passes, no faster.
    expect(isOld(second.olderThan(7 * DAY), machine.wall() - 4 * DAY)).toBe(false)
    machine.pass(6 * DAY)
    second.advance()
    expect(second.unproven).toBe(0)
  })

  it('holds for a record that an earlier Gearboard left without eras', () => {
    const machine = new Machine()
    const newest = machine.wall()
    machine.setBy(3 * YEAR)
    const clock = new RecordClock(machine, undefined, newest)
    expect(clock.began).toEqual({ byMs: 3 * YEAR, kind: 'off' })
    expect(isOld(clock.olderThan(DAY), newest)).toBe(false)
    expect(isOld(clock.olderThan(DAY), newest - DAY - 1)).toBe(true)
    const ahead = new RecordClock(machine, undefined, machine.wall() + YEAR)
    expect(isOld(ahead.olderThan(DAY), machine.wall() + YEAR)).toBe(false)
  })

  it('stays bounded, and keeps rather than forgets, when a clock goes to and fro for ever', () => {
    const machine = new Machine()
    const clock = new RecordClock(machine, undefined, undefined)
    const first = machine.wall()
    for (let i = 0; i < 500; i++) {
      machine.setBy(i % 2 === 0 ? 9 * DAY : -9 * DAY)
      machine.pass(MINUTE)
      clock.advance()
      clock.forget(30 * DAY)
    }
    expect(clock.kept.eras.length).toBeLessThanOrEqual(64)
    expect(isOld(clock.olderThan(DAY), first)).toBe(false)
  })
})

/** A history with some of everything, all of it of the last hour. */
async function filled(machine: Machine, directory: string) {
  const words: string[] = []
  const retention = { ...ROOMY, maxAgeMs: 14 * DAY }
  const history = open({ directory, retention, clocks: machine, notice: (text) => words.push(text) })
  const record = (sequence: number) => {
    const at = machine.wall()
    const failed = execution(sequence, { firstSeen: at, outcome: 'failed', firstError: traceback('KeyError', 2, 'x') })
    history.executions.record('default', failed)
    history.series.recordSample('default', sample(at))
    history.registrations.record('default', at, [registration(at, counters(sequence))])
  }
  for (let i = 0; i < 60; i++) {
    record(i)
    machine.pass(MINUTE)
  }
  await history.flush()
  await history.maintain()
  const hours = () => {
    const range = { from: T0 - HOUR, to: T0 + 2 * HOUR, points: 2000 }
    return history.series.read({ connection: 'default', kind: 'activity', ...range }).points.length
  }
  const all = async () => ({
    executions: history.stats().executions,
    points: hours(),
    registrations: history.registrations.all('default').length,
    page: (await history.executions.page({ connection: 'default', limit: 500 })).executions.length,
  })
  return { history, words, record, all, retention }
}

describe('retention', () => {
  it.each([
    ['ahead by 30 days', 30 * DAY],
    ['ahead by 100 years', 100 * YEAR],
    ['back by 30 days', -30 * DAY],
  ])('deletes nothing for a clock that is set %s for eight seconds, and says so', async (_, by) => {
    const machine = new Machine()
    const { history, words, record, all } = await filled(machine, newDirectory())
    const before = await all()
    machine.setBy(by)
    for (let second = 0; second < 8; second++) {
      machine.pass(1000)
      record(1000 + second)
      await history.maintain()
    }
    await history.flush()
    expect(words).toHaveLength(1)
    expect(words[0]).toMatch(/^This machine’s clock was set .* (ahead|back)\. No history is removed/)
    expect(history.state.notices).toMatchObject([{ kind: 'clock' }])
    machine.setBy(-by)
    machine.pass(2 * MINUTE)
    await history.maintain()
    machine.pass(2 * MINUTE)
    await history.maintain()
    const after = await all()
    expect(after).toEqual({ ...before, executions: before.executions + 8, page: before.page + 8 })
    // One notice of a kind that repeats.
    expect(history.state.notices).toHaveLength(1)
    expect(await history.acknowledge(history.state.notices?.[0]?.id ?? 0, 'ada')).toBe(true)
    expect(history.state.notices).toBeUndefined()
  })

  it('deletes nothing at a start with a clock that is years ahead, and forgets in its time', async () => {
    const machine = new Machine()
    const directory = newDirectory()
    const first = await filled(machine, directory)
    await first.history.close()
    machine.pass(MINUTE)
    machine.setBy(3 * YEAR)
    const history = openHistoryStore({ directory, retention: first.retention, clocks: machine })
    await history.maintain()
    expect(history.stats().executions).toBe(60)
    expect(history.state.notices).toMatchObject([{ kind: 'clock', what: expect.stringContaining('ahead') }])
    machine.pass(14 * DAY - 30 * MINUTE)
    await history.maintain()
    const { executions } = history.stats()
    expect(executions).toBeGreaterThan(0)
    expect(executions).toBeLessThan(60)
    machine.pass(HOUR)
    await history.maintain()
    expect(history.stats().executions).toBe(0)
    expect(history.executions.one('default', idOf(1))).toBeUndefined()
    await history.close()
  })

  it('forgets by size whatever the clock shows', async () => {
    const machine = new Machine()
    const directory = newDirectory()
    const first = await filled(machine, directory)
    await first.history.close()
    machine.setBy(-3 * YEAR)
    const history = open({ directory, retention: { ...first.retention, maxBytes: 1 }, clocks: machine })
    await history.maintain()
    expect(history.stats().executions).toBe(0)
  })
})
