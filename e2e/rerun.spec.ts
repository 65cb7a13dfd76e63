import type { APIRequestContext, Page } from 'playwright/test'
import { mode } from './editor-page'
import { expect, expectTooltip, test } from './fixtures'

const named = (unique: string, ms: number) => `
import time

def numbers():
    yield 1

def work(x):
    time.sleep(${ms / 1000})
    return '${unique}'

GB('PythonReader').map(work).run(numbers)
`

async function start(request: APIRequestContext, url: string, script: string, description: string): Promise<string> {
  const answer = await request.post(`${url}/api/default/functions`, { data: { script, description } })
  expect(answer.status(), await answer.text()).toBe(200)
  const reply: { executionId: string } = await answer.json()
  return reply.executionId
}

const headline = (page: Page) => page.getByRole('heading', { level: 1 })

/** Until Gearboard has read how it ended. */
const ended = async (request: APIRequestContext, url: string, id: string) =>
  expect(async () => {
    const { outcome } = await (await request.get(`${url}/api/default/executions/${id}`)).json()
    expect(outcome).toBe('ok')
  }).toPass()

test('a run is run again as it was, with its steps timed, and from the editor', async ({
  page,
  request,
  gearboard,
  redis,
  unique,
}) => {
  const first = await start(request, gearboard.url, named(unique, 30), unique)
  await page.goto(`/default/executions/${first}`)
  await expect(headline(page)).toContainText('1 result in')
  await page.getByRole('button', { name: 'Re-run profiled' }).click()
  await expect(page).not.toHaveURL(new RegExp(`${first}$`))
  await expect(headline(page)).toContainText('1 result in')
  await expect(page.getByText('No step times')).toBeHidden()
  await expect(page.getByRole('table', { name: 'Time per shard and step, ms' })).toBeVisible()
  await expect
    .poll(async () => String(await redis.call('RG.CONFIGGET', 'ProfileExecutions')), { message: 'switched back' })
    .toBe('0')

  const profiled = page.url()
  await page.getByRole('button', { name: 'Re-run', exact: true }).click()
  await expect(page).not.toHaveURL(profiled)
  await expect(headline(page)).toContainText('1 result in')

  await page.getByRole('link', { name: 'Edit and run' }).click()
  await expect(page).toHaveURL(/\/editor$/)
  // Its name went with it, so that it is the same version.
  await expect(page.getByRole('button', { name: new RegExp(`^${unique} v1`) })).toHaveAttribute('aria-current', 'page')
  await expect(mode(page, 'Run once')).toBeChecked()
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('what was not submitted through Gearboard says why it cannot be run again', async ({ page, redis, unique }) => {
  const unblocking = String(await redis.call('RG.PYEXECUTE', named(unique, 1), 'UNBLOCKING'))
  await page.goto(`/default/executions/${unblocking}`)
  const again = page.getByRole('button', { name: 'Re-run', exact: true })
  await expect(again).toHaveAttribute('aria-disabled', 'true')
  await expectTooltip(again, 'not submitted through Gearboard')
})

test('the run before, and the last that was ok, are one click away; a late run is told from the others', async ({
  page,
  request,
  gearboard,
  unique,
}) => {
  test.slow()
  for (let n = 0; n < 20; n++)
    await ended(request, gearboard.url, await start(request, gearboard.url, named(unique, 1), unique))
  // Later than any of the others on a machine that is busy, too: one of those took 439 ms.
  const late = await start(request, gearboard.url, named(unique, 3000), unique)
  await ended(request, gearboard.url, late)
  await page.goto(`/default/executions/${late}?tab=compare`)
  await page.getByRole('button', { name: 'Previous run' }).click()
  await expect(page).toHaveURL(/with=/)
  await expect(page.getByRole('heading', { name: /times as long as the other/ })).toBeVisible()
  await page.getByRole('tab', { name: 'Run' }).click()
  await expect(page.getByText(/times the p95 of its function|over the p95 of its function/)).toBeVisible()
})
