import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import SyncDatabase from 'libsql'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openHistoryStore } from '@/lib/server/history'
import { Reading } from '@/lib/server/history/sqlite/sqlite'
import { audit } from '@/lib/server/history/testing/index'
import { bundleForNode } from './testing/bundle.mjs'

const KILLS = 5
/** What was recorded longer ago than this, as the process was killed, must be there: in slices of the recorder, of which a second has 50 at most. */
const LOST_AT_MOST = 50
const SHARD = '0'.repeat(40)

let program: string
beforeAll(async () => {
  program = await bundleForNode(join(import.meta.dirname, 'testing/busy-recorder.ts'))
})
afterAll(() => rmSync(program, { force: true }))

/** Runs a recorder, kills it after so many slices, and returns the last sequence of each that it reported as recorded. */
async function recordAndKill(directory: string, first: number, mode: string, slices: number): Promise<number[]> {
  const child = spawn(process.execPath, [program, directory, String(first), mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line.split(' ')[0]))
    if (acknowledged.length === slices) child.kill('SIGKILL')
  }
  return acknowledged
}

function expectWhole(directory: string): void {
  const db = new SyncDatabase(join(directory, 'history.db'))
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  db.close()
}

function sequencesIn(directory: string): Set<number> {
  const reading = new Reading(join(directory, 'history.db'))
  const keys = reading
    .all('SELECT key FROM execution JOIN execution_detail ON execution = id')
    .map((row) => row.text('key'))
  reading.close()
  return new Set(keys.map((key) => Number(key.slice(SHARD.length + 1))))
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gearboard-kill-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const ROOMY = { maxAgeMs: 1e12, auditMaxAgeMs: 1e12, maxBytes: 1e9 }

it('the second Gearboard on a directory reads what the first one writes, and goes on in its place when that is killed', async () => {
  const directory = newDirectory()
  const child = spawn(process.execPath, [program, directory, '0', 'keep'], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  const words: string[] = []
  const second = openHistoryStore({ directory, retention: ROOMY, notice: (text) => words.push(text) })
  onTestFinished(() => second.close())
  expect(second.state).toMatchObject({ role: 'reader', reason: expect.stringContaining('Another Gearboard writes') })
  const there = () => second.executions.one('default', `${SHARD}-0`) !== undefined
  await expect.poll(there).toBe(true)
  await expect(second.views.remove(1)).rejects.toThrow('Another Gearboard writes')

  child.kill('SIGKILL')
  await expect.poll(() => second.state.role).toBe('writer')
  expect(second.state.reason).toBeNull()
  expect(words.at(-1)).toContain('This Gearboard now writes the history.')
  second.audit.record(audit({ at: Date.now(), connection: null, who: 'admin' }))
  await second.flush()
  expect(second.audit.page({}).entries).toHaveLength(1)
  expect(there()).toBe(true)
  expectWhole(directory)
})

it('a recorder whose disk takes no more says so, goes on without, and leaves what it had written whole', async () => {
  const directory = newDirectory()
  // Each file may have so many blocks of 512 bytes: to its writer, a failing disk.
  const limited = ['-c', 'ulimit -S -f 3000; exec "$0" "$@"', process.execPath, program, directory, '0', 'keep']
  const child = spawn('sh', limited, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said: string | undefined
  let after = 0
  for await (const line of createInterface({ input: child.stdout })) {
    said ??= line.includes('Cannot write the history') ? line : undefined
    if (said !== undefined && ++after === 100) child.kill('SIGKILL')
  }
  expect(said).toMatch(/Cannot write the history: the disk with .* \((disk I\/O error|database or disk is full)\)\. /)
  expectWhole(directory)
  expect(sequencesIn(directory).size).toBeGreaterThan(0)
  const history = openHistoryStore({ directory, retention: ROOMY })
  onTestFinished(() => history.close())
  await history.maintain()
  expect(history.state).toMatchObject({ role: 'writer', reason: null })
  expect(history.stats().error).toBeNull()
})

describe.concurrent('a recorder that is killed in the middle of its work', () => {
  for (const [name, mode] of [
    ['keeps', 'keep'],
    ['keeps again', 'keep'],
    ['forgets', 'forget'],
    ['forgets again', 'forget'],
  ] as const) {
    it(`loses at most the last second and never its history, ${KILLS} times (${name})`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'gearboard-kill-'))
      try {
        let first = 0
        let before = new Set<number>()
        for (let round = 0; round < KILLS; round++) {
          // Another phase of the flushes and checkpoints each time.
          const acknowledged = await recordAndKill(directory, first, mode, 65 + 7 * round)
          const last = acknowledged.at(-1 - LOST_AT_MOST) ?? -1
          expect(last).toBeGreaterThan(first)
          expectWhole(directory)
          const there = sequencesIn(directory)
          // With a retention of 3 MB the newest stay.
          const from = mode === 'forget' ? Math.max(first, last - 300) : first
          const missing = Array.from({ length: last - from + 1 }, (_, i) => from + i).filter((n) => !there.has(n))
          expect(missing).toEqual([])
          if (mode === 'keep') expect([...before].filter((n) => !there.has(n))).toEqual([])
          before = there
          first = (acknowledged.at(-1) ?? 0) + 1
        }
        const history = openHistoryStore({ directory, retention: ROOMY })
        expect(history.stats().role).toBe('writer')
        await history.close()
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    })
  }
})
