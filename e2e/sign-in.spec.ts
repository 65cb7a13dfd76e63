import { expect, test } from './fixtures'

test.use({ gearboardEnv: { GEARBOARD_PASSWORD: 'open sesame' } })

test('nothing is told before the sign-in; after it everything; and signing out ends it', async ({
  page,
  request,
  gearboard,
}) => {
  const before = await request.get(`${gearboard.url}/api/default/executions`)
  expect(before.status()).toBe(401)
  expect(await before.json()).toMatchObject({ error: { code: 'unauthenticated' } })

  await page.goto(`${gearboard.url}/default/executions`)
  await expect(page).toHaveURL(/\/login/)
  await page.getByLabel('Password').fill('not it')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').filter({ hasText: /password/i })).toBeVisible()
  await page.getByLabel('Password').fill('open sesame')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/default\/executions/)
  expect(await page.evaluate(() => document.cookie)).toBe('')

  const after = await page.request.get(`${gearboard.url}/api/default/executions`)
  expect(after.status()).toBe(200)
  await page.request.delete(`${gearboard.url}/api/session`, { headers: { origin: gearboard.url } })
  expect((await page.request.get(`${gearboard.url}/api/default/executions`)).status()).toBe(401)
})
