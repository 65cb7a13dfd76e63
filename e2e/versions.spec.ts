import { headline, mode, open, write } from './editor-page'
import { expect, test } from './fixtures'

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

  await rows.last().click()
  await expect(page).toHaveURL(/version=[0-9a-f-]{36}/)
  await dialog.getByRole('combobox', { name: 'Compare with' }).click()
  await page.getByRole('option', { name: `${unique} v2` }).click()
  await expect(dialog.getByText('2 lines changed')).toBeVisible()
  await expect(dialog.getByRole('textbox', { name: /^Changes: this version/ })).toContainText("return 'two'")

  await dialog.getByRole('button', { name: `Roll back session ${unique}` }).click()
  await expect(dialog).toBeHidden()
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
