import type { Page } from 'playwright/test'
import { resp, ScriptedRedis } from '../test/scripted-redis'
import { expect, follow, test } from './fixtures'
import { startGearboard } from './servers'

test.use({ engineOf: 'long-texts' })

/** Longest text that any page may lay out in one piece, and longest attribute, characters. */
const PIECE = 2500
/** Of all that a page shows, dialogs included, at first and when everything is unfolded once. */
const PAGE = 100_000
const UNFOLDED = 300_000

const long = (letter: string, count = 100_000) => letter.repeat(count)

/** Where the document holds more than it should, in words. */
function tooLong(page: Page, most = PAGE): Promise<readonly string[]> {
  return page.evaluate(
    ([piece, whole]) => {
      const found: string[] = []
      const where = (element: Element | null) =>
        `${element?.tagName} in ${element?.closest('[aria-label], section, li, tr, h1')?.outerHTML.slice(0, 200)}`
      const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const { parentElement } = node
        const size = node.textContent?.length ?? 0
        if (size > piece && !/^(SCRIPT|STYLE)$/.test(parentElement?.tagName ?? ''))
          found.push(`a text of ${size}: ${where(parentElement)}`)
      }
      for (const element of document.body.querySelectorAll('*'))
        for (const { name, value } of element.attributes)
          if (value.length > piece && !/^(value|d|points|href)$/.test(name))
            found.push(`${name} of ${value.length}: ${where(element)}`)
      const shown = [...document.querySelectorAll('header, main, [role=dialog]')].reduce(
        (sum, { textContent }) => sum + textContent.length,
        0,
      )
      if (shown > whole) found.push(`${shown} characters on the page`)
      if (document.title.length > 200) found.push(`a title of ${document.title.length}`)
      return found
    },
    [PIECE, most] as const,
  )
}

/** Unfolds what can be, one click each, and opens every tab. */
async function unfold(page: Page): Promise<void> {
  for (const folded of await page.locator('main button[aria-expanded=false]:not([aria-haspopup])').all())
    await folded.click({ timeout: 2000 }).catch(() => undefined)
}

test('texts of 100,000 characters without a blank are drawn in bounded pieces on every page', async ({
  page,
  redis,
  request,
}) => {
  test.setTimeout(300_000)
  const run = (script: string, ...more: string[]) => redis.call('RG.PYEXECUTE', script, ...more).catch(String)
  const events = Array.from({ length: 5000 }, (_, n) => `'e${n}'`).join(', ')
  await run(`GB('CommandReader', desc='${long('d')}').map(lambda x: x).register(trigger='${long('t')}')`)
  await run(`def f(x):\n    raise Exception('${long('e')}')\nGB('CommandReader').map(f).register(trigger='long.error')`)
  await run(
    `GB('KeysReader', desc='{"name": "${long('n', 90_000)}"}').foreach(lambda x: x).register(prefix='${long('p')}', eventTypes=['${long('v')}', ${events}], mode='sync')`,
    ...['ID', long('i'), 'DESCRIPTION', long('D')],
  )
  await run(`GB('StreamReader').foreach(lambda x: x).register(prefix='${long('s')}', mode='sync')`)
  await run(`def ${long('g')}(x):\n    return 'x' * 100000\nGB('ShardsIDReader').map(${long('g')}).run()`, 'UNBLOCKING')
  await run(`def h(x):\n    raise Exception('${long('E')}')\nGB('ShardsIDReader').map(h).run()`, 'UNBLOCKING')
  await redis.call('RG.CONFIGSET', 'longvalue', long('V'))
  await redis.call('XADD', long('s'), '*', long('k'), long('w'))
  await redis.call('RG.TRIGGER', 'long.error').catch(String)
  const send = (path: string, data: object, method = 'POST') => request.fetch(`/api/default/${path}`, { method, data })
  await send('functions', {
    script: `# ${long('S')}\nGB('ShardsIDReader').map(lambda x: 'x' * 100000).run()`,
    description: long('O', 4000),
  })
  await send('functions', { script: `raise Exception('${long('R')}')` })
  await send(`triggers/${long('T', 4000)}`, { args: [long('a')] })
  await send(`config/${long('C', 4000)}`, { value: long('Y', 60_000), userKey: true }, 'PUT')
  await send('views', { name: long('n', 60), page: 'executions', query: `filter=${long('f', 3000)}` })

  const listed = await request.get('/api/default/registrations')
  const { registrations } = await listed.json()
  expect(registrations).toHaveLength(4)
  // Each text of 100,000 was in each delta of its row, the error once more for every shard.
  expect((await listed.body()).length).toBeLessThan(60_000)
  const { executions } = await (await request.get('/api/default/executions')).json()
  const keys = (rows: readonly { readonly key: string }[]) => rows.map(({ key }) => encodeURIComponent(key))
  const paths = [
    ...['overview', 'executions', 'registrations', 'trigger', 'trigger?tab=inject', 'editor', 'memory', 'profiler'],
    ...['cluster', 'config', 'environment', 'activity', 'activity?tab=errors', 'activity?tab=sources'],
    ...keys(registrations).map((key) => `registrations/${key}`),
    ...keys(executions).map((key) => `executions/${key}`),
  ]
  const addresses = [
    ...['executions/', 'registrations/', 'executions?filter=outcome:', 'trigger?trigger=', 'environment?session='].map(
      (path) => `${path}${long('z', 6000)}`,
    ),
  ]
  await page.goto('/default/overview')
  for (const path of [...paths, ...addresses]) {
    if (addresses.includes(path)) await page.goto(`/default/${path}`)
    else await follow(page, `/default/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Loading')
    expect(await tooLong(page), path).toEqual([])
    await unfold(page)
    expect(await tooLong(page, UNFOLDED), `${path}, unfolded`).toEqual([])
  }

  await page.goto('/default/trigger?trigger=long.error')
  await page.getByRole('button', { name: 'Trigger long.error' }).click()
  await page.getByRole('button', { name: 'Send anyway' }).click()
  await expect(
    page
      .getByRole('region', { name: 'Reply' })
      .getByText(/characters left out|more characters/)
      .first(),
  ).toBeVisible()
  expect(await tooLong(page), 'an error as the reply').toEqual([])
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  expect(await tooLong(page), 'the palette').toEqual([])
})

test('an error of 100,000 characters of the server itself is drawn in bounded pieces', async ({ page }) => {
  const server = await ScriptedRedis.start()
  for (const command of ['INFO', 'INFO SERVER', 'MODULE LIST']) server.instead.set(command, `-NOPERM ${long('x')}\r\n`)
  server.instead.set('RG.DUMPEXECUTIONS', `-ERR ${long('y')}\r\n`)
  server.instead.set('RG.DUMPREGISTRATIONS', resp(`-ERR ${long('y')}`))
  const gearboard = await startGearboard({ GEARBOARD_URL: `redis://127.0.0.1:${server.port}` })
  try {
    await page.goto(`${gearboard.url}/default/overview`)
    await expect(page.getByText(/yyyy/).first()).toBeVisible()
    expect(await tooLong(page)).toEqual([])
  } finally {
    await gearboard.stop()
    await server.replay.stop()
  }
})
