import { formatDuration } from '@/lib/model/text/format'
import { ClickCounter } from './clicks'
import { expect, test } from './fixtures'

const SCRIPT = `
import time
def outer(x):
    return inner(x)
def inner(x):
    time.sleep(0.05)
    return x[1]
`

test('profiling is switched on with its cost said; steps and the Python profile are then timed', async ({
  page,
  redis,
  unique,
}) => {
  await redis.call('RG.CONFIGSET', 'ProfileExecutions', '0')
  const register = `GB('CommandReader').map(outer).register(trigger='${unique}', mode='async_local')`
  await redis.call('RG.PYEXECUTE', `${SCRIPT}\n${register}`, 'ID', unique)

  await page.goto(`/default/profiler?session=${unique}`)
  await expect(page.getByText(/No data on/)).toBeVisible()
  await page.getByRole('button', { name: 'Turn on everywhere' }).click()
  const dialog = page.getByRole('dialog', { name: 'Turn profiling on on 1 shard?' })
  await expect(dialog).toContainText('it hides errors')
  await dialog.getByRole('button', { name: 'Turn profiling on on 1 shard' }).click()
  await expect(dialog).toBeHidden()
  expect(await redis.call('RG.CONFIGGET', 'ProfileExecutions')).toEqual([1])

  for (const word of ['a', 'b', 'c']) expect(await redis.call('RG.TRIGGER', unique, word)).toEqual([word])
  const run = `${SCRIPT}
def records():
    yield [0, 'x']
GB('PythonReader').map(outer).run(records)`
  await redis.call('RG.PYEXECUTE', run, 'UNBLOCKING')
  await page.getByRole('button', { name: 'Refresh' }).click()

  const functions = page.getByRole('grid', { name: 'Python functions' })
  const inner = functions.getByRole('row', { name: /^inner/ })
  await expect(inner).toBeVisible()
  const stats = String(await redis.call('RG.PYPROFILE', 'STATS', unique))
  const [, calls] = /^ +(\d+) .*\(inner\)$/m.exec(stats) ?? []
  expect(calls).toBe('3')
  await expect(inner.getByText('3', { exact: true })).toBeVisible()

  await inner.click()
  const callers = page.getByRole('region', { name: 'Calls of inner' })
  await expect(callers.getByRole('table', { name: 'Called by' })).toContainText('(outer)')
  await expect(page.getByRole('group', { name: 'Flame graph' })).toContainText('(outer)')

  const steps = page.getByRole('table', { name: 'Slowest steps' })
  await expect(steps.getByRole('row', { name: /outer/ }).first()).toBeVisible()

  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Collapsed stacks' }).click()
  expect((await downloading).suggestedFilename()).toMatch(/^stacks-.*\.txt$/)

  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reset on 1 shard' }).click()
  await expect(page.getByText(/No data on/)).toBeVisible()
  await expect(redis.call('RG.PYPROFILE', 'STATS', unique)).rejects.toThrow('pstats.Stats')
  await redis.call('RG.CONFIGSET', 'ProfileExecutions', '0')
})

/** Its second step takes this long. */
const charging = (ms: number) => `
import time

def read(x):
    return x

def charge(x):
    time.sleep(${ms / 1000})
    return x

GB('PythonReader').map(read).map(charge).run(lambda: (yield 1))
`

test('a function that got slower says since which version, and which of its steps takes the time', async ({
  page,
  redis,
  unique,
  submit,
}) => {
  test.slow()
  await redis.call('RG.CONFIGSET', 'ProfileExecutions', '1')
  try {
    const counted = async () => {
      const params = { from: Date.now() - 3_600_000, to: Date.now() + 60_000, name: unique }
      return (await (await page.request.get('/api/default/history/functions', { params })).json()).functions[0]?.count
    }
    for (const [runs, ms] of [
      [20, 2],
      [40, 60],
    ] as const) {
      for (let n = 0; n < 20; n++) await submit(charging(ms), { description: unique })
      await expect.poll(counted, { timeout: 30_000 }).toBe(runs)
    }
  } finally {
    await redis.call('RG.CONFIGSET', 'ProfileExecutions', '0')
  }
  await page.goto('/default/overview')
  const clicks = new ClickCounter()
  await clicks.on(page.getByRole('link', { name: /^Profiler/ }).first())
  const functions = page.getByRole('table', { name: 'Functions over time' })
  await expect(functions.getByRole('row', { name: new RegExp(unique) })).toContainText(
    /p95 [\d.]+ ms → [\d.]+ ms since .*, after version 2 \(\d+ runs before, \d+ since\)/,
  )
  const steps = page.getByRole('table', { name: 'Slowest steps' }).getByRole('row', { name: new RegExp(unique) })
  await expect(steps.first()).toContainText('charge')
  expect(clicks.count).toBeLessThanOrEqual(1)
})

test('functions over time: runs on record with percentiles, drawn for the one chosen', async ({
  page,
  unique,
  submit,
}) => {
  const script = "import time\nGB('PythonReader').map(lambda x: time.sleep(0.02)).run(lambda: (i for i in range(2)))"
  for (let run = 0; run < 3; run++) await submit(script, { description: unique })
  const asked = async () => {
    const params = { from: Date.now() - 3_600_000, to: Date.now() + 60_000, name: unique }
    return (await page.request.get('/api/default/history/functions', { params })).json()
  }
  await expect.poll(async () => (await asked()).functions[0]?.count).toBe(3)
  await page.goto('/default/profiler?range=1h')
  const panel = page.getByRole('region', { name: 'Functions over time' })
  const row = panel.getByRole('row', { name: new RegExp(unique) })
  await expect(row.getByRole('cell').nth(1)).toHaveText('3')
  await expect(row).toContainText('Not enough data: 3 runs, a trend needs ')
  const { p95 } = (await asked()).functions[0]
  expect(p95).toBeGreaterThanOrEqual(40)
  await row.getByRole('button', { name: 'Plot' }).click()
  await expect(page).toHaveURL(new RegExp(`function=submission.${unique}`))
  const chart = panel.getByRole('img', { name: `Duration of ${unique} over time, p50 and p95` })
  await expect(chart).toContainText(`p95${formatDuration(p95)}`)
})
