import { expect, test } from './fixtures'

test.use({ gearboardEnv: { GEARBOARD_PRODUCTION: '1', GEARBOARD_NAME: 'orders live' } })

test('on production the bar says so, and a change asks for the connection’s name', async ({ page, redis }) => {
  const live = async () => {
    const answer = await redis.call('RG.CONFIGGET', 'MaxExecutionsPerRegistration')
    return Array.isArray(answer) ? answer[0] : answer
  }
  const before = await live()
  await page.goto('/default/config')
  await expect(page.getByRole('banner').getByText('production')).toBeVisible()
  await expect(page.getByRole('button', { name: 'orders live' })).toBeVisible()
  await expect(page).toHaveTitle('Configuration · orders live · Gearboard')
  await page.getByRole('button', { name: 'Set MaxExecutionsPerRegistration' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Value').fill('77')
  const set = dialog.getByRole('button', { name: /^Set on/ })
  await expect(set).toHaveAttribute('aria-disabled', 'true')
  const word = dialog.getByLabel('Production: type orders live to confirm')
  await word.fill('Orders live')
  await expect(set).toHaveAttribute('aria-disabled', 'true')
  // Playwright itself would wait until the button is enabled.
  await set.click({ force: true })
  expect(await live()).toBe(before)
  await word.fill('orders live')
  await set.click()
  await expect(dialog).toBeHidden()
  expect(await live()).toBe(77)

  await page.getByRole('button', { name: 'Undo' }).click()
  const undo = page.getByRole('dialog', { name: 'Undo MaxExecutionsPerRegistration?' })
  const back = undo.getByRole('button', { name: 'Restore on 1 shard' })
  await expect(back).toHaveAttribute('aria-disabled', 'true')
  expect(await live()).toBe(77)
  await undo.getByLabel('Production: type orders live to confirm').fill('orders live')
  await back.click()
  await expect(undo).toBeHidden()
  expect(await live()).toBe(before)
})
