import { expect, test } from './fixtures'

test.describe('read-only', () => {
  test.use({ gearboardEnv: { GEARBOARD_READ_ONLY: '1' }, seed: true })

  test('every write of the API answers 403 read_only, from the browser and from outside', async ({
    request,
    gearboard,
  }) => {
    const id = `${'0'.repeat(40)}-1`
    const writes = [
      ['POST', `executions/${id}/abort`],
      ['DELETE', `executions/${id}`],
      ['DELETE', `registrations/${id}`],
      ['POST', 'functions'],
      ['POST', 'triggers/any'],
      ['POST', 'cluster/refresh'],
      ['PUT', 'config/MaxExecutions'],
    ] as const
    for (const [method, path] of writes) {
      const answer = await request.fetch(`${gearboard.url}/api/default/${path}`, {
        method,
        data: method === 'DELETE' ? undefined : {},
      })
      expect(answer.status(), `${method} ${path}`).toBe(403)
      expect(await answer.json()).toMatchObject({ error: { code: 'read_only' } })
    }
  })

  test('the pages disable what writes, with the reason', async ({ page, gearboard }) => {
    await page.goto(`${gearboard.url}/default/editor`)
    const run = page.getByRole('button', { name: /^run/i }).first()
    await expect(run).toHaveAttribute('aria-disabled', 'true')
    await run.hover()
    await expect(page.getByRole('tooltip')).toContainText(/read-only/i)
  })
})

test.describe('a password', () => {
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
})

test('a write from another origin is refused, one without an origin that is no browser is not', async ({
  request,
  gearboard,
}) => {
  const url = `${gearboard.url}/api/default/functions`
  const data = { script: '1' }
  const foreign: Record<string, string>[] = [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]
  for (const headers of foreign) {
    const answer = await request.post(url, { data, headers })
    expect(answer.status()).toBe(403)
    expect(await answer.json()).toMatchObject({ error: { code: 'forbidden' } })
  }
  expect((await request.post(url, { data })).status()).toBe(200)
})

test('bad input names the field and what would be right', async ({ request, gearboard }) => {
  const answer = await request.post(`${gearboard.url}/api/default/functions`, { data: { script: '', id: 'a b' } })
  expect(answer.status()).toBe(400)
  const { error } = await answer.json()
  expect(error.code).toBe('invalid_request')
  expect(error.details).toEqual(
    expect.arrayContaining([
      { at: 'script', message: 'must not be empty' },
      { at: 'id', message: 'must consist of letters, digits, - and _' },
    ]),
  )
})
