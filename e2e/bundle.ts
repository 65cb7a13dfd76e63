import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Page } from 'playwright/test'
import { buildWheel } from '@/packages/engine/test/wheel-index'
import { expect } from './fixtures'
import { startEngine, startGearboard } from './servers'

export const REQUIREMENT = 'rgdemo>=0.1'
export const SCRIPT = "import rgdemo\nGB('ShardsIDReader').map(lambda x: rgdemo.VALUE).run()"

export interface ExportedBundle {
  /** The file that the browser saved. */
  readonly path: string
  readonly name: string
  /** As the page showed it. */
  readonly sha256: string
  remove(): void
}

/** Another RedisGears has installed a requirement; its bundle is exported on its Gearboard's page. */
export async function exportElsewhere(page: Page): Promise<ExportedBundle> {
  const folder = mkdtempSync(join(tmpdir(), 'gearboard-e2e-bundle-'))
  const wheel = buildWheel('rgdemo', '0.1', '42')
  writeFileSync(join(folder, wheel.file), wheel.bytes)
  const engine = await startEngine({ findLinks: folder })
  const redis = new Redis(engine.url, { protocol: 2 })
  const gearboard = await startGearboard({ GEARBOARD_URL: engine.url })
  try {
    expect(await redis.call('RG.PYEXECUTE', SCRIPT, 'REQUIREMENTS', REQUIREMENT)).toEqual([['42'], []])
    await page.goto(`${gearboard.url}/default/environment`)
    await expect(page.getByRole('row', { name: new RegExp(REQUIREMENT) })).toContainText(wheel.file)
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: `Export ${REQUIREMENT}` }).click()
    const download = await saving
    const path = join(folder, download.suggestedFilename())
    await download.saveAs(path)
    const told = (await page.getByText(/SHA-256 [0-9a-f]{64}/).textContent()) ?? ''
    return {
      path,
      name: download.suggestedFilename(),
      sha256: /[0-9a-f]{64}/.exec(told)?.[0] ?? '',
      remove: () => rmSync(folder, { recursive: true, force: true }),
    }
  } finally {
    redis.disconnect()
    await gearboard.stop()
    await engine.stop()
  }
}

/** Imports on the open page, and waits for what it says. */
export async function importHere(page: Page, path: string, shards: string): Promise<void> {
  await page.getByRole('button', { name: 'Import a bundle' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Bundle').setInputFiles(path)
  await dialog.getByRole('button', { name: `Import on ${shards}` }).click()
}
