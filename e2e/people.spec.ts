import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectAccessible } from './accessibility'
import { expect, expectTooltip, test, waitForScripts } from './fixtures'

const config = join(mkdtempSync(join(tmpdir(), 'gearboard-people-')), 'gearboard.config.json')
writeFileSync(config, JSON.stringify({ connections: [{ name: 'payroll', url: 'redis://127.0.0.1:1' }] }))

test.use({ gearboardEnv: { GEARBOARD_LOCAL_USERS: '1', GEARBOARD_CONFIG: config } })

const ADA = 'correct horse battery'
const BOB = 'a passphrase of bob'

test('from the set-up link to a viewer, who sees one connection and changes nothing', async ({
  page,
  gearboard,
  browser,
}) => {
  const [link = ''] = /http:\S+\/setup#\S+/.exec(gearboard.output()) ?? []
  await page.goto(link)
  await expectAccessible(page)
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill('too short')
  await expect(page.getByText('must have at least 12 characters')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill(ADA)
  await page.getByLabel('Password again').fill(ADA)
  await page.getByRole('button', { name: 'Create the first admin' }).click()
  await expect(page).not.toHaveURL(/setup/)

  await page.goto('/settings/people')
  await page.getByRole('button', { name: 'Add user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('ADA')
  await dialog.getByLabel('Password').fill(BOB)
  await dialog.getByRole('button', { name: 'Add user' }).click()
  await expect(dialog.getByText('there is a user named "ADA" already')).toBeVisible()
  await dialog.getByLabel('Name').fill('bob')
  await dialog.getByRole('button', { name: 'Add user' }).click()
  await expect(page.getByRole('table', { name: 'Users' }).getByRole('row', { name: /bob/ })).toBeVisible()
  await page.getByRole('button', { name: 'Add grant' }).click()
  await dialog.getByLabel('Who').fill('user:bob')
  await dialog.getByLabel('Connections').fill('default')
  await dialog.getByRole('button', { name: 'Add grant' }).click()
  await expect(page.getByRole('table', { name: 'Grants' }).getByRole('row', { name: /user:bob.*viewer/ })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('/')
  await page.keyboard.type('ADA')
  await expect(page.getByRole('table', { name: 'Users' }).getByRole('row')).toHaveCount(2)
  await expect(page).toHaveURL(/\?q=ADA$/)
  await page.getByRole('searchbox').fill('')
  await expect(page.getByRole('table', { name: 'Users' }).getByRole('row')).toHaveCount(3)
  await page.setViewportSize({ width: 390, height: 844 })
  // Rows are cards there: nothing lies outside the screen.
  const outside = () =>
    page.evaluate(
      () => [...document.querySelectorAll('main td')].filter((cell) => cell.getBoundingClientRect().right > 390).length,
    )
  expect(await outside()).toBe(0)
  await expectAccessible(page)
  await page.setViewportSize({ width: 1280, height: 800 })

  const context = await browser.newContext({ baseURL: gearboard.url })
  const own = await context.newPage()
  waitForScripts(own)
  await own.goto('/default/environment')
  await own.getByLabel('Name').fill('bob')
  await own.getByLabel('Password').fill(BOB)
  await own.getByRole('button', { name: 'Sign in' }).click()
  await expect(own).toHaveURL(/default\/environment/)
  const act = own.getByRole('button', { name: 'Import a bundle' })
  await expect(act).toHaveAttribute('aria-disabled', 'true')
  await expectTooltip(act, 'This needs the developer role; yours is viewer.')
  await own.goto('/payroll/overview')
  await expect(own.getByText('Page not found').first()).toBeVisible()
  expect((await own.request.get('/api/payroll/executions')).status()).toBe(404)
  expect(await (await own.request.get('/api/connections')).text()).not.toContain('payroll')
  await own.goto('/settings/account')
  await own.getByRole('button', { name: 'Create token' }).click()
  await own.getByRole('dialog').getByLabel('Name').fill('ci')
  await own.getByRole('dialog').getByRole('button', { name: 'Create token' }).click()
  const text = (await own.getByText(/^gb_/).textContent()) ?? ''
  const authorization = `Bearer ${text}`
  expect((await page.request.get('/metrics', { headers: { authorization } })).status()).toBe(403)
  await own.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await expectAccessible(own)

  // A grant that is removed counts at once.
  const grant = page.getByRole('table', { name: 'Grants' }).getByRole('row', { name: /user:bob/ })
  await grant.getByRole('button', { name: 'Remove' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await expect(grant).toHaveCount(0)
  await own.goto('/default/overview')
  await expect(own.getByText('You have no grant on any connection.')).toBeVisible()
  expect((await own.request.get('/api/default/executions')).status()).toBe(404)

  // Ending the session signs bob out wherever the cookie is, and a tab that polls leads to the sign-in.
  await own.goto('/')
  await expect(own.getByText('You have no grant on any connection.')).toBeVisible()
  await page.reload()
  const session = page.getByRole('table', { name: 'Sessions' }).getByRole('row', { name: /bob/ })
  await session.getByRole('button', { name: 'End' }).click()
  await dialog.getByRole('button', { name: 'End' }).click()
  await expect(session).toHaveCount(0)
  expect((await own.request.get('/api/connections')).status()).toBe(401)
  await expect(own).toHaveURL(/\/login\?next=%2F$/)
  await context.close()
})
