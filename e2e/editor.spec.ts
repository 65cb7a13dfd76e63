import { ClickCounter } from './clicks'
import { headline, mode, open, output, write } from './editor-page'
import { expect, test } from './fixtures'

test('a run goes on by itself, its results come beside the code, and the execution is kept', async ({
  page,
  redis,
  unique,
}) => {
  await redis.set(`${unique}:a`, 'to be or not to be')
  await open(page)
  await write(
    page,
    `gb = GearsBuilder('KeysReader')\ngb.flatmap(lambda r: r['value'].split())\ngb.countby()\ngb.run('${unique}:*')\n`,
  )
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(headline(page)).toHaveText(/^Finished in .*: 4 results\.$/)
  await output(page).getByRole('radio', { name: 'Table' }).click()
  await expect(output(page).getByRole('row', { name: /be 2/ })).toBeVisible()
  await output(page).getByRole('link').click()
  await expect(page).toHaveURL(/\/executions\/0{40}-\d+$/)
})

test('a waiting run answers with its results and leaves nothing on the server', async ({ page, redis, unique }) => {
  await open(page)
  await write(page, `GB('ShardsIDReader').map(lambda x: '${unique}').run()`)
  await page.getByRole('switch', { name: /Wait for the result/ }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(output(page).getByText('dropped from the server')).toBeVisible()
  await expect(output(page).getByText(unique).first()).toBeVisible()
  expect(await redis.call('RG.DUMPEXECUTIONS')).toEqual(
    expect.not.arrayContaining([expect.arrayContaining(['running'])]),
  )
})

test('a failing function: its traceback, and the failing line marked in the code', async ({ page }) => {
  await open(page)
  await write(
    page,
    "def numbers():\n    for n in range(9):\n        yield n\n\ndef check(n):\n    if n == 4:\n        raise KeyError('currency')\n    return n\n\nGB('PythonReader').map(check).run(numbers)\n",
  )
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(headline(page)).toHaveText("Failed at line 7: KeyError: 'currency'")
  await expect(output(page).getByText('File "<string>", line 7, in check')).toBeVisible()
  await expect(page.locator('[data-failing-line="7"]')).toContainText("raise KeyError('currency')")
  await output(page).getByRole('tab', { name: 'Results 4' }).click()
  await expect(output(page).getByText('3', { exact: true }).first()).toBeVisible()
})

test('a script that Python refuses shows the words of the server', async ({ page }) => {
  await open(page)
  await write(page, "x = undefined_name\nGB().run('*')\n")
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(headline(page)).toHaveText(
    "The script failed at line 1: NameError: name 'undefined_name' is not defined",
  )
  await expect(page.locator('[data-failing-line="1"]')).toBeVisible()
})

test('a long run is seen running, aborted in place, and its true outcome shown', async ({ page }) => {
  await open(page)
  await write(
    page,
    "def spin(x):\n    n = 0\n    while True:\n        n += 1\n\nGB('ShardsIDReader').map(spin).run()\n",
  )
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(headline(page)).toHaveText('Running.')
  await output(page).getByRole('button', { name: 'Abort' }).click()
  await expect(headline(page)).toHaveText('Aborted.')
  await expect(output(page).getByRole('tab', { name: /Errors 1/ })).toBeVisible()
})

test('a named session is registered, found with a link, and upgraded with a preview', async ({
  page,
  redis,
  unique,
}) => {
  const script = (answer: string) =>
    `def answer(call):\n    return '${answer}'\n\nGB('CommandReader', desc='${unique}').map(answer).register(trigger='${unique}')\n`
  await open(page)
  await write(page, script('one'))
  await mode(page, 'New').click()
  await page.getByLabel('Session', { exact: true }).fill(unique)
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(headline(page)).toHaveText('Added 1 registration on every shard.')
  await expect(output(page).getByRole('link', { name: unique })).toHaveAttribute('href', /\/registrations\/0{40}-\d+$/)
  expect(await redis.call('RG.TRIGGER', unique)).toEqual(['one'])

  await expect(mode(page, 'Upgrade')).toBeChecked()
  await write(page, script('two'))
  await expect(page.getByText(/^Replaces .*; queued runs are aborted$/)).toBeVisible()
  await expect(page.getByText("return 'two'").last()).toBeVisible()
  await expect(page.getByText('2 lines changed')).toBeVisible()
  await page.getByRole('button', { name: 'Upgrade', exact: true }).click()
  await expect(headline(page)).toHaveText('Added 1 registration on every shard.')
  expect(await redis.call('RG.TRIGGER', unique)).toEqual(['two'])
})

test('an upgrade that registers nothing is refused with the reason', async ({ page, unique }) => {
  await open(page)
  await write(page, "GB('ShardsIDReader').run()")
  await mode(page, 'Upgrade').click()
  await page.getByLabel('Session', { exact: true }).fill(unique)
  await expect(page.getByText('It registers nothing, so RedisGears would keep the old session.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Upgrade', exact: true })).toHaveAttribute('aria-disabled', 'true')
})

test('what would crash the server is refused, can be mended with one click, or overridden by typing', async ({
  page,
  redis,
  unique,
}) => {
  await open(page)
  await write(page, `gb = GB('StreamReader')\ngb.register('${unique}', batch=0)\n`)
  await expect(headline(page)).toHaveText(/batch=0 hangs the shard\.$/)
  // Typing opens the signature; it must not stay over the dialog.
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.type(' ')
  await expect(page.locator('.cm-doc')).toContainText('register(')
  await page.keyboard.press('ControlOrMeta+Enter')
  const dialog = page.getByRole('dialog', { name: 'Send anyway?' })
  await expect(dialog).toBeVisible()
  await expect(page.locator('.cm-doc')).toHaveCount(0)
  await expect(dialog.getByRole('button', { name: 'Send script' })).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByRole('textbox').fill('batch')
  await expect(dialog.getByRole('button', { name: 'Send script' })).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByRole('textbox').fill('batch-zero')
  await expect(dialog.getByRole('button', { name: 'Send script' })).not.toHaveAttribute('aria-disabled', 'true')
  await page.keyboard.press('Escape')

  await page.locator('.cm-lintRange-error').hover()
  await page.getByRole('button', { name: 'Set batch=100' }).click()
  await expect(headline(page)).toHaveText(/^Ready/)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(headline(page)).toHaveText('Added 1 registration on every shard.')
  expect(JSON.stringify(await redis.call('RG.DUMPREGISTRATIONS'))).toContain(
    `"batchSize",100,"durationMS",0,"stream","${unique}"`,
  )
})

test('what is typed survives a reload: script, session, requirements and mode', async ({ page, unique }) => {
  await open(page)
  await write(page, `GB().register('${unique}:*')  # not sent yet`)
  await mode(page, 'New').click()
  await page.getByLabel('Session', { exact: true }).fill(unique)
  await page.getByRole('textbox', { name: 'Requirements' }).fill('requests==2.32.3')
  await page.keyboard.press('Enter')
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Script', exact: true })).toContainText(
    `GB().register('${unique}:*')  # not sent yet`,
  )
  await expect(page.getByLabel('Session', { exact: true })).toHaveValue(unique)
  await expect(page.getByText('requests==2.32.3', { exact: true })).toBeVisible()
  await expect(mode(page, 'New')).toBeChecked()
})

test('bad input is refused in its field, with the reason', async ({ page }) => {
  await open(page)
  await write(page, "GB().register('x*')")
  await mode(page, 'New').click()
  await page.getByLabel('Session', { exact: true }).fill('orders write')
  await expect(page.getByText('Use only letters, digits, - and _, not a space.').first()).toBeVisible()
  await page.getByRole('textbox', { name: 'Requirements' }).fill('requests=2')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Use two equals signs: name==1.0')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Requirements' })).toHaveValue('requests=2')
  await expect(page.getByRole('button', { name: 'Register' })).toHaveAttribute('aria-disabled', 'true')
})

test('by keyboard alone: completion, signature, running, and leaving the editor', async ({ page, unique }) => {
  await open(page)
  await page.getByRole('textbox', { name: 'Script', exact: true }).focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type("GearsBuilder('ShardsIDReader').forea")
  await expect(page.getByRole('listbox')).toContainText('foreach')
  // A completion takes nothing in its first moment.
  await expect(async () => {
    await page.keyboard.press('Tab')
    await expect(page.getByRole('textbox', { name: 'Script', exact: true })).toContainText('.foreach', { timeout: 200 })
  }).toPass()
  await page.keyboard.type("(lambda x: x).map(lambda x: '")
  await page.keyboard.type(`${unique}').run(`)
  await expect(page.locator('.cm-doc').last()).toContainText('run(arg=None')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(output(page).getByText(unique).first()).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('textbox', { name: 'Script', exact: true })).not.toBeFocused()
})

test('a reply that comes late does not undo what was typed meanwhile', async ({ page, unique }) => {
  await open(page)
  await write(
    page,
    `import time\ndef slow(x):\n    time.sleep(2)\n    return '${unique}'\n\nGB('ShardsIDReader').map(slow).run()\n`,
  )
  await page.getByRole('switch', { name: /Wait for the result/ }).click()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(headline(page)).toHaveText('Sent. Waiting for the server…')
  await page.getByRole('textbox', { name: 'Script', exact: true }).click()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.insertText('# typed meanwhile')
  await expect(output(page).getByText(unique).first()).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Script', exact: true })).toContainText('# typed meanwhile')
})

test('the server’s Python reads a script on demand, and runs nothing of it', async ({ page, redis, unique }) => {
  await open(page)
  const before = await redis.call('RG.DUMPEXECUTIONS')
  await write(page, `execute('SET', '${unique}', '1')\nGB().map(lambda x: x).run()\nreturn 1\n`)
  await page.getByRole('button', { name: 'Check syntax on the server' }).click()
  await expect(headline(page)).toHaveText(/^This run will fail: SyntaxError: 'return' outside function\.$/)
  await expect(page.getByText('Syntax error on the server.')).toBeVisible()
  await expect(page.locator('.cm-line', { has: page.locator('.cm-lintRange-error') })).toHaveText('return 1')

  await write(page, `execute('SET', '${unique}', '1')\nGB().map(lambda x: x).run()\n`)
  await expect(page.getByText('Syntax error on the server.')).toBeHidden()
  await page.keyboard.press('ControlOrMeta+Shift+Enter')
  await expect(page.getByText('No syntax errors.')).toBeVisible()
  expect(await redis.exists(unique)).toBe(0)
  expect(await redis.call('RG.DUMPEXECUTIONS')).toEqual(before)
})

test('a new function is registered, and called from where it was', async ({ page, unique }) => {
  await page.goto('/default/overview')
  const clicks = new ClickCounter()
  await clicks.on(page.getByRole('link', { name: 'Editor', exact: true }))
  await write(
    page,
    `def answer(call):\n    return 'hello from ${unique}'\n\nGB('CommandReader', desc='${unique}').map(answer).register(trigger='${unique}')\n`,
  )
  await clicks.on(mode(page, 'New'))
  await clicks.on(page.getByRole('button', { name: 'Register', exact: true }))
  await clicks.on(output(page).getByRole('link', { name: 'Trigger it' }))
  await clicks.on(page.getByRole('button', { name: `Trigger ${unique}` }))
  await expect(page.getByRole('region', { name: 'Reply' })).toContainText(`hello from ${unique}`)
  expect(clicks.count).toBeLessThanOrEqual(5)
  await page.getByRole('link', { name: 'Open its registration' }).click()
  await expect(headline(page)).toContainText(unique)
  await expect(page.getByRole('link', { name: 'Trigger it' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'See all its executions' })).toHaveAttribute('href', /registration%3A/)
})
