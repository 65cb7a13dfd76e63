import { Redis } from 'ioredis'
import { headline, open, output, write } from './editor-page'
import { expect, test } from './fixtures'
import { startEngine, startGearboard } from './servers'

test('the server dies during a run: what was typed stays, and nothing is claimed that nobody knows', async ({
  browser,
}) => {
  const engine = await startEngine()
  const gearboard = await startGearboard({ GEARBOARD_URL: engine.url })
  const redis = new Redis(engine.url, { protocol: 2 })
  const page = await browser.newPage({ baseURL: gearboard.url })
  try {
    await open(page)
    await write(
      page,
      "import time\ndef work(x):\n    execute('SET', 'begun', '1')\n    time.sleep(600)\nGB('ShardsIDReader').foreach(work).run()  # typed\n",
    )
    await page.getByRole('switch', { name: /Wait for the result/ }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(headline(page)).toHaveText('Sent. Waiting for the server…')
    // Killed any sooner, it may not have had the script yet, and the page rightly says that it did not run.
    await expect.poll(() => redis.exists('begun')).toBe(1)
    await engine.stop('SIGKILL')
    await expect(headline(page)).toHaveText('No answer: we don’t know whether it ran.')
    await expect(output(page).getByText('unknown')).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Script', exact: true })).toContainText('# typed')
    await page.reload()
    await expect(page.getByRole('textbox', { name: 'Script', exact: true })).toContainText('# typed')
  } finally {
    redis.disconnect()
    await page.close()
    await gearboard.stop()
    await engine.stop('SIGKILL')
  }
})

test('one may stop waiting for a reply: it says that the server goes on', async ({ page, redis, unique }) => {
  await open(page)
  await write(
    page,
    `import time\ndef wait(x):\n    while execute('EXISTS', '${unique}') == 0:\n        time.sleep(0.05)\n    return x\nGB('ShardsIDReader').map(wait).run()\n`,
  )
  await page.getByRole('switch', { name: /Wait for the result/ }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await output(page).getByRole('button', { name: 'Stop waiting' }).click()
  await expect(headline(page)).toHaveText('No answer: we don’t know whether it ran.')
  await expect(output(page).getByText('Stopped waiting. The script is still running')).toBeVisible()
  await redis.set(unique, '1')
})
