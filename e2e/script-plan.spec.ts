import type { Page } from 'playwright/test'
import { headline, mode, open, output, write } from './editor-page'
import { expect, test } from './fixtures'
import { startEngine, startGearboard } from './servers'

const planTab = (page: Page) => output(page).getByRole('tab', { name: 'Plan' })
const boxes = (page: Page, of: string) => page.getByRole('region', { name: of, exact: true }).getByRole('listitem')

test('the plan is shown before anything is sent, and is the one that the server then lists', async ({
  page,
  redis,
}) => {
  const script = "def shout(x):\n    return x.upper()\n\nGB('ShardsIDReader').map(shout).countby().run()\n"
  await open(page)
  await write(page, script)
  await planTab(page).click()
  await expect(output(page)).toContainText('Read from the script without sending it')
  await expect(output(page)).toContainText('run on line 4: ShardsIDReader, then 11 steps')
  const id = String(await redis.call('RG.PYEXECUTE', script, 'UNBLOCKING'))
  const listed = JSON.stringify(await redis.call('RG.GETEXECUTION', id))
  const types = [...listed.matchAll(/\["type","(\w+)"/g)].map(([, type = '']) => type).reverse()
  expect(types).toHaveLength(11)
  await expect(boxes(page, 'run on line 4')).toContainText([
    'ShardsIDReader',
    'shout',
    'by key',
    'aggregateby',
    'to initiator',
  ])
  await output(page).getByRole('button', { name: 'All 11 steps' }).click()
  await expect(boxes(page, 'run on line 4')).toContainText(['reader', ...types])
  await expect(boxes(page, 'run on line 4').nth(2)).toContainText('shout')
  await expect(boxes(page, 'run on line 4').filter({ hasText: 'global' })).toHaveCount(2)

  await write(page, 'gb = GB()\nfor f in fs:\n    gb.map(f)\ngb.run()\n')
  await expect(output(page)).toContainText(
    'Cannot read its steps: Whether and how often line 3 is reached is known only at run time.',
  )
  await write(page, 'x = 1\n')
  await expect(output(page)).toContainText('so there is no plan')
})

test('RedisGears 1.0: the plan is its own, its Python checks, and what it lacks is said', async ({ browser }) => {
  const engine = await startEngine({ gearsVersion: '1.0' })
  const gearboard = await startGearboard({ GEARBOARD_URL: engine.url })
  const page = await browser.newPage({ baseURL: gearboard.url })
  try {
    await open(page)
    await write(page, "GB('ShardsIDReader').flatmap(lambda x: [x]).run()\n")
    await planTab(page).click()
    await expect(output(page)).toContainText('the steps that RedisGears 1.0 would plan')
    await output(page)
      .getByRole('button', { name: /^All \d steps$/ })
      .click()
    // 1.0 plans a flatmap as one step, 1.2 as two.
    await expect(boxes(page, 'run on line 1')).toContainText(['reader', 'map', 'flatmap', 'map', 'collect'])
    await page.getByRole('button', { name: 'Check syntax on the server' }).click()
    await expect(page.getByText('No syntax errors.')).toBeVisible()
    await write(page, 'return 1\n')
    await page.getByRole('button', { name: 'Check syntax on the server' }).click()
    await expect(headline(page)).toHaveText(/SyntaxError: 'return' outside function/)
    await mode(page, 'New').click()
    await expect(page.getByText('RedisGears 1.0 has no named sessions. Choose Run once.').first()).toBeVisible()
  } finally {
    await page.close()
    await gearboard.stop()
    await engine.stop()
  }
})
