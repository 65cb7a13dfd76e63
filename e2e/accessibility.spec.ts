import type { Page } from 'playwright/test'
import { NAV_ENTRIES } from '@/components/shell/nav'
import { expectAccessible } from './accessibility'
import { expect, test, waitForScripts } from './fixtures'
import { watchPolicy } from './policy'
import type { StartedServer } from './servers'

test.use({ seed: true })

const PAGES = [
  'overview',
  'executions',
  'registrations',
  'trigger',
  'trigger?tab=event',
  'editor',
  'memory',
  'cluster',
  'activity',
  'activity?tab=errors',
  'activity?tab=submissions',
  'profiler',
  'config',
  'environment',
  'environment?tab=sessions',
]

interface Row {
  readonly key: string
  readonly outcome?: string
  readonly reader?: string
}

/** Pages of one thing that the living world has sooner or later. */
const DETAILS = [
  { list: 'executions', of: 'an execution that failed', is: ({ outcome }: Row) => outcome === 'failed', tab: '' },
  { list: 'executions', of: 'its comparison', is: ({ outcome }: Row) => outcome === 'failed', tab: '?tab=compare' },
  { list: 'executions', of: 'its source', is: ({ outcome }: Row) => outcome === 'failed', tab: '?tab=source' },
  { list: 'executions', of: 'its raw reply', is: ({ outcome }: Row) => outcome === 'failed', tab: '?tab=raw' },
  { list: 'executions', of: 'an execution that worked', is: ({ outcome }: Row) => outcome === 'ok', tab: '' },
  { list: 'registrations', of: 'a stream reader', is: ({ reader }: Row) => reader === 'StreamReader', tab: '' },
  { list: 'registrations', of: 'a keys reader', is: ({ reader }: Row) => reader === 'KeysReader', tab: '' },
] as const

async function keyOf({ url }: StartedServer, list: string, is: (row: Row) => boolean): Promise<string> {
  let found: Row | undefined
  await expect
    .poll(async () => {
      const reply: Record<string, readonly Row[]> = await (await fetch(`${url}/api/default/${list}`)).json()
      found = reply[list]?.find(is)
      return found !== undefined
    })
    .toBe(true)
  return encodeURIComponent(found?.key ?? '')
}

/** In both themes: they differ in nothing but their colours. */
async function expectNoViolation(): Promise<void> {
  await expectAccessible(page)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expectAccessible(page, 'color-contrast')
}

/** One page for all of them: no test here changes what another sees, and loading Gearboard each time would be half of the work. */
let page: Page
/** What was refused by the Content-Security-Policy, and what was asked of another site, on any page of this file. */
let refused: readonly string[]
test.beforeAll(async ({ browser, baseURL }) => {
  page = await browser.newPage({ baseURL })
  waitForScripts(page)
  refused = await watchPolicy(page)
  await page.goto('/default/overview')
})
test.afterAll(() => page.close())
test.beforeEach(async () => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
})

/** Opens a page by its link in the sidebar, or by its address where it has none. */
async function open(path: string): Promise<void> {
  const name = NAV_ENTRIES.find(({ slug }) => slug === path)?.name
  if (name === undefined) await page.goto(`/default/${path}`)
  else await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
  await expect(page).toHaveURL((url) => url.pathname === new URL(`/default/${path}`, url).pathname)
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Loading')
}

const PREFERENCES = 'Theme, time zone and rows'
const press = (key: string) => page.keyboard.press(key)
const pressButton = (name: string) => page.getByRole('button', { name, exact: true }).click()
const dialog = (name: string | RegExp) => page.getByRole('dialog', { name })
const menu = (name: string | RegExp) => page.getByRole('menu', { name })
const VIEWS = 'Views'
/** An entry of the menu of saved views. */
const pressOfViews = async (name: string) => {
  await pressButton(VIEWS)
  await page.getByRole('menuitem', { name }).click()
}

/** What each act opens is accessible, and closes with Esc. */
async function expectEachAccessible(
  shown: readonly (readonly [act: () => Promise<void>, opened: ReturnType<typeof dialog>])[],
): Promise<void> {
  for (const [act, opened] of shown) {
    await act()
    await expect(opened).toBeVisible()
    await expectAccessible(page)
    await press('Escape')
    await expect(opened).toBeHidden()
  }
}

for (const path of PAGES) {
  test(`${path} has no accessibility violation`, async () => {
    await open(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectNoViolation()
  })
}

for (const { list, of, is, tab } of DETAILS) {
  test(`the page of ${of} has no accessibility violation`, async ({ gearboard }) => {
    await open(`${list}/${await keyOf(gearboard, list, is)}${tab}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectNoViolation()
  })
}

test('a question before an act on many has no accessibility violation', async () => {
  await open('executions?q=outcome%3Afailed&range=1h')
  // The first run of the shop that fails comes some time after its start.
  await expect(page.getByRole('checkbox', { name: /^Select execution/ }).first()).toBeVisible({ timeout: 90_000 })
  await page.getByRole('checkbox', { name: /^Select all/ }).click()
  await page.getByRole('button', { name: 'Drop' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectNoViolation()
  // The next test goes on in this page.
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('the dialogs, popovers and menus of the shell and of a list have no accessibility violation', async () => {
  await open('registrations')
  await expect(page.getByRole('row', { name: /order-pipeline/ })).toBeVisible()
  const header = page.getByRole('banner')
  await expectEachAccessible([
    [() => press('Control+k'), dialog('Search or run a command')],
    [() => press('?'), dialog('Keyboard shortcuts')],
    [() => pressButton('About Gearboard'), dialog('About Gearboard')],
    [() => header.getByRole('button', { name: /^live/ }).click(), dialog('Live updates')],
    [() => header.getByRole('button', { name: /switch connection$/ }).click(), menu(/switch connection$/)],
    [() => pressButton(PREFERENCES), menu(PREFERENCES)],
    [() => pressButton(VIEWS), menu(VIEWS)],
    [() => pressOfViews('Save this view'), dialog('Save this view')],
    [() => pressOfViews('Rename or delete'), dialog('Saved views')],
    [() => pressButton('Export'), menu('Export')],
    [() => pressButton('Columns'), menu('Columns')],
    [() => pressButton('Clear statistics'), dialog(/^Clear the statistics/)],
    [() => press('j').then(() => press('u')), dialog(/^Unregister/)],
  ])
})

test('the dialogs and popovers of the other pages have no accessibility violation', async () => {
  await open('overview')
  await expectEachAccessible([[() => pressButton('Type a time range'), dialog('Type a time range')]])
  await open('config')
  await expectEachAccessible([
    [() => pressButton('Set MaxExecutions'), dialog('Set MaxExecutions')],
    [() => pressButton('Look up or set a custom key'), dialog('Custom key')],
  ])
  await open('environment')
  await expectEachAccessible([[() => pressButton('Import a bundle'), dialog('Import a requirement bundle')]])
  await open('editor')
  await expectEachAccessible([
    [() => pressButton('Templates'), dialog('Templates')],
    [() => pressButton('Versions'), dialog('Versions')],
  ])
  await page.getByRole('tab', { name: 'Blocks' }).click()
  await expect(page.getByRole('combobox', { name: 'Reader' })).toBeVisible()
  await expectAccessible(page)
})

test('the drawer of phones and the menu in it have no accessibility violation', async () => {
  await open('registrations')
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
  await page.setViewportSize({ width: 390, height: 844 })
  const drawer = dialog('Pages')
  await pressButton('Menu')
  await expect(drawer).toBeVisible()
  await expectAccessible(page)
  await drawer.getByRole('button', { name: PREFERENCES }).click()
  await expect(menu(PREFERENCES)).toBeVisible()
  await expectAccessible(page)
  await press('Escape')
  await expect(menu(PREFERENCES)).toBeHidden()
  await press('Escape')
  await expect(drawer).toBeHidden()
  await page.setViewportSize({ width, height })
})

test('no page, dialog or menu so far broke the Content-Security-Policy or asked another site for anything', async () => {
  await open('editor')
  await page.locator('.cm-content').click()
  await press('Control+f')
  await expect(page.locator('.cm-editor')).toHaveCSS('display', 'flex')
  expect(refused).toEqual([])
  // The listener hears what it should: an image of another site, a script and a style without a nonce.
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<img src="http://other.invalid/x.png">')
    const script = document.createElement('div')
    script.innerHTML = '<style>p { color: red }</style>'
    document.body.append(script)
    document.body.setAttribute('onclick', 'window.injected = true')
  })
  await expect
    .poll(() => [...refused].sort())
    .toEqual([
      'img-src: http://other.invalid/x.png',
      'request: http://other.invalid/x.png',
      'script-src-attr: inline',
      'style-src-elem: inline',
    ])
})

test('a press outside a menu closes it, presses nothing under it and leaves the focus on its button', async () => {
  await open('registrations')
  const button = page.getByRole('button', { name: PREFERENCES })
  const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Executions' })
  const under = await link.boundingBox()
  await button.click()
  await expect(page.getByRole('menu')).toBeVisible()
  await page.mouse.click((under?.x ?? 0) + 10, (under?.y ?? 0) + 10)
  await expect(page.getByRole('menu')).toBeHidden()
  await expect(button).toBeFocused()
  await expect(page).toHaveURL(/\/registrations/)
  await link.click()
  await expect(page).toHaveURL(/\/executions/)
})
