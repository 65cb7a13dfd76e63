import { expect, follow, formCluster, test } from './fixtures'

test.use({ shards: 3, seed: true })

test('a copied line goes to the server that the page is about, one a shard where each acts for itself', async ({
  page,
  context,
  engine,
  perShard,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await formCluster(perShard)
  const copied = async () => {
    await page.getByRole('button', { name: 'Copy as redis-cli' }).last().click()
    return (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
  }
  const onEach = (command: string) => [0, 1, 2].map((n) => `redis-cli -h 127.0.0.1 -p ${engine.port + n} ${command}`)

  await page.goto('/default/cluster')
  await expect(page.getByRole('table', { name: /shards/i })).toBeVisible()
  expect(await copied()).toEqual(onEach('RG.INFOCLUSTER'))
  await page.getByRole('button', { name: 'Refresh all 3 shards' }).first().click()
  // What changes the cluster is sent with its question, not pasted.
  const question = page.getByRole('dialog', { name: 'Refresh all 3 shards?' })
  await expect(question).toContainText('RG.REFRESHCLUSTER')
  await expect(question.getByRole('button', { name: /Copy/ })).toHaveCount(0)

  await follow(page, '/default/config')
  await page
    .getByRole('button', { name: /MaxExecutions\b/ })
    .first()
    .click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Value' }).fill('77')
  expect(await copied()).toEqual(onEach('RG.CONFIGSET MaxExecutions 77'))

  await follow(page, '/default/registrations')
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  expect(await copied()).toEqual(onEach('RG.DUMPREGISTRATIONS'))

  await follow(page, '/default/trigger?trigger=cart.checkout')
  await page.getByRole('textbox', { name: 'Key' }).fill('user:{10442}:profile')
  const [line = '', ...others] = await copied()
  expect(others).toEqual([])
  const slot = Number(await perShard[0]?.call('CLUSTER', 'KEYSLOT', 'user:{10442}:profile'))
  const owner = engine.port + Math.floor(slot / 5461)
  expect(line).toBe(`redis-cli -h 127.0.0.1 -p ${owner} -c RG.TRIGGERONKEY cart.checkout 'user:{10442}:profile'`)
})
