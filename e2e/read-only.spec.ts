import { expect, expectTooltip, test } from './fixtures'

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
    ['POST', 'requirements'],
    ['DELETE', 'profile/any'],
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

test('a view, which Gearboard keeps itself, is saved anyway', async ({ page, gearboard }) => {
  await page.goto(`${gearboard.url}/default/executions?q=outcome:failed`)
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Save this view' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('What failed')
  await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click()
  await expect(page.getByRole('button', { name: 'What failed' })).toBeVisible()
})

test('the pages disable what writes, with the reason', async ({ page, gearboard }) => {
  await page.goto(`${gearboard.url}/default/editor`)
  const run = page.getByRole('button', { name: /^run/i }).first()
  await expect(run).toHaveAttribute('aria-disabled', 'true')
  await expectTooltip(run, /read-only/i)
})

test('the keys of a list do nothing', async ({ page, gearboard }) => {
  await page.goto(`${gearboard.url}/default/registrations`)
  await expect(page.getByRole('row', { name: /order-pipeline/ })).toBeVisible()
  await page.keyboard.press('j')
  for (const key of ['u', 'p', 'e']) await page.keyboard.press(key)
  await page.keyboard.press('x')
  await expect(page.getByText('1 selected')).toBeVisible()
  for (const key of ['u', 'p', 'e']) await page.keyboard.press(key)
  await expect(page.getByRole('grid', { name: 'Registrations' })).toBeFocused()
  await expect(page.getByRole('dialog')).toHaveCount(0)
})
