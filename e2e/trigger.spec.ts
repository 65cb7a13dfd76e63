import { slotOf } from '@gearboard/gears/vocabulary/slots'
import type { Page } from 'playwright/test'
import type { SubmitReply } from '../lib/api/contract/functions'
import { commandRegistration, ScriptedRedis } from '../test/scripted-redis'
import { ClickCounter } from './clicks'
import { expect, follow, test } from './fixtures'
import { startGearboard } from './servers'

type Submit = (script: string) => Promise<SubmitReply>

/** Sent through Gearboard, which then knows that its replies are text. */
const register = async (submit: Submit, trigger: string, body: string) => {
  const script = `def f(call):\n    ${body}\nGB('CommandReader', desc='${trigger}').map(f).register(trigger='${trigger}', mode='async_local')`
  expect(await submit(script)).toMatchObject({ kind: 'registered' })
}

const open = async (page: Page, trigger = '') => {
  await page.goto(`/default/trigger?trigger=${encodeURIComponent(trigger)}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

const reply = (page: Page) => page.getByRole('region', { name: 'Reply' })

test('a registered command is listed, called with arguments, and its reply read as tree, table and raw', async ({
  page,
  submit,
  unique,
}) => {
  await register(submit, unique, "return {'args': call[1:], 'count': len(call) - 1}")
  await open(page)
  await page.getByRole('button', { name: new RegExp(`^${unique}`) }).click()
  await page.getByRole('button', { name: 'Add argument' }).click()
  await page.keyboard.type('hello')
  await page.getByRole('button', { name: 'Add argument' }).click()
  await page.keyboard.type('big world')
  await page.getByRole('button', { name: `Trigger ${unique}` }).click()

  await expect(reply(page).getByText('1 result in')).toBeVisible()
  await expect(reply(page).getByText('big world')).toBeVisible()
  await reply(page).getByRole('radio', { name: 'Table' }).click()
  await expect(reply(page).getByRole('columnheader', { name: 'count' })).toBeVisible()
  await expect(reply(page).getByRole('cell', { name: '2', exact: true })).toBeVisible()
  await reply(page).getByRole('radio', { name: 'Raw' }).click()
  await expect(reply(page).getByText(`1) "{'args': ['hello', 'big world'], 'count': 2}"`)).toBeVisible()
})

test('a command is triggered from its registration', async ({ page, register: add, unique }) => {
  const id = await add(
    `GB('CommandReader', desc='${unique}').map(lambda call: 'reached').register(trigger='${unique}', mode='async_local')`,
  )
  await page.goto(`/default/registrations/${encodeURIComponent(id)}`)
  const clicks = new ClickCounter()
  await clicks.on(page.getByRole('link', { name: 'Trigger it' }))
  await clicks.on(page.getByRole('button', { name: `Trigger ${unique}`, exact: true }))
  await expect(reply(page).getByText('reached', { exact: true })).toBeVisible()
  expect(clicks.count).toBeLessThanOrEqual(2)
})

test('a function that raises shows the words of the server, and the form keeps what was typed', async ({
  page,
  redis,
  submit,
  unique,
}) => {
  await register(submit, unique, "raise ValueError('no stock for ' + call[1])")
  const words = await redis.call('RG.TRIGGER', unique, 'sku-1').catch((error: Error) => error.message)
  await open(page, unique)
  await page.getByRole('button', { name: 'Add argument' }).click()
  await page.keyboard.type('sku-1')
  await page.keyboard.press('Enter')
  await expect(reply(page).getByRole('button', { name: 'ValueError: no stock for sku-1' })).toBeVisible()
  await reply(page).getByRole('radio', { name: 'Raw' }).click()
  await expect(reply(page).locator('pre')).toHaveText(`(error) ${words}`)
  await expect(page.getByRole('textbox', { name: 'Argument 1' })).toHaveValue('sku-1')
})

test('a command whose name is a step in every path can be called', async ({ page, submit }) => {
  for (const name of ['..', '.']) {
    await register(submit, name, "return 'reached ' + call[0]")
    await open(page, name)
    await page.getByRole('button', { name: `Trigger ${name}`, exact: true }).click()
    await expect(reply(page).getByText(`reached ${name}`, { exact: true })).toBeVisible()
    await expect(page).toHaveTitle(
      new RegExp(`^(\\(\\d+\\) )?${name.replaceAll('.', '\\.')} · Trigger · 127\\.0\\.0\\.1:\\d+ · Gearboard$`),
    )
  }
})

test('a name that nobody registered is sent anyway, and the refusal shown', async ({ page, unique }) => {
  await open(page, `nobody-${unique}`)
  await expect(page.getByText('No registration is known by that name')).toBeVisible()
  await page.getByRole('button', { name: 'Trigger nobody-' }).click()
  await expect(reply(page).getByText('subcommand not found')).toBeVisible()
})

test('a pasted line is split as redis-cli does, bytes and all; a mistake is marked at its place', async ({
  page,
  submit,
  unique,
}) => {
  await register(submit, unique, 'return [len(call) - 1, call[2], str(type(call[3]).__name__)]')
  await open(page)
  await page.getByText('Paste a line').click()
  const line = page.getByRole('textbox', { name: 'Line or JSON array' })
  await line.fill(`RG.TRIGGER ${unique} "one two`)
  await line.press('Enter')
  await expect(
    page.getByText(`This double quote is never closed. At character ${12 + unique.length + 1}.`),
  ).toBeVisible()
  await expect(line).toHaveValue(`RG.TRIGGER ${unique} "one two`)

  await line.fill(`redis-cli RG.TRIGGER ${unique} 'it\\'s' "one two" "\\xff\\xfe"`)
  await line.press('Enter')
  await expect(page.getByRole('combobox', { name: 'Trigger' })).toHaveValue(unique)
  await expect(page.getByRole('textbox', { name: 'Argument 1' })).toHaveValue("it's")
  await expect(page.getByRole('textbox', { name: 'Argument 3, bytes' })).toHaveValue('"\\xff\\xfe"')
  await page.getByRole('button', { name: `Trigger ${unique}` }).click()
  await reply(page).getByRole('radio', { name: 'Raw' }).click()
  await expect(reply(page).locator('pre')).toHaveText(`1) "[3, 'one two', 'bytearray']"`)
})

test('with a key it goes by RG.TRIGGERONKEY, and its slot and shard are shown before', async ({
  page,
  submit,
  unique,
}) => {
  await register(submit, unique, 'return call[1:]')
  const key = `user:{${unique}}:cart`
  await open(page, unique)
  await page.getByRole('textbox', { name: 'Key', exact: true }).fill(key)
  await expect(page.getByText(`Slot ${slotOf(key).toLocaleString('en')} from ${unique}`)).toBeVisible()
  await expect(page.getByText('standalone', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: `Trigger ${unique}` }).click()
  await reply(page).getByRole('radio', { name: 'Raw' }).click()
  await expect(reply(page).locator('pre')).toHaveText(`1) "['${key}']"`)
})

test('by keyboard alone: arguments are added, moved and sent; the history sends again after a reload', async ({
  page,
  redis,
  submit,
  unique,
}) => {
  await register(submit, unique, `return '/'.join(call[1:]) + ' #' + str(execute('INCR', '${unique}:n'))`)
  await open(page, unique)
  await page.getByRole('button', { name: 'Add argument' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('first')
  await page.getByRole('button', { name: 'Add argument' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('second')
  await page.keyboard.press('Alt+ArrowUp')
  await expect(page.getByRole('textbox', { name: 'Argument 1' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(reply(page).getByText('second/first #1')).toBeVisible()

  await page.reload()
  await page.getByRole('region', { name: 'History' }).getByRole('button', { name: 'Send again' }).first().click()
  await expect(reply(page).getByText('second/first #2')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Argument 2' })).toHaveValue('first')
  expect(await redis.get(`${unique}:n`)).toBe('2')
})

test('a command that another client registered is sent only once somebody was told what its reply could do', async ({
  page,
  redis,
  unique,
}) => {
  const script = `GB('CommandReader').map(lambda c: [1, 'two']).register(trigger='${unique}', convertToStr=False)`
  expect(await redis.call('RG.PYEXECUTE', script)).toBe('OK')
  await open(page, unique)
  await page.getByRole('button', { name: `Trigger ${unique}` }).click()
  await expect(reply(page).getByText('Not sent', { exact: true })).toBeVisible()
  await expect(reply(page).getByText(/This command may not return text.*crashes redis-server/)).toBeVisible()
  await reply(page).getByRole('button', { name: 'Send anyway' }).click()
  await expect(reply(page).getByText('1 result in')).toBeVisible()
  // Said once for this command.
  await page.getByRole('button', { name: `Trigger ${unique}` }).click()
  await expect(reply(page).getByText('1 result in')).toBeVisible()
  await follow(page, '/default/activity')
  await expect(page.getByText('overridden: unproven-results').first()).toBeVisible()
})

test('an action is listed while it is under way, then leads to its source, and is found by what it was done to', async ({
  page,
  redis,
  submit,
  unique,
}) => {
  const script = `import time
def wait(_):
    while not execute('EXISTS', '${unique}'):
        time.sleep(0.05)
    raise ValueError('no stock')
GB('PythonReader').map(wait).run(lambda: (yield 1))`
  const sent = submit(script, { description: unique, blocking: true })
  await page.goto(`/default/activity?target=${unique}`)
  const underWay = page.getByRole('list', { name: 'Actions in progress' })
  await expect(underWay).toContainText(`Submit ${unique} in progress`)
  const row = page.getByRole('row').filter({ hasText: unique })
  await expect(row).toHaveCount(0)
  await redis.set(unique, '1')
  await sent
  await expect(row).toHaveCount(1)
  await expect(underWay).not.toContainText(unique)
  await expect(row).toContainText('finished: failed')
  await row.getByRole('link', { name: unique }).click()
  await expect(page).toHaveURL(/\/editor\?source=/)
})

test('of 2,000 commands only those in view are drawn', async ({ page }) => {
  const server = await ScriptedRedis.start()
  const name = (n: number) => `command-${String(n).padStart(4, '0')}`
  server.registrations = Array.from({ length: 2000 }, (_, n) => commandRegistration(`${'0'.repeat(40)}-${n}`, name(n)))
  const gearboard = await startGearboard({ GEARBOARD_URL: `redis://127.0.0.1:${server.port}` })
  try {
    await page.goto(`${gearboard.url}/default/trigger`)
    const commands = page.getByRole('region', { name: 'Commands' })
    await expect(commands).toContainText('2,000 registrations')
    const rows = commands.getByRole('listitem')
    await expect(rows.first()).toContainText(name(0))
    expect(await rows.count()).toBeLessThan(60)
    await commands.hover()
    await page.mouse.wheel(0, 1_000_000)
    await expect(rows.last()).toContainText(name(1999))
    expect(await rows.count()).toBeLessThan(60)
    await expect(rows.filter({ hasText: name(0) })).toHaveCount(0)
    // One in the middle that the address names is in view at once.
    await page.goto(`${gearboard.url}/default/trigger?trigger=${name(1000)}`)
    await expect(rows.filter({ hasText: name(1000) })).toBeInViewport()
    expect(await rows.count()).toBeLessThan(60)
  } finally {
    await gearboard.stop()
    await server.replay.stop()
  }
})
