import type { Redis } from 'ioredis'
import { expect, formCluster, test } from './fixtures'

test.use({ shards: 3, moduleArgs: 'ExecutionThreads 1 ExecutionMaxIdleTime 600000' })

const FOREVER = `
def forever():
    while True:
        yield 1

GB('PythonReader').filter(lambda x: False).run(forever, mode='async_local')
`

test('of an execution that one shard holds up, each shard’s state is marked, and it ends when that shard is free', async ({
  act,
  page,
  perShard,
}) => {
  const [busy, initiator] = perShard
  if (!busy || !initiator) throw new Error('three shards')
  await formCluster(perShard)
  const blocking = String(await busy.call('RG.PYEXECUTE', FOREVER, 'UNBLOCKING'))
  const id = String(await initiator.call('RG.PYEXECUTE', "GB('ShardsIDReader').run()", 'UNBLOCKING'))
  // An error: the plan has not reached that shard yet.
  const stateOn = async (shard: Redis): Promise<string> => {
    const plan = await shard.call('RG.GETEXECUTION', id, 'SHARD').catch(String)
    return /"status","(\w+)"/.exec(JSON.stringify(plan))?.[1] ?? 'none'
  }
  // Its one worker thread is taken: the plan is there, and it has not acknowledged it. As on 1.2.13.
  await expect.poll(() => stateOn(busy)).toBe('created')
  await expect.poll(() => stateOn(initiator)).toBe('pending_receive')

  await page.goto(`/default/executions/${encodeURIComponent(id)}`)
  await page.getByText('All states of an execution').click()
  for (const [at, shard] of perShard.entries()) {
    const lane = page.getByRole('list', {
      name: shard === initiator ? 'States of initiator' : 'States of other shards',
    })
    const name = String(await shard.call('CLUSTER', 'MYID')).slice(0, 4)
    await expect(async () => {
      const marked = lane.locator('[aria-current="step"]').filter({ hasText: name })
      await expect(marked, `shard ${at}`).toContainText(await stateOn(shard), { timeout: 1000 })
    }).toPass()
  }
  await expect(page.getByRole('region', { name: 'State', exact: true })).toContainText('worker thread')

  await act('POST', 'executions', blocking, 'abort')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('3 results')
})

test('what runs on a shard that no longer tells of it is as last heard, and runs on when that tells again', async ({
  act,
  page,
  perShard,
}) => {
  const mute = perShard[2]
  if (!mute) throw new Error('three shards')
  await formCluster(perShard)
  const id = String(await mute.call('RG.PYEXECUTE', FOREVER, 'UNBLOCKING'))
  await page.goto('/default/executions?q=outcome:running')
  const row = page.getByRole('row').filter({ hasText: 'running' })
  await expect(row).toHaveCount(1)
  const headline = page.getByRole('heading', { level: 1 })
  const ask = (...rights: readonly string[]) => mute.call('ACL', 'SETUSER', 'default', ...rights)
  await ask('-rg.dumpexecutions', '-rg.getexecution')
  try {
    await expect(row).toContainText('Its shard does not answer')
    await expect(page.getByText('1 in flight is not up to date: its shard does not answer.')).toBeVisible()
    const time = row.getByRole('gridcell').filter({ hasText: /^\d[\d.]* m?s$/ })
    const stood = await time.textContent()

    await page.goto(`/default/executions/${encodeURIComponent(id)}`)
    await expect(headline).toContainText('Running when its shard last answered')
    await page.goto('/default')
    await expect(page.getByRole('link', { name: /^Running/ })).toContainText('1 not up to date')
    await expect(headline).toContainText('answers, but RedisGears does not')
    await expect(headline).not.toContainText(/longest|has run/i)

    await page.goto('/default/executions?q=status:running')
    await expect(time).toHaveText(stood ?? '')
  } finally {
    await ask('+@all')
  }
  await expect(page.getByText('not up to date')).toHaveCount(0)
  await expect(row).not.toContainText('Its shard does not answer')
  await expect(row).toContainText('running')
  await act('POST', 'executions', id, 'abort')
  await expect(row).toHaveCount(0)
})
