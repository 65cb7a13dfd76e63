import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleForNode } from '../lib/server/history/testing/bundle.mjs'
import { expect, test } from './fixtures'

const ROWS = 2200

/** In a process of its own: the recorder is for the server only. */
async function fill(directory: string): Promise<void> {
  const program = await bundleForNode(resolve(import.meta.dirname, '../lib/server/history/testing/fill-history.ts'))
  const { status, stderr } = spawnSync(process.execPath, [program, directory, String(ROWS)], { encoding: 'utf8' })
  rmSync(program)
  if (status !== 0) throw new Error(stderr)
}

let directory = ''

test.use({
  // Failures of other tests would match the filters, too.
  engineOf: 'history-search',
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  gearboardEnv: async ({}, use) => use({ GEARBOARD_DATA: directory }),
})

test.beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gearboard-filled-'))
  await fill(directory)
})
test.afterAll(async ({ gearboard }) => {
  await gearboard.stop()
  rmSync(directory, { recursive: true, force: true })
})

const grid = { name: 'Executions' } as const

test('the filter finds what only the record knows, however old', async ({ page }) => {
  await page.goto(`/default/executions?q=${encodeURIComponent('status:failed duration:<1s -error:1007')}`)
  await expect(page.getByText('2 executions')).toBeVisible()
  await expect(page.getByText('Searched all history of this time range.')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'KeyError: 2007' })).toContainText('failed')
  await expect(page.getByRole('row').filter({ hasText: 'KeyError: 1007' })).toHaveCount(0)
})

test('older ones come as one scrolls to the end', async ({ page }) => {
  test.slow()
  await page.goto('/default/executions?q=function:of-yesterday')
  await expect(page.getByText('Searched history back to')).toBeVisible()
  const table = page.getByRole('grid', grid)
  const loaded = async () => Number(await table.getAttribute('aria-rowcount')) - 1
  await expect.poll(loaded).toBeGreaterThanOrEqual(500)
  const before = await loaded()
  expect(before).toBeLessThan(ROWS)
  await table.focus()
  await page.keyboard.press('End')
  await expect.poll(loaded).toBeGreaterThan(before)
  // Nothing that came waits behind a button: it lies beneath what one reads.
  await expect(page.getByRole('button', { name: /new$/ })).toHaveCount(0)
  await expect(async () => {
    await table.focus()
    await page.keyboard.press('End')
    expect(await loaded()).toBe(ROWS)
  }).toPass()
  await expect(page.getByText('Searched all history of this time range.')).toBeVisible()
})

test('a bad filter is refused with its place', async ({ request, gearboard }) => {
  const answer = await request.get(`${gearboard.url}/api/default/history/executions?q=status:faild`)
  expect(answer.status()).toBe(400)
  expect(await answer.text()).toContain('q: At 8: status has no value faild. Did you mean failed?')
})
