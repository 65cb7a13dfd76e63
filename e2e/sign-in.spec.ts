import { expect, test } from './fixtures'

test.use({ gearboardEnv: { GEARBOARD_PASSWORD: 'open sesame' } })

test('nothing is told before the sign-in; after it everything; and signing out ends it, wherever it was', async ({
  page,
  request,
  playwright,
  gearboard,
}) => {
  const before = await request.get(`${gearboard.url}/api/default/executions`)
  expect(before.status()).toBe(401)
  expect(await before.json()).toMatchObject({ error: { code: 'unauthenticated' } })

  await page.goto(`${gearboard.url}/login?next=${encodeURIComponent('/\t/other.example/default/editor')}`)
  await page.getByLabel('Password').fill('not it')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').filter({ hasText: /password/i })).toBeVisible()
  await page.getByLabel('Password').fill('open sesame')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(`${gearboard.url}/default/overview`)
  expect(await page.evaluate(() => document.cookie)).toBe('')

  await page.goto(`${gearboard.url}/default/editor`)
  await page.getByRole('textbox', { name: 'Script', exact: true }).fill('secret = "on a shared machine"')
  await expect.poll(() => page.evaluate(() => JSON.stringify(localStorage))).toContain('on a shared machine')

  const cookies = await page.context().cookies()
  const copy = await playwright.request.newContext({
    extraHTTPHeaders: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
  })
  expect((await copy.get(`${gearboard.url}/api/default/executions`)).status()).toBe(200)
  const stream = copy.get(`${gearboard.url}/api/default/live`)
  const otherTabs = await Promise.all([page.context().newPage(), page.context().newPage()])
  for (const tab of otherTabs) {
    await tab.goto(`${gearboard.url}/default/executions`)
    await expect(tab.getByRole('banner').getByText(/^live/)).toBeVisible()
  }

  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(`${gearboard.url}/login`)
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('on a shared machine')
  for (const tab of otherTabs) await expect(tab).toHaveURL(/\/login/)
  // It would go on for ever.
  expect((await stream).status()).toBe(200)
  expect((await copy.get(`${gearboard.url}/api/default/executions`)).status()).toBe(401)
  await copy.dispose()
})
