import type { Redis } from 'ioredis'
import { expect, formCluster, test } from './fixtures'

test.use({ shards: 3 })

/** The status of a stream registration as each shard itself says it. */
const statuses = (perShard: readonly Redis[], id: string) =>
  Promise.all(
    perShard.map(async (shard) => {
      const dump = JSON.stringify(await shard.call('RG.DUMPREGISTRATIONS'))
      return new RegExp(`"${id}".*?"status","([A-Z_]+)"`).exec(dump)?.[1]
    }),
  )

const STREAM = (name: string) =>
  `GB('StreamReader', desc='${name}').foreach(lambda x: None).register('${name}*', mode='async_local')`

test.beforeEach(async ({ perShard }) => {
  await formCluster(perShard)
})

test('all that match are paused and resumed on every shard', async ({ page, unique, register, perShard }) => {
  const ids = [await register(STREAM(`${unique}-a`)), await register(STREAM(`${unique}-b`))]
  await page.goto(`/default/registrations?q=name:${unique}`)
  await page.getByRole('checkbox', { name: `Select registration ${unique}-a` }).click()
  await page.getByRole('button', { name: 'Select all 2 matches' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Pause' }).click()
  const dialog = page.getByRole('dialog', { name: 'Pause 2 registrations?' })
  await expect(dialog).toContainText('all 3 shards')
  await dialog.getByRole('button', { name: 'Pause 2 registrations' }).click()
  await expect(dialog).toBeHidden()
  for (const id of ids) expect(await statuses(perShard, id)).toEqual(['PAUSED', 'PAUSED', 'PAUSED'])
  await expect(page.getByRole('row', { name: new RegExp(`${unique}-b`) })).toContainText('paused')

  await page.getByRole('checkbox', { name: 'Select all 2' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resume 2 registrations' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  for (const id of ids) expect(await statuses(perShard, id)).toEqual(['OK', 'OK', 'OK'])
})

test('all that a session registered is chosen by its group, and unregistered on every shard', async ({
  page,
  unique,
  submit,
  perShard,
}) => {
  const command = (name: string) => `GB('CommandReader', desc='${name}').register(trigger='${name}')`
  await submit([1, 2].map((n) => command(`${unique}-mine-${n}`)).join('\n'), { id: `${unique}-session` })
  await submit(command(`${unique}-other`))
  await page.goto(`/default/registrations?q=name:${unique}&group=session`)
  const table = page.getByRole('grid', { name: 'Registrations' })
  await expect(table.getByText(`${unique}-session`)).toBeVisible()
  await table.getByRole('button', { name: 'Select 2', exact: true }).click()
  await page.getByRole('main').getByRole('button', { name: 'Unregister' }).click()
  const dialog = page.getByRole('dialog', { name: 'Unregister 2 registrations?' })
  await dialog.getByRole('button', { name: 'Unregister 2 registrations' }).click()
  await expect(dialog).toBeHidden()
  for (const shard of perShard) {
    const dump = JSON.stringify(await shard.call('RG.DUMPREGISTRATIONS'))
    expect(dump).not.toContain(`${unique}-mine`)
    expect(dump).toContain(`${unique}-other`)
  }
})

test('the streams of every shard are counted', async ({ act, page, redis, unique, register, perShard }) => {
  const id = await register(STREAM(unique))
  expect((await act('POST', 'registrations', id, 'pause')).status()).toBe(200)
  expect(await redis.cluster('SLOTS')).toHaveLength(3)
  for (const shard of perShard) {
    // A key of this shard is one that it takes.
    for (let n = 0; ; n++) {
      try {
        await shard.call('XADD', `${unique}:${n}`, '*', 'n', '1')
        break
      } catch (error) {
        expect(String(error)).toContain('MOVED')
      }
    }
  }
  await page.goto(`/default/registrations/${id}`)
  const streams = page.getByRole('table', { name: 'Streams' })
  await expect(streams.getByRole('row')).toHaveCount(4)
  const shards = await streams.getByRole('row').locator('td:nth-child(2)').allInnerTexts()
  expect(new Set(shards).size).toBe(3)
})
