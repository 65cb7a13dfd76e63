import { slotOf } from '@gearboard/gears/vocabulary/slots'
import type { Redis } from 'ioredis'
import type { Page } from 'playwright/test'
import { expect, test } from './fixtures'

const register = async (redis: Redis, name: string, prefix: string, body: string) => {
  const script = `def f(r):\n    ${body}\nGB(desc='${name}').foreach(f).register('${prefix}')`
  expect(await redis.call('RG.PYEXECUTE', script)).toBe('OK')
}

const open = async (page: Page, key: string) => {
  await page.goto(`/default/trigger?tab=event&key=${encodeURIComponent(key)}`)
  await expect(page.getByRole('textbox', { name: 'Value', exact: true })).toBeVisible()
}
const headline = (page: Page) => page.getByRole('heading', { level: 1 })
const fired = (page: Page) => page.getByRole('table', { name: 'Registrations that fired' })

test('a test key shows which registration fired and how it ended, and goes by itself', async ({
  page,
  redis,
  unique,
}) => {
  const key = `gearboard:test:${unique}`
  await register(redis, `${unique}-good`, `${key}*`, "execute('SET', 'seen:' + r['key'], r['value'])")
  await register(redis, `${unique}-other`, `other:${unique}*`, 'pass')
  await open(page, key)
  await page.getByRole('textbox', { name: 'Value', exact: true }).fill('"two words"')
  await page.keyboard.press('Enter')
  await expect(headline(page)).toHaveText(/^1 registration fired within/)
  const row = fired(page).getByRole('row', { name: new RegExp(`${unique}-good`) })
  await expect(row.getByRole('cell').first()).toHaveText('fired it')
  await expect(row.getByRole('cell').nth(3)).toHaveText('1')
  await expect(row.getByRole('cell').nth(4)).toHaveText('1')
  await expect(fired(page)).not.toContainText(`${unique}-other`)
  await expect(page.getByText(`Slot ${slotOf(key).toLocaleString('en')}`, { exact: true })).toBeVisible()
  expect(await redis.get(`seen:${key}`)).toBe('two words')
  const ttl = await redis.ttl(key)
  expect(ttl).toBeGreaterThan(0)
  expect(ttl).toBeLessThanOrEqual(60)
})

test('outside the test prefix it asks first, leaves what is there alone, and shows a failure in the server’s words', async ({
  page,
  redis,
  unique,
}) => {
  await redis.set(`${unique}:mine`, 'precious')
  await register(redis, unique, `${unique}:*`, "raise ValueError('no such order')")
  await open(page, `${unique}:mine`)
  await expect(page.getByText('Outside gearboard:test:')).toBeVisible()
  await page.getByRole('button', { name: 'Inject SET' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `SET ${unique}:mine` })
    .click()
  await expect(page.getByText('so it is not changed')).toBeVisible()
  expect(await redis.get(`${unique}:mine`)).toBe('precious')

  await page.getByRole('combobox', { name: 'Key' }).fill(`${unique}:new`)
  await page.getByRole('radio', { name: 'hash' }).click()
  await page.getByRole('textbox', { name: 'Value', exact: true }).fill('name')
  await expect(page.getByText('HSET takes pairs').first()).toBeVisible()
  await page.getByRole('textbox', { name: 'Value', exact: true }).fill('name Ada')
  await page.keyboard.press('Enter')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `HSET ${unique}:new` })
    .click()
  await expect(headline(page)).toHaveText(/^1 registration fired within .*; 1 failed\.$/)
  await expect(page.getByRole('button', { name: 'ValueError: no such order' })).toBeVisible()
})

test('a stream entry reaches the function on its stream', async ({ page, redis, unique }) => {
  const key = `gearboard:test:${unique}`
  const script = `GB('StreamReader', desc='${unique}').foreach(lambda r: execute('SET', '${unique}:seen', r['value']['total'])).register('${key}')`
  expect(await redis.call('RG.PYEXECUTE', script)).toBe('OK')
  await open(page, key)
  await page.getByRole('radio', { name: 'stream' }).click()
  await page.getByRole('textbox', { name: 'Value', exact: true }).fill('total 12.5')
  await page.getByRole('button', { name: 'Inject XADD' }).click()
  await expect(headline(page)).toHaveText(/^1 registration fired within/)
  await expect(fired(page).getByRole('row', { name: new RegExp(unique) })).toContainText('StreamReader')
  expect(await redis.get(`${unique}:seen`)).toBe('12.5')
})
