import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SyncDatabase from 'libsql'
import { expect, test } from './fixtures'
import { startGearboard } from './servers'

/** Acts that were acknowledged just before the kill. */
const ACTS = 8

test('a damaged history is said until somebody acknowledges it; what was acknowledged outlives a kill', async ({
  page,
  engine,
}) => {
  test.slow()
  const directory = mkdtempSync(join(tmpdir(), 'gearboard-damaged-'))
  writeFileSync(join(directory, 'history.db'), 'no database at all '.repeat(1000))
  const gearboard = await startGearboard({ GEARBOARD_URL: engine.url, GEARBOARD_DATA: directory })
  const sources: string[] = []
  try {
    await page.goto(`${gearboard.url}/default`)
    const banner = page.getByRole('status').filter({ hasText: 'The history was damaged.' })
    await expect(banner).toContainText('history.db.corrupt-')
    await expect(banner).toContainText('.recover')
    await banner.getByRole('button', { name: 'Acknowledge' }).click()
    await expect(banner).toHaveCount(0)
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(banner).toHaveCount(0)

    for (let n = 0; n < ACTS; n++) {
      const body = JSON.stringify({ script: `GB('PythonReader').run(lambda: (yield ${n}))`, requirements: [] })
      const headers = { 'content-type': 'application/json', origin: gearboard.url }
      const reply = await fetch(`${gearboard.url}/api/default/functions`, { method: 'POST', headers, body })
      const answer: { readonly sourceId: string } = await reply.json()
      sources.push(answer.sourceId)
    }
    await gearboard.stop('SIGKILL')
    const db = new SyncDatabase(join(directory, 'history.db'))
    const kept = db.prepare('SELECT m.id FROM source m JOIN script s ON s.hash = m.hash').raw().all().flat()
    expect(sources.filter((id) => !kept.includes(id))).toEqual([])
    expect(db.prepare(`SELECT count(*) FROM audit WHERE action = 'submit' AND outcome = 'ok'`).raw().all()).toEqual([
      [ACTS],
    ])
    db.close()
  } finally {
    await gearboard.stop()
    rmSync(directory, { recursive: true, force: true })
  }
})
