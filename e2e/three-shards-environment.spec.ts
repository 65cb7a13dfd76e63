import { exportElsewhere, importHere, REQUIREMENT, SCRIPT } from './bundle'
import { sessionCases } from './environment-cases'
import { expect, formCluster, test } from './fixtures'

// It begins with a cluster that has not been formed.
test.use({ shards: 3, engineOf: 'three-shards-environment' })

test('a bundle reaches every shard of a formed cluster, and who did not get it is told', async ({
  page,
  gearboard,
  redis,
  perShard,
}) => {
  test.slow()
  const bundle = await exportElsewhere(page)
  try {
    // Until RG.REFRESHCLUSTER every shard is on its own.
    await page.goto(`${gearboard.url}/default/environment`)
    await importHere(page, bundle.path, '3 shards')
    await expect(page.getByText(`${REQUIREMENT} is installed on 1 of 3 shards`)).toBeVisible()
    await expect(page.getByRole('row', { name: new RegExp(REQUIREMENT) })).toContainText('shards differ')

    await formCluster(perShard)
    await importHere(page, bundle.path, '3 shards')
    await expect(page.getByText(`${REQUIREMENT} is installed on 3 shards`)).toBeVisible()
    await expect(page.getByText(bundle.sha256).last()).toBeVisible()
    const wheels = await Promise.all(perShard.map(async (shard) => JSON.stringify(await shard.call('RG.PYDUMPREQS'))))
    for (const told of wheels) expect(told).toContain('"rgdemo-0.1-py3-none-any.whl"')
    await expect(page.getByRole('row', { name: new RegExp(REQUIREMENT) })).toContainText('3/3')
    expect(await redis.call('RG.PYEXECUTE', SCRIPT, 'REQUIREMENTS', REQUIREMENT)).toEqual([['42', '42', '42'], []])
  } finally {
    bundle.remove()
  }
})

test.describe('sessions', () => sessionCases(3))
