import type { Page } from 'playwright/test'
import { expectAccessible } from './accessibility'
import { expect, test } from './fixtures'
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
async function expectNoViolation(page: Page): Promise<void> {
  await expectAccessible(page)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expectAccessible(page, 'color-contrast')
}

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
})

for (const path of PAGES) {
  test(`${path} has no accessibility violation`, async ({ page }) => {
    await page.goto(`/default/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectNoViolation(page)
  })
}

for (const { list, of, is, tab } of DETAILS) {
  test(`the page of ${of} has no accessibility violation`, async ({ page, gearboard }) => {
    await page.goto(`/default/${list}/${await keyOf(gearboard, list, is)}${tab}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectNoViolation(page)
  })
}

test('a question before an act on many has no accessibility violation', async ({ page }) => {
  await page.goto('/default/executions?q=outcome%3Afailed')
  await page.getByRole('checkbox', { name: /^Select all/ }).click()
  await page.getByRole('button', { name: 'Drop' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectNoViolation(page)
})
