import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import SyncDatabase from 'libsql'
import { describe, expect, it } from 'vitest'
import { execution, idOf, newDirectory, open, passing, ROOMY, T0, view } from '@/lib/server/history/testing/index'
import { openHistoryStore } from '../..'

const corruptOnes = (directory: string) =>
  readdirSync(directory).filter((name) => /^history\.db\.corrupt-[^-]*-\d\d-\d\dT\d+\.\d+Z$/.test(name))

describe('one directory', () => {
  it('has one writer; the next one says so and reads', async () => {
    const directory = newDirectory()
    const words: string[] = []
    const first = open({ directory })
    first.executions.record('default', execution(1))
    await first.flush()
    const second = open({ directory, notice: (text) => words.push(text) })
    expect(first.stats()).toMatchObject({ role: 'writer', reason: null })
    expect(second.stats()).toMatchObject({ role: 'reader', executions: 1 })
    expect(second.stats().reason).toContain('Another Gearboard writes the history')
    expect(words).toEqual([second.stats().reason])

    second.executions.record('default', execution(2))
    await second.flush()
    expect(second.executions.one('default', idOf(1))?.outcome).toBe('ok')
    expect(second.executions.one('default', idOf(2))).toBeUndefined()
    first.executions.record('default', execution(3))
    await first.flush()
    expect(second.executions.one('default', idOf(3))?.outcome).toBe('ok')
  })

  it('goes to the reader when the writer ends', async () => {
    const directory = newDirectory()
    const first = open({ directory })
    const second = open({ directory })
    first.executions.record('default', execution(1))
    await first.close()
    await expect.poll(() => second.stats().role).toBe('writer')
    second.executions.record('default', execution(2))
    await second.flush()
    expect((await second.executions.page({ connection: 'default' })).executions).toHaveLength(2)
  })

  it('writes what waits as it closes, and opens again', async () => {
    const directory = newDirectory()
    const first = open({ directory })
    first.executions.record('default', execution(1))
    await first.close()
    expect(open({ directory }).executions.one('default', idOf(1))?.outcome).toBe('ok')
  })

  it('says in words why it cannot be written to, and is written to once it can', async () => {
    const directory = newDirectory()
    writeFileSync(join(directory, 'file'), '')
    expect(open({ directory: join(directory, 'file', 'data') }).state).toMatchObject({
      role: 'off',
      reason: expect.stringContaining('Cannot create the data directory'),
    })
    const words: string[] = []
    mkdirSync(join(directory, 'data', 'history.db'), { recursive: true })
    const history = open({ directory: join(directory, 'data'), notice: (text) => words.push(text) })
    expect(history.state).toMatchObject({ role: 'off', reason: expect.stringContaining('cannot be opened') })
    expect(() => history.views.write('default', view())).toThrow('cannot be opened')
    expect(() => history.audit.page({})).toThrow('cannot be opened')
    await history.maintain()
    rmSync(join(directory, 'data', 'history.db'), { recursive: true })
    await history.maintain()
    expect(history.state).toMatchObject({ role: 'writer', reason: null })
    expect(words).toEqual([
      expect.stringContaining('cannot be opened'),
      expect.stringContaining('This Gearboard now writes the history.'),
    ])
  })
})

describe('a directory that vanishes', () => {
  it('is said and made anew, and recording goes on', async () => {
    const directory = newDirectory()
    const words: string[] = []
    const history = open({ directory, notice: (text) => words.push(text) })
    history.executions.record('default', execution(1))
    await history.flush()
    rmSync(directory, { recursive: true })
    history.executions.record('default', execution(2))
    await history.flush()
    await history.maintain()
    expect(words[0]).toBe(
      `The history in ${directory} was removed while Gearboard was running, and its data is lost. Gearboard started a new one.`,
    )
    expect(words.at(-1)).toBe('This Gearboard now writes the history again.')
    expect(history.state.notices).toMatchObject([{ kind: 'removed', what: words[0] }])
    history.executions.record('default', execution(3))
    await history.flush()
    expect(history.state).toMatchObject({ role: 'writer', reason: null })
    const next = open({ directory })
    expect(next.stats().role).toBe('reader')
    expect((await next.executions.page({ connection: 'default' })).executions.map(({ id }) => id)).toEqual([idOf(3)])
  })

  it('is said for as long as it cannot be made, and nothing fails for it', async () => {
    const directory = join(newDirectory(), 'data')
    const words: string[] = []
    const history = open({ directory, notice: (text) => words.push(text) })
    rmSync(directory, { recursive: true })
    writeFileSync(directory, 'in its place')
    await history.maintain()
    await history.maintain()
    expect(words.slice(1)).toEqual([
      expect.stringMatching(/^Cannot write the history: Cannot create the data directory/),
    ])
    expect(history.state).toMatchObject({ role: 'off', reason: words[1] })
    expect(() => history.executions.one('default', idOf(1))).toThrow('Cannot create the data directory')
    history.executions.record('default', execution(1))
    await history.flush()

    rmSync(directory)
    await history.maintain()
    expect(history.state).toMatchObject({ role: 'writer', reason: null })
  })

  it('is noticed by one who only reads, too', async () => {
    const directory = newDirectory()
    const first = open({ directory })
    first.executions.record('default', execution(1))
    await first.flush()
    const second = open({ directory })
    expect(second.executions.one('default', idOf(1))?.outcome).toBe('ok')
    rmSync(join(directory, 'history.db'))
    await first.maintain()
    first.executions.record('default', execution(2))
    await first.flush()
    expect(second.executions.one('default', idOf(1))).toBeUndefined()
    expect(second.executions.one('default', idOf(2))?.outcome).toBe('ok')
  })
})

describe('a damaged database', () => {
  it('is moved aside in words as it is opened', async () => {
    const directory = newDirectory()
    writeFileSync(join(directory, 'history.db'), 'this is no database'.repeat(1000))
    const words: string[] = []
    const history = open({ directory, notice: (text) => words.push(text) })
    expect(words).toHaveLength(1)
    expect(words[0]).toMatch(
      /^The history was damaged \(.*\)\. Gearboard moved it to .*history\.db\.corrupt-.* and started a new one\. .*\.recover/,
    )
    expect(corruptOnes(directory)).toHaveLength(1)
    history.executions.record('default', execution(1))
    await history.flush()
    expect(history.executions.one('default', idOf(1))?.outcome).toBe('ok')
  })

  it('is moved aside when the damage shows later, and recording goes on', async () => {
    const directory = newDirectory()
    const filled = openHistoryStore({ directory, retention: ROOMY, clocks: passing(() => T0) })
    for (let i = 0; i < 3000; i++) filled.executions.record('default', execution(i))
    await filled.close()
    garble(join(directory, 'history.db'))

    const words: string[] = []
    const history = open({ directory, notice: (text) => words.push(text) })
    await expect
      .poll(async () => {
        history.executions.record('default', execution(1))
        await history.flush()
        await history.executions.page({ connection: 'default', limit: 500 }).catch(() => undefined)
        return words.length
      })
      .toBeGreaterThan(0)
    expect(words[0]).toContain('and started a new one')
    history.executions.record('default', execution(5000))
    await expect
      .poll(async () => {
        await history.flush()
        return history.executions.one('default', idOf(5000))?.outcome
      })
      .toBe('ok')
    expect(corruptOnes(directory)).toHaveLength(1)
    expect(history.stats().error).toBeNull()
  })
})

/** Overwrites all pages but the first ones, which hold the schema and the roots of tables and indexes. */
function garble(path: string): void {
  const check = new SyncDatabase(path)
  check.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  check.close()
  const kept = 50 * 4096
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(statSync(path).size - kept, 0x5a), 0, undefined, kept)
  closeSync(file)
}
