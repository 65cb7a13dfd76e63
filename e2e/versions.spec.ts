import type { Page } from 'playwright/test'
import { ClickCounter } from './clicks'
import { headline, mode, open, write } from './editor-page'
import { expect, follow, test } from './fixtures'

/** An open draft, by its name. */
const tab = (page: Page, name: string | RegExp) =>
  page.getByRole('navigation', { name: /open draft/ }).getByRole('button', { name })
const code = (page: Page) => page.getByRole('textbox', { name: 'Script', exact: true })

const script = (name: string, answer: string) =>
  `def answer(call):\n    return '${answer}'\n\nGB('CommandReader', desc='${name}').map(answer).register(trigger='${name}')\n`

test('every source that was sent is a version: compared, restored, and rolled back to, from any browser', async ({
  page,
  redis,
  unique,
  submit,
}) => {
  for (const [answer, upgrade] of [
    ['one', false],
    ['two', true],
  ] as const)
    await submit(script(unique, answer), { id: unique, upgrade })
  await open(page)
  await page.getByRole('button', { name: 'Versions' }).click()
  const dialog = page.getByRole('dialog', { name: 'Versions' })
  const rows = dialog.getByRole('list', { name: 'Versions' }).getByRole('button', { name: new RegExp(unique) })
  await expect(rows).toHaveCount(2)
  await expect(rows.first()).toContainText(`${unique} v2`)
  await expect(rows.first()).toContainText('live')
  await expect(rows.last()).toContainText('anonymous')
  await expect(rows.last()).toContainText('added 1 registration')
  await expect(rows.last()).not.toContainText('live')
  await expect(dialog.getByRole('button', { name: 'Open in the editor' })).toBeVisible()
  await expect(dialog.getByRole('button', { name: /^Roll back/ })).toHaveCount(0)

  await rows.last().click()
  await expect(page).toHaveURL(/version=[0-9a-f-]{36}/)
  await dialog.getByRole('combobox', { name: 'Compare with' }).selectOption(`${unique} v2`)
  await expect(dialog.getByText('2 lines changed')).toBeVisible()
  await expect(dialog.getByRole('textbox', { name: /^Changes: this version/ })).toContainText("return 'two'")

  await dialog.getByRole('button', { name: `Roll back session ${unique}` }).click()
  await expect(dialog).toBeHidden()
  await expect(tab(page, new RegExp(`^${unique} v1`))).toHaveAttribute('aria-current', 'page')
  await expect(mode(page, 'Upgrade')).toBeChecked()
  await expect(page.getByText(/^Replaces .*; queued runs are aborted$/)).toBeVisible()
  await expect(page.getByText('2 lines changed')).toBeVisible()
  await page.getByRole('button', { name: 'Upgrade', exact: true }).click()
  await expect(headline(page)).toHaveText('Added 1 registration on every shard.')
  expect(await redis.call('RG.TRIGGER', unique)).toEqual(['one'])
})

test('what was typed survives the crash of its page', async ({ page, context, unique }) => {
  await open(page)
  await write(page, `GB().register('${unique}:*')  # not sent yet`)
  await expect(page.getByRole('textbox', { name: 'Script', exact: true })).toContainText('# not sent yet')
  const crashed = page.waitForEvent('crash')
  const inspector = await context.newCDPSession(page)
  inspector.send('Page.crash').catch(() => undefined)
  await crashed
  const next = await context.newPage()
  await open(next)
  await expect(next.getByRole('textbox', { name: 'Script', exact: true })).toContainText(
    `GB().register('${unique}:*')  # not sent yet`,
  )
})

/** Fails for each key, in a function that the traceback names. */
const failing = (name: string) => `import json

def check(x):
    order = {}
    # the currency is missing
    return order['currency']

GB('KeysReader', desc='${name}').map(check).register('${name}:*', mode='async')
`

test('from a failed execution to the upgrade that mends it', async ({ page, redis, unique, submit }) => {
  await submit(failing(unique), { id: unique })
  await redis.set(`${unique}:1`, 'x')
  await page.goto('/default/executions')
  await expect(page.getByRole('row', { name: new RegExp(unique) })).toContainText('KeyError')
  const clicks = new ClickCounter()
  await clicks.on(page.getByRole('row', { name: new RegExp(unique) }).getByRole('link', { name: unique }))
  await clicks.on(page.getByRole('link', { name: 'Open in editor at line 6' }))
  await expect(mode(page, 'Upgrade')).toBeChecked()
  await expect(page.getByLabel('Session', { exact: true })).toHaveValue(unique)
  await expect(page.locator('[data-failing-line="6"]')).toContainText("return order['currency']")
  await write(page, failing(unique).replace("order['currency']", "order.get('currency', 'EUR')"))
  await expect(page.locator('[data-failing-line]')).toHaveCount(0)
  await clicks.on(page.getByRole('button', { name: 'Upgrade', exact: true }))
  await expect(headline(page)).toHaveText('Added 1 registration on every shard.')
  expect(clicks.count).toBeLessThanOrEqual(3)

  await redis.set(`${unique}:2`, 'x')
  await follow(page, '/default/registrations')
  await expect(page.getByRole('row', { name: new RegExp(unique) })).toContainText('healthy')
})

test('a source opens in a tab of its own, and no draft is lost to it', async ({ page, unique, submit }) => {
  const reply = await submit(script(unique, 'one'), { id: unique })
  await open(page)
  await write(page, `# mine ${unique}`)
  await follow(page, `/default/editor?source=${reply.sourceId}&line=2`)
  await expect(page.locator('[data-failing-line="2"]')).toContainText("return 'one'")
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('ControlOrMeta+Home')
  await write(page, `${script(unique, 'two')}# edited`)

  await tab(page, /^Draft 1/).click()
  await expect(code(page)).toHaveText(`# mine ${unique}`)
  await follow(page, `/default/editor?source=${reply.sourceId}`)
  await expect(code(page)).toContainText('# edited')
  await expect(page.getByRole('navigation', { name: '2 open drafts' })).toBeVisible()
  // Each tab has an undo of its own.
  await code(page).click()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(code(page)).toContainText("return 'one'")

  await page.getByRole('button', { name: 'Close Draft 1' }).click()
  await expect(page.getByRole('navigation', { name: '1 open draft' })).toBeVisible()
  await page.getByRole('button', { name: 'Reopen' }).click()
  await expect(code(page)).toHaveText(`# mine ${unique}`)
  await page.reload()
  await expect(code(page)).toHaveText(`# mine ${unique}`)
  await expect(page.getByRole('navigation', { name: '2 open drafts' })).toBeVisible()
})
