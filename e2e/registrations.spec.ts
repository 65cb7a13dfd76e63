import type { APIRequestContext, Locator, Page } from 'playwright/test'
import { expect, test } from './fixtures'

/** Registers a command whose function does `body`, described by its trigger's name. */
async function register(request: APIRequestContext, url: string, trigger: string, body: string): Promise<void> {
  const script = `
def answer(x):
    ${body}

GB('CommandReader', desc='${trigger}').map(answer).register(trigger='${trigger}', mode='sync')
`
  const answer = await request.post(`${url}/api/default/functions`, { data: { script } })
  expect(answer.status(), await answer.text()).toBe(200)
  expect(await answer.json()).toMatchObject({ kind: 'registered' })
}

const rowOf = (page: Page, name: string): Locator => page.getByRole('row', { name: new RegExp(`${name}\\b`) })

test('a function is unregistered with a click and is gone from the server', async ({
  page,
  redis,
  request,
  gearboard,
  unique,
}) => {
  await register(request, gearboard.url, unique, 'return x[1]')
  expect(await redis.call('RG.TRIGGER', unique, 'hello')).toEqual(['hello'])
  await page.goto('/default/registrations')
  await expect(rowOf(page, unique)).toContainText('healthy')

  await rowOf(page, unique).click()
  const panel = page.getByRole('complementary', { name: `Registration ${unique}` })
  await panel.getByRole('button', { name: 'Unregister' }).click()
  const dialog = page.getByRole('dialog', { name: 'Unregister 1 registration?' })
  await expect(dialog).toContainText('triggered 1 times')
  await dialog.getByRole('button', { name: 'Unregister 1 registration' }).click()
  await expect(dialog).toBeHidden()
  await expect(rowOf(page, unique)).toBeHidden()

  expect(JSON.stringify(await redis.call('RG.DUMPREGISTRATIONS'))).not.toContain(unique)
  await expect(redis.call('RG.TRIGGER', unique, 'hello')).rejects.toThrow('subcommand not found')
})

test('a failing function is shown failing, with its counters and its last error', async ({
  page,
  redis,
  request,
  gearboard,
  unique,
}) => {
  await register(request, gearboard.url, unique, "raise ValueError('no good: ' + x[1])")
  for (const word of ['a', 'b', 'c']) await expect(redis.call('RG.TRIGGER', unique, word)).rejects.toThrow('no good')

  await page.goto('/default/registrations')
  await expect(rowOf(page, unique)).toContainText('failing')
  await expect(rowOf(page, unique)).toContainText('ValueError: no good: c')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('failing')

  await rowOf(page, unique).getByRole('link', { name: unique }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(unique)
  const counters = page.getByRole('table', { name: 'Counters per shard' })
  await expect(counters.getByRole('row').nth(1).getByRole('cell')).toHaveText(['3', '0', '3', '0', /./])
  await expect(page.getByRole('region', { name: 'Last error' })).toContainText('Traceback (most recent call last):')
  await expect(page.getByText('Trigger or hook')).toBeVisible()
})

test('many are unregistered at once, of those that the filter finds', async ({
  page,
  redis,
  request,
  gearboard,
  unique,
}) => {
  for (const n of [1, 2, 3]) await register(request, gearboard.url, `${unique}-${n}`, 'return x')
  await register(request, gearboard.url, `kept-${unique}`, 'return x')
  await page.goto(`/default/registrations?q=${encodeURIComponent(`name:${unique} -name:kept`)}`)
  await expect(rowOf(page, `${unique}-3`)).toBeVisible()
  await page.getByRole('checkbox', { name: 'Select all 3' }).click()
  await page.getByRole('button', { name: 'Unregister' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('switch', { name: /abort what is pending/ }).click()
  await dialog.getByRole('button', { name: 'Unregister 3 registrations' }).click()
  await expect(page.getByText('No registration matches the filter')).toBeVisible()

  const left = JSON.stringify(await redis.call('RG.DUMPREGISTRATIONS'))
  expect(left).toContain(`kept-${unique}`)
  expect(left).not.toContain(`${unique}-1`)
})

test('a registration that went is said to be gone', async ({ page }) => {
  await page.goto(`/default/registrations/${'0'.repeat(40)}-999999`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such registration.')
})
