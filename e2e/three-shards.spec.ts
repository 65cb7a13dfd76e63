import { expect, formCluster, test } from './fixtures'

test.use({ shards: 3 })

test('an execution of three shards shows each shard’s part', async ({ page, unique, start, perShard }) => {
  await formCluster(perShard)
  const script = "GB('ShardsIDReader').map(lambda x: x).run()"
  const executionId = await start(script, unique)

  await page.goto(`/default/executions/${executionId}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('3 results')
  await expect(page.getByText('3 of 3 shards answered')).toBeVisible()
  const ids = await Promise.all(perShard.map(async (shard) => String(await shard.call('CLUSTER', 'MYID'))))
  const results = page.getByRole('region', { name: 'Results' })
  for (const id of ids) await expect(results).toContainText(id)
  const lanes = page.getByRole('region', { name: 'Time per shard' })
  for (const id of ids) await expect(lanes).toContainText(id.slice(0, 4))
})

test('counters are the sum of what each shard says', async ({ page, unique, submit, perShard }) => {
  await formCluster(perShard)
  const script = `GB('CommandReader', desc='${unique}').map(lambda x: x[0]).register(trigger='${unique}', mode='sync')`
  await submit(script)
  let times = 0
  await Promise.all(
    perShard.map(async (shard) => {
      const own = ++times
      for (let i = 0; i < own; i++) await shard.call('RG.TRIGGER', unique)
    }),
  )

  await page.goto(`/default/registrations?q=name:${unique}`)
  const row = page.getByRole('row', { name: new RegExp(unique) })
  await expect(row).toContainText('3/3')
  await row.getByRole('link', { name: unique }).click()
  const counters = page.getByRole('table', { name: 'Counters per shard' })
  await expect(counters.getByRole('row', { name: /^Sum/ }).getByRole('cell').first()).toHaveText('6')
  const dumps = await Promise.all(
    perShard.map(async (shard) => JSON.stringify(await shard.call('RG.DUMPREGISTRATIONS'))),
  )
  // Other tests may have registrations there, too.
  const its = new RegExp(`"desc","${unique}".*?"numTriggered",(\\d+)`)
  const told = dumps.map((dump) => Number(its.exec(dump)?.[1]))
  expect(told.reduce((sum, n) => sum + n, 0)).toBe(6)
})
