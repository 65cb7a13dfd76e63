import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { newDirectory, open } from '@/lib/server/history/testing/index'

const modeOf = (...path: string[]) => (statSync(join(...path)).mode & 0o777).toString(8)
const before = process.umask()
afterEach(() => process.umask(before))

test.each([0o000, 0o022, 0o077, 0o177, 0o777])(
  'under the umask %o nobody else reads what Gearboard keeps',
  async (umask) => {
    const directory = join(newDirectory(), 'data')
    process.umask(umask)
    const history = open({ directory })
    process.umask(before)
    history.audit.record({
      at: 1,
      connection: null,
      who: 'a',
      ip: null,
      action: 'b',
      target: null,
      before: null,
      after: null,
      outcome: 'ok',
      error: null,
    })
    await history.flush()
    expect(modeOf(directory)).toBe('700')
    for (const name of ['history.db', 'history.db-wal', 'history.db-shm', 'writer.lock'])
      expect(modeOf(directory, name), name).toBe('600')
  },
)

test('what an earlier Gearboard left open is closed', async () => {
  const directory = newDirectory()
  await open({ directory }).close()
  chmodSync(directory, 0o755)
  for (const name of ['history.db', 'writer.lock']) chmodSync(join(directory, name), 0o644)
  writeFileSync(join(directory, 'history.db.corrupt-2026'), '', { mode: 0o644 })
  open({ directory })
  expect(modeOf(directory)).toBe('700')
  for (const name of ['history.db', 'writer.lock', 'history.db.corrupt-2026'])
    expect(modeOf(directory, name)).toBe('600')
})

test('an empty directory that was made for it is closed', () => {
  const directory = join(newDirectory(), 'empty')
  mkdirSync(directory)
  chmodSync(directory, 0o755)
  open({ directory })
  expect(modeOf(directory)).toBe('700')
})

test('a directory that others use too keeps its mode, its other files theirs', () => {
  const directory = join(newDirectory(), 'shared')
  mkdirSync(directory)
  chmodSync(directory, 0o755)
  writeFileSync(join(directory, 'theirs'), '')
  chmodSync(join(directory, 'theirs'), 0o644)
  open({ directory })
  expect(modeOf(directory)).toBe('755')
  expect(modeOf(directory, 'theirs')).toBe('644')
  expect(modeOf(directory, 'history.db')).toBe('600')
})
