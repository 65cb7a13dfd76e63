import { expect, follow, test } from './fixtures'

test.use({ gearboardEnv: { GEARBOARD_WATCHDOG_S: '2' } })

const FOREVER = `
def forever():
    while True:
        yield 1

GB('PythonReader').filter(lambda x: False).run(forever)
`

test('what runs for too long is aborted, and the list and the audit log say by whom', async ({
  page,
  redis,
  start,
}) => {
  const id = await start(FOREVER)
  await expect
    .poll(async () => JSON.stringify(await redis.call('RG.GETEXECUTION', id, 'SHARD')), { timeout: 30_000 })
    .toContain('forcestopped')

  await expect(async () => {
    await page.goto('/default/executions')
    await page.getByRole('button', { name: 'Watchdog 2' }).click()
    const watchdog = page.getByRole('dialog', { name: 'Watchdog' })
    await expect(watchdog).toContainText('Aborts executions that run longer than 2')
    await expect(watchdog.getByRole('listitem')).toHaveCount(1, { timeout: 2000 })
  }).toPass()
  await expect(page.getByRole('dialog', { name: 'Watchdog' })).toContainText('running for over')
  await page.getByRole('dialog', { name: 'Watchdog' }).getByRole('link').click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('its Python code was stopped')

  await follow(page, '/default/activity?tab=audit')
  await expect(page.getByRole('row').filter({ hasText: 'watchdog' })).toContainText('Abort')
})
