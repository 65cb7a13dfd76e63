import type { Redis } from 'ioredis'
import type { Page } from 'playwright/test'
import { expect, test } from './fixtures'

test.use({ shards: 3 })

const rowOf = (page: Page, key: string) => page.getByRole('row', { name: new RegExp(`^${key}\\b`) })

/** What each shard says of a key, asked over RESP. */
async function live(perShard: readonly Redis[], key: string): Promise<unknown[]> {
  const answers = await Promise.all(perShard.map((shard) => shard.call('RG.CONFIGGET', key)))
  return answers.map((answer) => (Array.isArray(answer) ? answer[0] : answer))
}

test('a key is set on every shard, and undone', async ({ page, perShard }) => {
  const before = await live(perShard, 'MaxExecutionsPerRegistration')
  await page.goto('/default/config')
  await expect(rowOf(page, 'MaxExecutionsPerRegistration')).toContainText(String(before[0]))
  await page.getByRole('button', { name: 'Set MaxExecutionsPerRegistration' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set MaxExecutionsPerRegistration' })
  await dialog.getByLabel('Value').fill('1.5')
  await expect(dialog).toContainText('MaxExecutionsPerRegistration must be a whole number')
  await dialog.getByLabel('Value').fill('77')
  await dialog.getByRole('button', { name: 'Set on 3 shards' }).click()
  await expect(dialog).toBeHidden()
  await expect(rowOf(page, 'MaxExecutionsPerRegistration')).toContainText('77')
  expect(await live(perShard, 'MaxExecutionsPerRegistration')).toEqual([77, 77, 77])

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('MaxExecutionsPerRegistration restored')).toBeVisible()
  expect(await live(perShard, 'MaxExecutionsPerRegistration')).toEqual(before)

  await expect(page.getByText('The current user of Gearboard may do all that Gearboard can.')).toBeVisible()
  await page.getByLabel('User').fill('ada')
  await expect(page.getByText(/^ACL SETUSER ada on nocommands/)).toHaveCount(3)
  await page.getByLabel('User').fill('two words')
  await expect(page.getByText('must be a name without blanks')).toBeVisible()
})

test('shards that differ are named with their values, and undo gives each its own', async ({ page, perShard }) => {
  await perShard[1]?.call('RG.CONFIGSET', 'SendMsgRetries', '9')
  await page.goto('/default/config')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('SendMsgRetries differs between shards')
  await expect(rowOf(page, 'SendMsgRetries')).toContainText('shards differ')
  await page.getByRole('button', { name: 'Set SendMsgRetries' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Value').fill('4')
  await dialog.getByRole('button', { name: 'Set on 3 shards' }).click()
  await expect(dialog).toBeHidden()
  expect(await live(perShard, 'SendMsgRetries')).toEqual([4, 4, 4])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('SendMsgRetries restored')).toBeVisible()
  expect(await live(perShard, 'SendMsgRetries')).toEqual([3, 9, 3])
})

test('a misspelt key is caught before it becomes a key of one’s own', async ({
  page,
  request,
  gearboard,
  perShard,
}) => {
  await page.goto('/default/config')
  await page.getByRole('button', { name: 'Look up or set a custom key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('maxexecutions')
  await expect(dialog).toContainText('The module’s setting is spelt MaxExecutions')
  await dialog.getByLabel('Name').fill('MaxExecution')
  await dialog.getByLabel('Value').fill('5')
  await expect(dialog).toContainText('MaxExecutions is one')
  await expect(dialog.getByRole('button', { name: 'Store on 3 shards' })).toHaveAttribute('aria-disabled', 'true')
  const refused = await request.put(`${gearboard.url}/api/default/config/MaxExecution`, { data: { value: '5' } })
  expect(refused.status()).toBe(400)
  expect((await refused.json()).error.message).toContain('did you mean MaxExecutions?')
  expect(String((await live(perShard, 'MaxExecution'))[0])).toContain('Unsupported config parameter')
})

test('a key of one’s own is stored, and remembered by the browser', async ({ page, unique, perShard }) => {
  await page.goto('/default/config')
  await page.getByRole('button', { name: 'Look up or set a custom key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(unique)
  await dialog.getByLabel('Value').fill('<b>42</b>')
  await dialog.getByRole('button', { name: 'Store on 3 shards' }).click()
  const own = page.getByRole('table', { name: 'Custom keys' })
  await expect(own).toContainText('<b>42</b>')
  expect(await live(perShard, unique)).toEqual(['<b>42</b>', '<b>42</b>', '<b>42</b>'])
  await page.reload()
  await expect(own).toContainText(unique)
})
