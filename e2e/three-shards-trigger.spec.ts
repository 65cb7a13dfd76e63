import { slotOf } from '@gearboard/gears/vocabulary/slots'
import type { Redis } from 'ioredis'
import type { Locator } from 'playwright/test'
import { expect, formCluster, test } from './fixtures'

test.use({ shards: 3 })

/** As RESP says it: the slot of a key, the shard that has it, and its id. */
async function ownerOf(perShard: readonly Redis[], key: string) {
  for (const shard of perShard) {
    // Another shard's key is refused with MOVED.
    const mine = await shard.exists(key).then(
      () => true,
      (error: Error) => !error.message.startsWith('MOVED'),
    )
    if (!mine) continue
    const slot = Number(await shard.call('CLUSTER', 'KEYSLOT', key))
    return { slot, id: String(await shard.call('CLUSTER', 'MYID')), shard }
  }
  throw new Error(`no shard has ${key}`)
}

test.beforeEach(async ({ perShard }) => {
  await formCluster(perShard)
})

test('a command with a key is sent to the shard of its slot, which is shown before', async ({
  page,
  unique,
  submit,
  perShard,
}) => {
  const script = `def where(call):\n    return [execute('INCR', call[1]), hashtag()]\nGB('CommandReader').map(where).register(trigger='${unique}', mode='async_local', convertToStr=False)`
  await submit(script)
  // One key for each shard: found by asking, so that each of the three is tried.
  const keys = new Map<string, { readonly key: string; readonly slot: number; readonly shard: Redis }>()
  for (let n = 0; keys.size < 3; n++) {
    const key = `${unique}:{${n}}:count`
    const { id, slot, shard } = await ownerOf(perShard, key)
    if (!keys.has(id)) keys.set(id, { key, slot, shard })
  }
  await page.goto(`/default/trigger?trigger=${unique}`)
  for (const [id, { key, slot, shard }] of keys) {
    expect(slotOf(key)).toBe(slot)
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill(key)
    const route = page.getByText(`Slot ${slot.toLocaleString('en')} from`).locator('..')
    await expect(route).toContainText(`on ${id.slice(0, 4)}`)
    await page.getByRole('button', { name: `Trigger ${unique}` }).click()
    await expect.poll(() => shard.get(key)).toBe('1')
  }
})

test('a test event is written on the shard of its key, and what fired is told from all shards', async ({
  page,
  unique,
  submit,
  perShard,
}) => {
  const key = `gearboard:test:${unique}`
  const script = `GB(desc='${unique}').foreach(lambda r: execute('SET', 'seen:{' + r['key'] + '}', r['value'])).register('${key}*', mode='async_local')`
  await submit(script)
  const { id, slot, shard } = await ownerOf(perShard, key)

  await page.goto(`/default/trigger?tab=event&key=${encodeURIComponent(key)}`)
  await expect(page.getByText(`Slot ${slot.toLocaleString('en')}`, { exact: true }).locator('..')).toContainText(
    id.slice(0, 4),
  )
  const value = page.getByRole('textbox', { name: 'Value', exact: true })
  await value.fill('hello')
  await expect(value).toHaveValue('hello')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^1 registration fired within/)
  const report = page.getByRole('region', { name: 'Fired registrations' })
  await expect(report).toContainText(`was written in slot ${slot.toLocaleString('en')} on ${id.slice(0, 4)}`)
  const row = page.getByRole('table', { name: 'Registrations that fired' }).getByRole('row', { name: unique })
  await expect(row.getByRole('cell').nth(3)).toHaveText('1')
  await expect(row.getByRole('cell').nth(4)).toHaveText('1')
  expect(await shard.get(key)).toBe('hello')
  expect(await shard.get(`seen:{${key}}`)).toBe('hello')
})

test('by keyboard alone: the injector is reached, its type chosen, sent, and its result opened', async ({
  page,
  unique,
  submit,
  perShard,
}) => {
  const key = `gearboard:test:${unique}`
  const script = `GB('StreamReader', desc='${unique}').foreach(lambda r: execute('SET', 'seen:{' + r['key'] + '}', r['value']['total'])).register('${key}', mode='async_local')`
  await submit(script)

  await page.goto('/default/trigger')
  await page.getByRole('tab', { name: 'Command' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Event injector' })).toBeFocused()
  const tabTo = async (target: Locator) => {
    const reached = () => target.evaluate((node) => node === document.activeElement)
    for (let presses = 0; presses < 15 && !(await reached()); presses++) await page.keyboard.press('Tab')
    await expect(target).toBeFocused()
  }
  await tabTo(page.getByRole('combobox', { name: 'Key' }))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(key)
  await tabTo(page.getByRole('radio', { name: 'string' }))
  for (const type of ['hash', 'list', 'set', 'stream']) {
    await page.keyboard.press('ArrowRight')
    await expect(page.getByRole('radio', { name: type })).toBeFocused()
  }
  await page.keyboard.press('Space')
  await expect(page.getByRole('radio', { name: 'stream' })).toBeChecked()
  await tabTo(page.getByRole('textbox', { name: 'Value', exact: true }))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('total 12.5')
  await tabTo(page.getByRole('button', { name: 'Inject XADD' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^1 registration fired within/)
  const { shard } = await ownerOf(perShard, key)
  expect(await shard.get(`seen:{${key}}`)).toBe('12.5')
  await tabTo(page.getByRole('table', { name: 'Registrations that fired' }).getByRole('link', { name: unique }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/registrations\//)
})
