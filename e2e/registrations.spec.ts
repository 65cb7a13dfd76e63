import type { Locator, Page } from 'playwright/test'
import { ClickCounter } from './clicks'
import { expect, follow, test } from './fixtures'

/** A command whose function does `body`, described by its trigger's name. */
const COMMAND = (trigger: string, body: string) => `
def answer(x):
    ${body}

GB('CommandReader', desc='${trigger}').map(answer).register(trigger='${trigger}', mode='sync')
`

const rowOf = (page: Page, name: string): Locator => page.getByRole('row', { name: new RegExp(`${name}\\b`) })

test('a function is unregistered with a click and is gone from the server', async ({
  page,
  redis,
  unique,
  register,
}) => {
  await register(COMMAND(unique, 'return x[1]'))
  expect(await redis.call('RG.TRIGGER', unique, 'hello')).toEqual(['hello'])
  await page.goto('/default/registrations')
  await expect(rowOf(page, unique)).toContainText('healthy')

  await rowOf(page, unique).click()
  const panel = page.getByRole('complementary', { name: `Registration ${unique}` })
  await expect(panel).toBeVisible()
  await page.goBack()
  await expect(panel).toBeHidden()
  await rowOf(page, unique).click()
  await expect(panel).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await rowOf(page, unique).click()
  await panel.getByRole('button', { name: 'Unregister' }).click()
  const dialog = page.getByRole('dialog', { name: `Unregister ${unique}?` })
  await expect(dialog).toContainText('triggered 1 time')
  await dialog.getByRole('button', { name: 'Unregister 1 registration' }).click()
  await expect(dialog).toBeHidden()
  await expect(rowOf(page, unique)).toBeHidden()

  expect(JSON.stringify(await redis.call('RG.DUMPREGISTRATIONS'))).not.toContain(unique)
  await expect(redis.call('RG.TRIGGER', unique, 'hello')).rejects.toThrow('subcommand not found')
})

test('a failing function is shown failing, with its counters and its last error', async ({
  page,
  redis,
  unique,
  register,
}) => {
  await register(COMMAND(unique, "raise ValueError('no good: ' + x[1])"))
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

test('many are unregistered at once, of those that the filter finds', async ({ page, redis, unique, register }) => {
  for (const n of [1, 2, 3]) await register(COMMAND(`${unique}-${n}`, 'return x'))
  await register(COMMAND(`kept-${unique}`, 'return x'))
  await page.goto(`/default/registrations?q=${encodeURIComponent(`name:${unique} -name:kept`)}`)
  await expect(rowOf(page, `${unique}-3`)).toBeVisible()
  await page.getByRole('checkbox', { name: 'Select all 3' }).click()
  await page.getByRole('button', { name: 'Unregister' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('switch', { name: /abort queued runs/ }).click()
  await dialog.getByRole('button', { name: 'Unregister 3 registrations' }).click()
  await expect(page.getByText('No registration matches the filter')).toBeVisible()

  const left = JSON.stringify(await redis.call('RG.DUMPREGISTRATIONS'))
  expect(left).toContain(`kept-${unique}`)
  expect(left).not.toContain(`${unique}-1`)
})

test('a registration that went is said to be gone', async ({ page }) => {
  await page.goto(`/default/registrations/${'0'.repeat(40)}-999999`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Registration not found.')
})

const STREAM = (name: string, body: string, more = '') => `
def work(entry):
    ${body}

GB('StreamReader', desc='${name}').foreach(work).register('${name}', mode='async_local'${more})
`

test('a stream reader is paused and resumed; the server says so, and entries wait meanwhile', async ({
  act,
  page,
  redis,
  unique,
  register,
}) => {
  const id = await register(STREAM(unique, `execute('INCR', 'seen-${unique}')`))
  await page.goto(`/default/registrations/${id}`)
  const buttons = page.getByRole('main')
  await expect(buttons.getByRole('button', { name: 'Resume' })).toHaveAttribute('aria-disabled', 'true')
  await buttons.getByRole('button', { name: 'Pause' }).click()
  await expect(page).toHaveURL(/ask=pause/)
  const dialog = page.getByRole('dialog', { name: 'Pause 1 registration?' })
  await expect(dialog).toContainText('New entries wait in the streams')
  await dialog.getByRole('button', { name: 'Pause 1 registration' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('Paused: new entries wait in the stream.')).toBeVisible()
  await expect(page.getByRole('table', { name: 'Counters per shard' })).toContainText('PAUSED')
  expect(JSON.stringify(await redis.call('RG.DUMPREGISTRATIONS'))).toContain('"PAUSED"')
  await redis.call('XADD', unique, '*', 'n', '1')
  expect(await redis.call('GET', `seen-${unique}`)).toBeNull()
  await expect(buttons.getByRole('button', { name: 'Pause' })).toHaveAttribute('aria-disabled', 'true')
  const again = await act('POST', 'registrations', id, 'pause')
  expect([again.status(), await again.json()]).toEqual([
    400,
    { error: { code: 'invalid_request', message: 'It is already paused.' } },
  ])

  await buttons.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resume 1 registration' }).click()
  await expect(page.getByRole('table', { name: 'Counters per shard' })).toContainText('OK')
  await expect.poll(() => redis.call('GET', `seen-${unique}`)).toBe('1')

  await follow(page, '/default/activity')
  for (const action of ['Pause', 'Resume']) {
    await expect(page.getByRole('row', { name: new RegExp(`${action}\\b.*${id.slice(-3)}`) }).first()).toBeVisible()
  }
})

test('what cannot be paused says why, in the palette it is not offered', async ({ page, unique, register }) => {
  await register(COMMAND(unique, 'return x'))
  const id = await register(STREAM(`${unique}-stream`, 'pass'))
  await page.goto(`/default/registrations?q=name:${unique}`)
  await page.getByRole('checkbox', { name: 'Select all 2' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Pause' }).click()
  const dialog = page.getByRole('dialog', { name: 'Pause 1 registration?' })
  await expect(dialog).toContainText('1 other of the 2 chosen is skipped: Only stream readers can be paused')
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').last().fill(`pause ${unique}`)
  await expect(page.getByRole('option', { name: `Pause ${unique}-stream` })).toBeVisible()
  await expect(page.getByRole('option', { name: `Pause ${unique}`, exact: true })).toBeHidden()
  await page.getByRole('option', { name: `Pause ${unique}-stream` }).click()
  await expect(page).toHaveURL(new RegExp(`${id}\\?ask=pause`))
  await expect(page.getByRole('dialog', { name: 'Pause 1 registration?' })).toBeVisible()
})

test('a baseline counts from now and clears nothing; clearing clears the server for everyone', async ({
  page,
  redis,
  unique,
  register,
}) => {
  await register(COMMAND(unique, 'return x[1] if len(x) > 1 else 1 / 0'))
  await redis.call('RG.TRIGGER', unique, 'a')
  await page.goto(`/default/registrations?q=name:${unique}`)
  await rowOf(page, unique).getByRole('link', { name: unique }).click()
  await page.getByRole('button', { name: 'Reset counters in this view only' }).click()
  await expect(page.getByText(/Since \d\d:\d\d:/)).toContainText('no change')
  await redis.call('RG.TRIGGER', unique, 'b')
  await expect(redis.call('RG.TRIGGER', unique)).rejects.toThrow('division by zero')
  await expect(page.getByText(/Since \d\d:\d\d:/)).toContainText('+2 triggered, +1 success, +1 failed')
  await page.reload()
  await expect(page.getByText(/Since \d\d:\d\d:/)).toContainText('+2 triggered, +1 success, +1 failed')

  await follow(page, '/default/registrations')
  await page.getByRole('button', { name: 'Clear statistics' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Clear statistics' }).click()
  await expect(page.getByText('Statistics cleared on 1 shard')).toBeVisible()
  // The engine's other registrations may fire between the clearing and this look: only the test's own is still.
  const own = [await redis.call('RG.DUMPREGISTRATIONS')]
    .flat()
    .filter((entry) => JSON.stringify(entry).includes(unique))
  expect([...JSON.stringify(own).matchAll(/"num(?:Triggered|Failures)",(\d+)/g)].map(([, n]) => n)).toEqual(['0', '0'])
  await follow(page, `/default/registrations?q=name:${unique}`)
  await rowOf(page, unique).getByRole('link', { name: unique }).click()
  await expect(page.getByText(/Since \d\d:\d\d:/)).toContainText('the counters were reset')
})

test('a retry loop is called one, with its errors by cause, and is paused from the overview', async ({
  page,
  redis,
  unique,
  register,
}) => {
  const body = "raise KeyError(entry['value']['n'])"
  const id = await register(STREAM(unique, body, ", onFailedPolicy='retry', onFailedRetryInterval=1"))
  await page.goto(`/default/registrations/${id}`)
  await redis.call('XADD', unique, '*', 'n', '1')
  await expect(page.getByRole('region', { name: 'Findings' })).toContainText(
    /Failed \d+ times in a row\. It retries the failed batch every 1 s/,
  )
  const history = page.getByRole('region', { name: 'Error history' })
  await expect(history).toContainText("KeyError: '1'")
  await history.getByRole('link', { name: 'Open an execution with this error' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText("KeyError: '1', raised in work")

  await follow(page, '/default/registrations?q=problem:retry-loop')
  await expect(rowOf(page, unique)).toContainText('times in a row')
  await follow(page, '/default/overview')
  const row = page.getByRole('region', { name: 'Needs attention' }).getByRole('listitem').filter({ hasText: unique })
  await row.filter({ hasText: 'retrying' }).getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause 1 registration' }).click()
  await expect(row.filter({ hasText: 'paused' }).getByRole('button', { name: 'Resume' })).toBeVisible()
})

test('a function is unregistered, who did it is on its page, and it is registered again', async ({
  page,
  redis,
  unique,
  submit,
}) => {
  await submit(COMMAND(unique, 'return x[1]'), { id: unique, description: unique })
  await page.goto('/default/registrations')
  const clicks = new ClickCounter()
  await clicks.on(rowOf(page, unique).getByRole('link', { name: unique }))
  await clicks.on(page.getByRole('button', { name: 'Unregister' }))
  const dialog = page.getByRole('dialog', { name: `Unregister ${unique}?` })
  await expect(dialog).toContainText('“Register again” restores it')
  await clicks.on(dialog.getByRole('button', { name: 'Unregister 1 registration' }))
  await expect(page.getByText(`Unregistered ${unique}`)).toBeVisible()
  await expect(rowOf(page, unique)).toBeHidden()
  await expect(redis.call('RG.TRIGGER', unique, 'hello')).rejects.toThrow('subcommand not found')

  // The page of what is gone leads to the list first.
  await expect(page).toHaveURL(/\/registrations$/)
  await page.goBack()
  await expect(page.getByText('Unregistered through Gearboard by anonymous')).toBeVisible()
  await clicks.on(page.getByRole('main').getByRole('button', { name: 'Register again' }))
  await expect(page.getByText(`Registered ${unique} again`)).toBeVisible()
  expect(clicks.count).toBeLessThanOrEqual(4)
  expect(await redis.call('RG.TRIGGER', unique, 'hello')).toEqual(['hello'])

  // The same from the list of actions, which has the source of what was removed.
  await follow(page, '/default/registrations')
  await rowOf(page, unique).getByRole('link', { name: unique }).click()
  await page.getByRole('button', { name: 'Unregister' }).click()
  await dialog.getByRole('button', { name: 'Unregister 1 registration' }).click()
  await expect(page).toHaveURL(/\/registrations$/)
  await follow(page, `/default/activity?action=unregister&target=${unique}`)
  const action = page.getByRole('table', { name: 'Actions' }).getByRole('row', { name: new RegExp(unique) })
  await expect(action).toHaveCount(2)
  await action.first().getByRole('button', { name: 'Register again' }).click()
  await expect.poll(() => redis.call('RG.TRIGGER', unique, 'hello').catch(String)).toEqual(['hello'])

  // What has its session by now is not replaced: the editor shows what would be.
  await action.first().getByRole('button', { name: 'Register again' }).click()
  await expect(page.getByText(`Session ${unique} has other registrations`)).toBeVisible()
  await expect(page.getByText(/^Replaces .*; queued runs are aborted$/)).toBeVisible()
})
