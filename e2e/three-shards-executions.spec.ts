import { expect, formCluster, test } from './fixtures'

// One of its shards dies.
test.use({ shards: 3, engineOf: 'three-shards-executions' })
test.describe.configure({ mode: 'serial' })

const COUNTING = "GB('ShardsIDReader').count().run()"

test.beforeEach(async ({ perShard }) => {
  await formCluster(perShard)
})

test('all that match are dropped from every shard, with their count first, by keyboard alone', async ({
  page,
  unique,
  start,
  perShard,
}) => {
  const ids: string[] = []
  for (let n = 0; n < 5; n++) ids.push(await start(COUNTING, unique))
  await page.goto(`/default/executions?q=${encodeURIComponent(`function:${unique} outcome:ok`)}`)
  const table = page.getByRole('grid', { name: 'Executions' })
  await expect(table).toHaveAttribute('aria-rowcount', '6')
  await table.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(page.getByText('1 selected')).toBeVisible()
  for (let n = 0; n < 2; n++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+Space')
  await expect(page.getByText('3 selected')).toBeVisible()

  await page.getByRole('button', { name: 'Select all 5 matches' }).press('Enter')
  await page.getByRole('button', { name: 'Drop' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Drop 5 executions?' })
  await expect(dialog).toContainText('all 3 shards')
  await dialog.getByRole('button', { name: 'Drop 5 executions' }).press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByText('Dropped 5 executions')).toBeVisible()
  for (const shard of perShard) {
    const listed = JSON.stringify(await shard.call('RG.DUMPEXECUTIONS'))
    expect(ids.filter((id) => listed.includes(id))).toEqual([])
  }
})

test('one of many that went while it was asked is left out with the reason, and the others are dropped', async ({
  page,
  unique,
  start,
  perShard,
}) => {
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.push(await start(COUNTING, unique))
  await page.goto(`/default/executions?q=${encodeURIComponent(`function:${unique} outcome:ok`)}`)
  await expect(page.getByRole('grid', { name: 'Executions' })).toHaveAttribute('aria-rowcount', '4')
  await page.getByRole('checkbox', { name: 'Select all 3' }).click()
  await page.getByRole('button', { name: 'Drop' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toHaveAccessibleName('Drop 3 executions?')

  // Another client was faster with one of them.
  const [taken = '', ...others] = ids
  const holder = perShard[0]
  await holder?.call('RG.DROPEXECUTION', taken)
  await expect(dialog).toHaveAccessibleName('Drop 2 executions?')
  await expect(dialog).toContainText('It is no longer on the server')
  await dialog.getByRole('button', { name: 'Drop 2 executions' }).click()
  await expect(dialog).toBeHidden()
  const listed = JSON.stringify(await holder?.call('RG.DUMPEXECUTIONS'))
  expect(others.filter((id) => listed.includes(id))).toEqual([])
})

test('while one shard hangs, what it may still hold is said, and it drops that as it wakes', async ({
  page,
  unique,
  start,
  perShard,
}) => {
  const id = await start(COUNTING, unique)
  await page.goto(`/default/executions?q=${encodeURIComponent(`function:${unique} outcome:ok`)}`)
  await page.getByRole('checkbox', { name: /^Select execution/ }).click()
  await page.getByRole('button', { name: 'Drop' }).click()
  const dialog = page.getByRole('dialog', { name: 'Drop 1 execution?' })
  await expect(dialog).toBeVisible()
  const hung = perShard[2]
  if (!hung) throw new Error('three shards')
  const awake = hung.call('DEBUG', 'SLEEP', '20')
  await dialog.getByRole('button', { name: 'Drop 1 execution' }).click()
  await expect(dialog).toContainText('Dropped on 2 of 3 shards', { timeout: 30_000 })
  await awake
  await expect.poll(async () => JSON.stringify(await hung.call('RG.DUMPEXECUTIONS'))).not.toContain(id)
})

test('many that take long can be stopped halfway: what was left is said, stays listed, and goes on when told to', async ({
  page,
  unique,
  start,
  perShard,
}) => {
  test.slow()
  const ids: string[] = []
  for (let n = 0; n < 12; n++) ids.push(await start(COUNTING, unique))
  await page.goto(`/default/executions?q=${encodeURIComponent(`function:${unique} outcome:ok`)}`)
  await expect(page.getByRole('grid', { name: 'Executions' })).toHaveAttribute('aria-rowcount', '13')
  await page.getByRole('checkbox', { name: 'Select all 12' }).click()
  await page.getByRole('button', { name: 'Drop' }).click()
  const dialog = page.getByRole('dialog', { name: 'Drop 12 executions?' })
  const awake = perShard[2]?.call('DEBUG', 'SLEEP', '8')
  await dialog.getByRole('button', { name: 'Drop 12 executions' }).click()
  await dialog.getByRole('button', { name: 'Stop' }).click()
  await expect(dialog).toContainText('Partly done', { timeout: 30_000 })
  await expect(dialog).toContainText(/were not sent/)
  await awake
  const listed = async () => {
    const dump = JSON.stringify(await perShard[0]?.call('RG.DUMPEXECUTIONS'))
    return ids.filter((id) => dump.includes(id)).length
  }
  expect(await listed()).toBeGreaterThan(0)

  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog).toBeHidden({ timeout: 30_000 })
  expect(await listed()).toBe(0)
})
