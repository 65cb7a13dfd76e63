import { Redis } from 'ioredis'
import type { APIRequestContext } from 'playwright/test'
import { expect, test } from './fixtures'

test.use({ shards: 3 })

/** The status of a stream registration as a shard itself says it. */
async function statusOn(port: number, id: string): Promise<string | undefined> {
  const shard = new Redis({ port, host: '127.0.0.1', protocol: 2 })
  try {
    const dump = JSON.stringify(await shard.call('RG.DUMPREGISTRATIONS'))
    return new RegExp(`"${id}".*?"status","([A-Z_]+)"`).exec(dump)?.[1]
  } finally {
    shard.disconnect()
  }
}

const statuses = (port: number, id: string) => Promise.all([0, 1, 2].map((index) => statusOn(port + index, id)))

async function registerStream(request: APIRequestContext, url: string, name: string): Promise<string> {
  const script = `GB('StreamReader', desc='${name}').foreach(lambda x: None).register('${name}*', mode='async_local')`
  const answer = await request.post(`${url}/api/default/functions`, { data: { script } })
  expect(answer.status(), await answer.text()).toBe(200)
  const { registrations }: { registrations: string[] } = await answer.json()
  return registrations[0] ?? ''
}

test.beforeEach(async ({ engine }) => {
  for (const index of [0, 1, 2]) {
    const shard = new Redis({ port: engine.port + index, host: '127.0.0.1', protocol: 2 })
    await shard.call('RG.REFRESHCLUSTER')
    shard.disconnect()
  }
})

test('all that match are paused and resumed on every shard', async ({ page, request, gearboard, engine, unique }) => {
  const ids = [
    await registerStream(request, gearboard.url, `${unique}-a`),
    await registerStream(request, gearboard.url, `${unique}-b`),
  ]
  await page.goto(`/default/registrations?q=name:${unique}`)
  await page.getByRole('checkbox', { name: `Select registration ${unique}-a` }).click()
  await page.getByRole('button', { name: 'Select all 2 that match' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Pause' }).click()
  const dialog = page.getByRole('dialog', { name: 'Pause 2 registrations?' })
  await expect(dialog).toContainText('all 3 shards')
  await dialog.getByRole('button', { name: 'Pause 2 registrations' }).click()
  await expect(dialog).toBeHidden()
  for (const id of ids) expect(await statuses(engine.port, id)).toEqual(['PAUSED', 'PAUSED', 'PAUSED'])
  await expect(page.getByRole('row', { name: new RegExp(`${unique}-b`) })).toContainText('paused')

  await page.getByRole('checkbox', { name: 'Select all 2' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resume 2 registrations' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  for (const id of ids) expect(await statuses(engine.port, id)).toEqual(['OK', 'OK', 'OK'])
})

test('the streams of every shard are counted', async ({ page, request, gearboard, engine, unique }) => {
  const id = await registerStream(request, gearboard.url, unique)
  expect((await request.post(`${gearboard.url}/api/default/registrations/${id}/pause`)).status()).toBe(200)
  const first = new Redis({ port: engine.port, host: '127.0.0.1', protocol: 2 })
  const nodes = await first.cluster('SLOTS')
  first.disconnect()
  expect(nodes).toHaveLength(3)
  for (const index of [0, 1, 2]) {
    const shard = new Redis({ port: engine.port + index, host: '127.0.0.1', protocol: 2 })
    // A key of this shard is one that it takes.
    for (let n = 0; ; n++) {
      try {
        await shard.call('XADD', `${unique}:${n}`, '*', 'n', '1')
        break
      } catch (error) {
        expect(String(error)).toContain('MOVED')
      }
    }
    shard.disconnect()
  }
  await page.goto(`/default/registrations/${id}`)
  const streams = page.getByRole('table', { name: 'Streams' })
  await expect(streams.getByRole('row')).toHaveCount(4)
  const shards = await streams.getByRole('row').locator('td:nth-child(2)').allInnerTexts()
  expect(new Set(shards).size).toBe(3)
})
