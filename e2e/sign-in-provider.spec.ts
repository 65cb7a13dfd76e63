import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLIENT_ID, CLIENT_SECRET, type IdentityProvider, startIdentityProvider } from '../test/identity-provider'
import { expectAccessible } from './accessibility'
import { test as base, expect } from './fixtures'

const config = join(mkdtempSync(join(tmpdir(), 'gearboard-oidc-')), 'gearboard.config.json')
writeFileSync(config, JSON.stringify({ grants: [{ who: 'group:sre', connections: ['default'], role: 'viewer' }] }))

const gearboards: string[] = []

const test = base.extend<{ readonly provider: IdentityProvider }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  provider: async ({}, use) => {
    const accounts = { ada: { groups: ['sre'], email: 'ada@example.org' }, bob: {} }
    const provider = await startIdentityProvider({ accounts, gearboards })
    await use(provider)
    await provider.stop()
  },
  gearboardEnv: async ({ provider }, use) =>
    use({
      GEARBOARD_CONFIG: config,
      GEARBOARD_PASSWORD: 'open sesame',
      GEARBOARD_OIDC_ISSUER: provider.issuer,
      GEARBOARD_OIDC_CLIENT_ID: CLIENT_ID,
      GEARBOARD_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      GEARBOARD_OIDC_NAME: 'Example ID',
      GEARBOARD_OIDC_SCOPES: 'openid email profile groups',
    }),
  // To a browser another site than the provider at 127.0.0.1.
  baseURL: async ({ gearboard }, use) => {
    const url = `http://localhost:${gearboard.port}`
    gearboards.push(url)
    await use(url)
  },
})

test('from the provider on another site and back, refused, signed in, signed out, and without a grant', async ({
  page,
  provider,
  baseURL,
}) => {
  const byProvider = page.getByRole('button', { name: 'Sign in with Example ID' })
  await page.goto('/default/executions?q=is%3Afailed')
  await expect(page).toHaveURL(/\/login\?next=/)
  await expect(page.getByLabel('Password')).toBeVisible()
  await expectAccessible(page)
  await byProvider.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/interaction/`))
  await page.getByRole('button', { name: 'Cancel' }).click()
  const alert = page.getByRole('alert').filter({ hasText: 'Example ID' })
  await expect(alert).toContainText('Example ID refused this sign-in (access_denied).')
  await expect(page).toHaveURL(`${baseURL}/login/oidc`)
  await expectAccessible(page)

  await page.goto('/default/executions')
  await byProvider.click()
  await page.getByRole('button', { name: 'I am ada' }).click()
  await expect(page).toHaveURL(`${baseURL}/default/executions`)
  const own = (await page.context().cookies(baseURL)).map(({ name, sameSite, httpOnly }) => [name, sameSite, httpOnly])
  expect(own).toEqual([['gearboard-session', 'Strict', true]])
  await page.reload()
  await expect(page.getByRole('banner').getByText(/^live/)).toBeVisible()
  const { sessions } = await (await page.request.get('/api/people/me/sessions')).json()
  expect(sessions).toMatchObject([{ kind: 'oidc', name: 'ada', groups: ['sre'], own: true }])

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Yes, sign me out' }).click()
  await expect(page).toHaveURL(`${baseURL}/login`)
  expect((await page.request.get('/api/default/executions')).status()).toBe(401)

  // The provider asks again who it is. Without a grant there is nothing to see.
  await byProvider.click()
  await page.getByRole('button', { name: 'I am bob' }).click()
  await expect(page.getByText('You have no grant on any connection.')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Yes, sign me out' }).click()

  await expect(byProvider).toBeVisible()
})
