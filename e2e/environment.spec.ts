import { readFileSync, writeFileSync } from 'node:fs'
import { exportElsewhere, importHere, REQUIREMENT, SCRIPT } from './bundle'
import { sessionCases } from './environment-cases'
import { expect, test } from './fixtures'

/** Registers a command in a session of this id. */
const scriptOf = (trigger: string): string =>
  `GB('CommandReader', desc='${trigger}').map(lambda x: x[1]).register(trigger='${trigger}', mode='async_local')`

test('a session is listed as the server tells it, and ended by unregistering all that it registered', async ({
  page,
  redis,
  unique,
}) => {
  const script = `${scriptOf(`${unique}-a`)}\n${scriptOf(`${unique}-b`)}`
  expect(await redis.call('RG.PYEXECUTE', script, 'ID', unique, 'DESCRIPTION', 'two commands')).toBe('OK')
  await page.goto('/default/environment?tab=sessions')
  const row = page.getByRole('row', { name: new RegExp(unique) })
  await expect(row).toContainText('two commands')
  await expect(row).toContainText('linked')
  await row.getByRole('button', { name: unique }).click()
  const held = page.getByRole('list', { name: 'Registrations of the session' })
  await expect(held.getByRole('link')).toHaveText([`${unique}-a`, `${unique}-b`])

  await page.getByRole('button', { name: 'End the session' }).click()
  const dialog = page.getByRole('dialog', { name: 'Unregister 2 registrations?' })
  await dialog.getByRole('button', { name: 'Unregister 2 registrations' }).click()
  await expect(dialog).toBeHidden()
  await expect(row).toBeHidden()
  expect(JSON.stringify(await redis.call('RG.PYDUMPSESSIONS'))).not.toContain(unique)
})

test('a requirement that no shard has is not found, in the API’s words', async ({ request, gearboard }) => {
  const answer = await request.get(`${gearboard.url}/api/default/requirements/nosuch`)
  expect(answer.status()).toBe(404)
  expect(await answer.json()).toMatchObject({ error: { code: 'not_found' } })
})

test('what is no bundle is refused before the server sees it', async ({ page, redis }) => {
  await page.goto('/default/environment')
  await expect(page.getByText('No requirements', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Import a bundle' }).click()
  const dialog = page.getByRole('dialog')
  const file = { name: 'wrong.gearsreq', mimeType: 'application/octet-stream', buffer: Buffer.from('PK\x03\x04') }
  await dialog.getByLabel('Bundle').setInputFiles(file)
  await dialog.getByRole('button', { name: 'Import on 1 shard' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Not a Gearboard requirement bundle')
  expect(await redis.call('RG.PYDUMPREQS')).toEqual([])
})

test('a bundle of another RedisGears is installed here as it was there; a damaged one is refused', async ({
  page,
  redis,
  gearboard,
}) => {
  test.slow()
  const bundle = await exportElsewhere(page)
  try {
    // Browsers take what their file system would not.
    expect(bundle.name).toMatch(/^rgdemo.=0\.1\.gearsreq$/)
    const damaged = `${bundle.path}.damaged`
    const bytes = readFileSync(bundle.path)
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1
    writeFileSync(damaged, bytes)
    await page.goto(`${gearboard.url}/default/environment`)
    await importHere(page, damaged, '1 shard')
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText(
      'its SHA-256 does not match; it was damaged',
    )
    expect(await redis.call('RG.PYDUMPREQS')).toEqual([])
    await page.keyboard.press('Escape')

    await importHere(page, bundle.path, '1 shard')
    await expect(page.getByText(`${REQUIREMENT} is installed on 1 shard`)).toBeVisible()
    await expect(page.getByText(`SHA-256 ${bundle.sha256}`)).toBeVisible()
    const row = page.getByRole('row', { name: new RegExp(REQUIREMENT) })
    await expect(row).toContainText('installed')
    const [told]: unknown[] = Object.values((await redis.call('RG.PYDUMPREQS')) ?? {})
    expect(told).toEqual(expect.arrayContaining(['Name', REQUIREMENT, ['rgdemo-0.1-py3-none-any.whl']]))
    await row.getByRole('button', { name: REQUIREMENT }).first().click()
    const shard = page.getByRole('table', { name: `${REQUIREMENT} on each shard` })
    for (const value of Array.isArray(told) ? [told[9], told[13], told[15]] : [])
      await expect(shard).toContainText(String(value))
    // The server has no wheels of its own and no network.
    expect(await redis.call('RG.PYEXECUTE', SCRIPT, 'REQUIREMENTS', REQUIREMENT)).toEqual([['42'], []])
  } finally {
    bundle.remove()
  }
})

test.describe('sessions', () => sessionCases(1))
