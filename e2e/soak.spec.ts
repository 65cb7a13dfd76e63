import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from './fixtures'

// It starts its own servers. Its test is the one of other files, as another would need a worker and a browser of its own.
test.use({ baseURL: undefined })

test.describe.configure({ timeout: 600_000 })

/** The short form of `node bench/soak/soak.mjs`: what holds on any machine, however busy. */
test('under a full load of events with five browsers, nothing recorded is wrong and memory stays within its bound', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gearboard-soak-e2e-'))
  const report = join(folder, 'report.json')
  try {
    const args = ['bench/soak/soak.mjs', '--minutes', '0.35', '--untimed', '--report', report]
    const failure = await promisify(execFile)(process.execPath, args, {
      cwd: resolve(import.meta.dirname, '..'),
    }).catch((error: unknown) => String(error))
    // The report comes first: it names what is wrong.
    const figures: unknown = JSON.parse(readFileSync(report, 'utf8'))
    expect(figures).toMatchObject({ problems: [], truth: { wrong: [] }, recorder: { dropped: 0 } })
    expect(typeof failure === 'string' ? failure : '').toBe('')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
