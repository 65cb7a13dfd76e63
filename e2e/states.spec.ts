import { expect, test } from './fixtures'

test.use({ moduleArgs: 'ExecutionThreads 1', gearboardEnv: { GEARBOARD_WATCHDOG_S: '' } })

const FOREVER = `
def forever():
    while True:
        yield 1

GB('PythonReader').filter(lambda x: False).run(forever)
`
const QUICK = `
def one():
    yield 1

GB('PythonReader').run(one)
`

test('one that waits for a worker thread says so, what would help, and goes on when that is done', async ({
  act,
  page,
  redis,
  start,
}) => {
  const busy = await start(FOREVER)
  const waiting = await start(QUICK)
  expect(JSON.stringify(await redis.call('RG.GETEXECUTION', waiting, 'SHARD'))).toContain('"created"')

  await page.goto(`/default/executions/${encodeURIComponent(waiting)}`)
  const state = page.getByRole('region', { name: 'State', exact: true })
  await expect(state).toContainText(/^State ?since (before )?\d\d:\d\d:\d\d/)
  await state.getByText('All states of an execution').click()
  await expect(state.locator('[aria-current="step"]')).toHaveText(/created/)
  await expect(state.getByRole('listitem')).toHaveText([/created/, /running/, /done/, /aborted/])
  await expect(state).toContainText('waits for a worker thread')
  await expect(state).toContainText('ExecutionThreads')

  await act('POST', 'executions', busy, 'abort')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('1 result')
  await expect(state).toHaveCount(0)
})

test('without a watchdog there is no button for it', async ({ page }) => {
  await page.goto('/default/executions')
  await expect(page.getByRole('grid', { name: 'Executions' })).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Loading')
  await expect(page.getByRole('button', { name: /Watchdog/ })).toHaveCount(0)
})
