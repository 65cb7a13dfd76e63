import type { Page } from 'playwright/test'
import { headline, mode, open, output, paste, write } from './editor-page'
import { expect, test } from './fixtures'

const editor = (page: Page) => page.getByRole('textbox', { name: 'Script', exact: true })

/** Tries to send by the keyboard, which no disabled button keeps from it. */
async function isNotSent(page: Page, reason: RegExp) {
  await editor(page).press('ControlOrMeta+Enter')
  await expect(
    page.getByRole('listitem').filter({ hasText: 'Not sent' }).filter({ hasText: reason }).first(),
  ).toBeVisible()
  await expect(output(page)).toContainText('No output yet')
}

test('a NUL character is named with its line, and nothing is sent', async ({ page, redis }) => {
  const before = await redis.call('RG.DUMPEXECUTIONS')
  await open(page)
  await paste(page, "x = 1\ny = 'a\0b'\nGB('ShardsIDReader').run()\n")
  await expect(headline(page)).toHaveText('Not ready to run.')
  await isNotSent(page, /Line 2 contains a NUL character/)
  await page.reload()
  await expect(editor(page)).toContainText("GB('ShardsIDReader').run()")
  await expect(page.getByText('Line 2 contains a NUL character').first()).toBeVisible()
  expect(await redis.call('RG.DUMPEXECUTIONS')).toEqual(before)
})

test('a script over 1 MB is refused with its size, and outlives a reload', async ({ page }) => {
  const line = `# ${'x'.repeat(97)}\n`
  await open(page)
  await paste(page, `${line.repeat(10_000)}GB('ShardsIDReader').run()\n`)
  await expect(page.getByText('The script has 1,000,027 bytes; the limit is 1,000,000.').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toHaveAttribute('aria-disabled', 'true')
  await isNotSent(page, /1,000,027 bytes/)
  await page.reload()
  await expect(page.getByText('The script has 1,000,027 bytes; the limit is 1,000,000.').first()).toBeVisible()
})

test('CRLF and tabs run as they are; tabs mixed with blanks are named before anything runs', async ({ page }) => {
  await open(page)
  await paste(page, "def f(x):\r\n\treturn 'crlf ' + x\r\n\r\nGB('ShardsIDReader').map(f).run()\r\n")
  await page.getByRole('switch', { name: /Wait for the result/ }).click()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(headline(page)).toHaveText(/^Finished in .*: 1 result\.$/)
  await expect(output(page).getByText('crlf 1')).toBeVisible()

  await paste(page, "def f(x):\n\tif x:\n        return x\n\nGB('ShardsIDReader').map(f).run()\n")
  await page.getByRole('button', { name: 'Check syntax on the server' }).click()
  await expect(headline(page)).toHaveText(/TabError|IndentationError/)
  await expect(editor(page)).toContainText('if x:')
})

test('session ids and requirements that none can be: the reason stands in the field, and what was typed too', async ({
  page,
}) => {
  await open(page)
  await write(page, "GB().register('x*')")
  await mode(page, 'New').click()
  const session = page.getByRole('textbox', { name: 'Session', exact: true })
  for (const [id, reason] of [
    ['orders/write', 'Use only letters, digits, - and _, not /.'],
    ['größe', 'Use only letters, digits, - and _, not ö.'],
    ['x'.repeat(257), 'Use at most 256 characters.'],
  ] as const) {
    await session.fill(id)
    await expect(session).toHaveAccessibleDescription(reason)
    await expect(session).toHaveAttribute('aria-invalid', 'true')
    await isNotSent(page, new RegExp(reason.replaceAll('.', '\\.')))
    await expect(session).toHaveValue(id)
  }
  await page.reload()
  await expect(session).toHaveValue('x'.repeat(257))

  const requirements = page.getByRole('textbox', { name: 'Requirements' })
  for (const [text, reason] of [
    ['requests=2', 'Use two equals signs: name==1.0'],
    ['-r list.txt', 'Paste the lines of that file instead: the server does not have it.'],
    ['requests >= ', 'Not a valid pip requirement. Examples: name, name==1.0, name[extra]>=1,<2, name @ URL'],
  ] as const) {
    await requirements.fill(text)
    await requirements.press('Enter')
    await expect(requirements).toHaveAccessibleDescription(reason)
    await expect(requirements).toHaveValue(text)
  }
  // Leaving the field adds what was typed, as Enter does.
  await requirements.fill('requests==2.32.3')
  await requirements.press('Tab')
  await expect(page.getByRole('button', { name: 'Remove requests==2.32.3' })).toBeVisible()
  await requirements.fill('requests==2.32.3')
  await requirements.press('Enter')
  await expect(requirements).toHaveAccessibleDescription('requests==2.32.3 is already listed.')

  // A pasted file becomes one requirement a line; what is none stays, with the reason.
  await requirements.fill('')
  await requirements.evaluate((field) => {
    const clipboardData = new DataTransfer()
    const lines = ['# the shop', 'redis==3.5.3  # pinned', '-r base.txt', 'numpy==1.21.6 \\', '  --hash=sha256:00ff']
    clipboardData.setData('text/plain', lines.join('\r\n'))
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await expect(page.getByRole('button', { name: 'Remove redis==3.5.3' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove numpy==1.21.6' })).toBeVisible()
  await expect(requirements).toHaveValue('-r base.txt')
  await expect(requirements).toHaveAccessibleDescription(/^Line 3, -r base\.txt: Paste the lines of that file instead/)
})
