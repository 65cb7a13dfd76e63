import { Redis } from 'ioredis'
import type { Locator } from 'playwright/test'
import { slotOf } from '../lib/model/slots'
import { expect, test } from './fixtures'

test.use({ shards: 3 })

async function onShard<T>(port: number, ask: (shard: Redis) => Promise<T>): Promise<T> {
  const shard = new Redis({ port, host: '127.0.0.1', protocol: 2 })
  try {
    return await ask(shard)
  } finally {
    shard.disconnect()
  }
}

/** As RESP says it: the slot of a key, and the port and id of the shard that has it. */
async function ownerOf(port: number, key: string) {
  return onShard(port, async (first) => {
    const slot = Number(await first.call('CLUSTER', 'KEYSLOT', key))
    for (const index of [0, 1, 2]) {
      const found = await onShard(port + index, async (shard) => {
        // Another shard's key is refused with MOVED.
        const mine = await shard.exists(key).then(
          () => true,
          (error: Error) => !error.message.startsWith('MOVED'),
        )
        return mine ? String(await shard.call('CLUSTER', 'MYID')) : undefined
      })
      if (found !== undefined) return { slot, id: found, port: port + index }
    }
    throw new Error(`no shard has ${key}`)
  })
}

test.beforeEach(async ({ engine }) => {
  for (const index of [0, 1, 2]) await onShard(engine.port + index, (shard) => shard.call('RG.REFRESHCLUSTER'))
})

test('a command with a key is sent to the shard of its slot, which is shown before', async ({
  page,
  request,
  gearboard,
  engine,
  unique,
}) => {
  const script = `def where(call):\n    return [execute('INCR', call[1]), hashtag()]\nGB('CommandReader').map(where).register(trigger='${unique}', mode='async_local', convertToStr=False)`
  const sent = await request.post(`${gearboard.url}/api/default/functions`, { data: { script } })
  expect(sent.status(), await sent.text()).toBe(200)
  // One key for each shard: found by asking, so that each of the three is tried.
  const keys = new Map<string, { readonly key: string; readonly slot: number; readonly port: number }>()
  for (let n = 0; keys.size < 3; n++) {
    const key = `${unique}:{${n}}:count`
    const { id, slot, port } = await ownerOf(engine.port, key)
    if (!keys.has(id)) keys.set(id, { key, slot, port })
  }
  await page.goto(`/default/trigger?trigger=${unique}`)
  for (const [id, { key, slot, port }] of keys) {
    expect(slotOf(key)).toBe(slot)
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill(key)
    const route = page.getByText(`Slot ${slot.toLocaleString('en')} from`).locator('..')
    await expect(route).toContainText(`on ${id.slice(0, 4)}`)
    await page.getByRole('button', { name: `Trigger ${unique}` }).click()
    await expect.poll(() => onShard(port, (shard) => shard.get(key))).toBe('1')
  }
})

test('a test event is written on the shard of its key, and what fired is told from all shards', async ({
  page,
  request,
  gearboard,
  engine,
  unique,
}) => {
  const key = `gearboard:test:${unique}`
  const script = `GB(desc='${unique}').foreach(lambda r: execute('SET', 'seen:{' + r['key'] + '}', r['value'])).register('${key}*', mode='async_local')`
  const sent = await request.post(`${gearboard.url}/api/default/functions`, { data: { script } })
  expect(sent.status(), await sent.text()).toBe(200)
  const { id, slot, port } = await ownerOf(engine.port, key)

  await page.goto(`/default/trigger?tab=event&key=${encodeURIComponent(key)}`)
  await expect(page.getByText(`Slot ${slot.toLocaleString('en')}`, { exact: true }).locator('..')).toContainText(
    id.slice(0, 4),
  )
  const value = page.getByRole('textbox', { name: 'After the key' })
  await value.fill('hello')
  await expect(value).toHaveValue('hello')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^1 registration fired within/)
  const report = page.getByRole('region', { name: 'What fired' })
  await expect(report).toContainText(`was written in slot ${slot.toLocaleString('en')} on ${id.slice(0, 4)}`)
  const row = page.getByRole('table', { name: 'Registrations that fired' }).getByRole('row', { name: unique })
  await expect(row.getByRole('cell').nth(2)).toHaveText('1')
  await expect(row.getByRole('cell').nth(3)).toHaveText('1')
  expect(await onShard(port, (shard) => shard.get(key))).toBe('hello')
  expect(await onShard(port, (shard) => shard.get(`seen:{${key}}`))).toBe('hello')
})

test('by keyboard alone: the injector is reached, its type chosen, sent, and its result opened', async ({
  page,
  request,
  gearboard,
  engine,
  unique,
}) => {
  const key = `gearboard:test:${unique}`
  const script = `GB('StreamReader', desc='${unique}').foreach(lambda r: execute('SET', 'seen:{' + r['key'] + '}', r['value']['total'])).register('${key}', mode='async_local')`
  const sent = await request.post(`${gearboard.url}/api/default/functions`, { data: { script } })
  expect(sent.status(), await sent.text()).toBe(200)

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
  await tabTo(page.getByRole('textbox', { name: 'After the key' }))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('total 12.5')
  await tabTo(page.getByRole('button', { name: 'Inject XADD' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^1 registration fired within/)
  const { port } = await ownerOf(engine.port, key)
  expect(await onShard(port, (shard) => shard.get(`seen:{${key}}`))).toBe('12.5')
  await tabTo(page.getByRole('table', { name: 'Registrations that fired' }).getByRole('link', { name: unique }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/registrations\//)
})
