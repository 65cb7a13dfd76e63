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
  await expect(page.getByText('No shard has a requirement')).toBeVisible()
  await page.getByRole('button', { name: 'Import a bundle' }).click()
  const dialog = page.getByRole('dialog')
  const file = { name: 'wrong.gearsreq', mimeType: 'application/octet-stream', buffer: Buffer.from('PK\x03\x04') }
  await dialog.getByLabel('Bundle').setInputFiles(file)
  await dialog.getByRole('button', { name: 'Import on 1 shard' }).click()
  await expect(dialog.getByRole('alert')).toContainText('This is no requirement bundle of Gearboard')
  expect(await redis.call('RG.PYDUMPREQS')).toEqual([])
})
