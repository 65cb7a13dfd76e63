import type { Redis } from 'ioredis'
import { headline, open, output, write } from './editor-page'
import { expect, formCluster, test } from './fixtures'
import { startGearboard } from './servers'

test.use({ shards: 3 })

const profiling = (perShard: readonly Redis[]) =>
  Promise.all(perShard.map(async (shard) => Number(String(await shard.call('RG.CONFIGGET', 'ProfileExecutions')))))

/** Different on each shard, so that each must get back its own. */
const BEFORE = [0, 1, 0]
/** Runs until the key is there; its slot is 0, of the first shard, where scripts are sent to. */
const waitFor = (key: string) => `
import time
def wait(x):
    while execute('EXISTS', '${key}') == 0:
        time.sleep(0.05)
    return x
GB('ShardsIDReader').map(wait).run(mode='async_local')
`

test.beforeEach(async ({ perShard }) => {
  await formCluster(perShard)
  await Promise.all(perShard.map((shard, i) => shard.call('RG.CONFIGSET', 'ProfileExecutions', String(BEFORE[i]))))
})

test('a profiled run times its steps on every shard, and each gets back the setting that it had', async ({
  page,
  perShard,
}) => {
  await open(page)
  await write(page, "import time\nGB('ShardsIDReader').foreach(lambda x: time.sleep(0.03)).run()\n")
  await page.getByRole('button', { name: 'Run profiled' }).click()
  await expect(headline(page)).toHaveText(/^Finished in/)
  await expect(output(page).getByText('ProfileExecutions is restored')).toBeVisible()
  expect(await profiling(perShard)).toEqual(BEFORE)
  await output(page).getByRole('link', { name: 'Step timings' }).click()
  await expect(page.getByText('3 of 3 shards answered')).toBeVisible()
  await expect(page.getByText('No step times')).toBeHidden()
})

test('a run that fails, and a script that Python refuses, leave nothing switched on', async ({ page, perShard }) => {
  await open(page)
  await write(page, "def fail(x):\n    raise ValueError('no')\nGB('ShardsIDReader').map(fail).run()\n")
  await page.getByRole('button', { name: 'Run profiled' }).click()
  await expect(headline(page)).toHaveText(/^Failed/)
  await expect(output(page).getByText('ProfileExecutions is restored')).toBeVisible()
  expect(await profiling(perShard)).toEqual(BEFORE)

  await write(page, 'unknown_name\nGB().run()\n')
  await page.getByRole('button', { name: 'Run profiled' }).click()
  await expect(headline(page)).toHaveText(/^The script failed at line 1/)
  expect(await profiling(perShard)).toEqual(BEFORE)
})

test('it is switched back without the browser, and by the next Gearboard where this one is killed', async ({
  engine,
  redis,
  unique,
  perShard,
}) => {
  const run = async (url: string, key: string) => {
    const sent = await fetch(`${url}/api/default/functions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ script: waitFor(key), profiled: true }),
    })
    expect(sent.status, await sent.clone().text()).toBe(200)
    expect(await profiling(perShard)).toEqual([1, 1, 1])
  }
  const [now, later] = [`{06S}:${unique}:now`, `{06S}:${unique}:later`]

  const first = await startGearboard({ GEARBOARD_URL: engine.url })
  await run(first.url, now)
  await redis.set(now, '1')
  await expect.poll(() => profiling(perShard)).toEqual(BEFORE)

  await run(first.url, later)
  await first.stop('SIGKILL')
  expect(await profiling(perShard)).toEqual([1, 1, 1])
  const second = await startGearboard({ GEARBOARD_URL: engine.url })
  await expect.poll(() => profiling(perShard)).toEqual(BEFORE)
  const audit = async () => (await fetch(`${second.url}/api/default/audit?action=restoreProfiling`)).text()
  await expect.poll(audit).toContain('Gearboard stopped during a profiled run')
  await redis.set(later, '1')
  await second.stop()
})
