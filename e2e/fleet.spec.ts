import { writeFileSync } from 'node:fs'
import { freePorts } from '../test/free-ports'
import { expectAccessible } from './accessibility'
import { FLEET_BUDGETS } from './budgets'
import { expect, test, waitForScripts } from './fixtures'
import { scriptBytes } from './script-bytes'
import { startEngine, startGearboard } from './servers'

// It starts its own Gearboard: which connections there are changes here.
test.use({ baseURL: undefined, seed: true })

test('three connections at once: counted, filtered, opened by key, one added in the browser and removed while watched', async ({
  page,
  context,
  engine,
}, info) => {
  test.setTimeout(180_000)
  const [closed, other] = [await freePorts(), await startEngine()]
  const config = info.outputPath('gearboard.config.json')
  const down = { name: 'down', label: 'Far away', url: `redis://127.0.0.1:${closed}`, labels: ['eu'], production: true }
  writeFileSync(config, JSON.stringify({ connections: [down] }))
  const gearboard = await startGearboard({ GEARBOARD_URL: engine.url, GEARBOARD_CONFIG: config })
  try {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(gearboard.url)
    const headline = page.getByRole('heading', { level: 1 })
    await expect(headline).toHaveText('1 of 2 connections does not answer.')
    const rows = page.getByRole('grid', { name: 'Connections' }).getByRole('row')
    await expect(rows.nth(1)).toContainText('no answerFar away')
    await expect(rows.nth(1)).toContainText('ECONNREFUSED')
    await expect(rows.nth(2)).toContainText('1 of 1')
    await expectAccessible(page)
    expect((await scriptBytes(page)) / 1000).toBeLessThan(FLEET_BUDGETS['/'])

    for (const width of [390, 700, 1000, 1280, 1440, 1700]) {
      await page.setViewportSize({ width, height: 800 })
      await expect
        .poll(() => page.getByRole('grid').evaluate((grid) => grid.scrollWidth - grid.clientWidth), `at ${width} px`)
        .toBeLessThanOrEqual(0)
    }
    await page.keyboard.press('Control+k')
    await page.keyboard.type('far away')
    await expect(page.getByRole('option', { name: /Far away/ })).toContainText('production')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('rows compact')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog')).toBeHidden()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('people')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/settings\/people$/)
    await expect(page.getByRole('main')).toBeFocused()
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Connection settings')
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await page.getByRole('link', { name: 'Add connection' }).click()
    await page.getByLabel('Name', { exact: true }).fill('added')
    await page.getByLabel('URL', { exact: true }).fill('http://127.0.0.1')
    await page.getByLabel('Labels').fill('eu, team:shop')
    await page.getByLabel('Note').fill('Ask Ada first.')
    await page.getByRole('button', { name: 'Add connection' }).click()
    await expect(page.getByLabel('URL', { exact: true })).toHaveAttribute('aria-invalid', 'true')
    await expect(page.getByLabel('Note')).toHaveValue('Ask Ada first.')
    await expectAccessible(page)
    await page.getByLabel('URL', { exact: true }).fill(`redis://127.0.0.1:${closed}`)
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Connect failed.' })).toBeVisible()
    await page.getByLabel('URL', { exact: true }).fill(other.url)
    await expect(page.getByText('Connect failed.')).toBeHidden()
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await expect(page.getByRole('status').filter({ hasText: 'All steps passed.' })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Add connection' }).click()
    const table = page.getByRole('table', { name: 'Connections' })
    await expect(table.getByRole('row', { name: /added/ })).toContainText('live', { timeout: 30_000 })
    await expect(page.getByRole('button', { name: 'Edit down' })).toHaveAttribute('aria-disabled', 'true')
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await expectAccessible(page)

    const watching = await context.newPage()
    waitForScripts(watching)
    await watching.goto(`${gearboard.url}/settings/connections`)
    expect((await scriptBytes(watching)) / 1000).toBeLessThan(FLEET_BUDGETS['/settings/connections'])
    await watching.goto(gearboard.url)
    await expect(watching.getByRole('heading', { level: 1 })).toHaveText('1 of 3 connections does not answer.')
    await expectAccessible(watching, 'color-contrast')
    await watching.getByRole('button', { name: 'eu', exact: true }).click()
    await expect(watching).toHaveURL(/\?label=eu$/)
    await expect(watching.getByText('2 of 3', { exact: true })).toBeVisible()
    await watching.keyboard.press('/')
    await watching.keyboard.type('team:')
    await expect(watching.getByText('1 of 3', { exact: true })).toBeVisible()
    // The address follows at its own pace, and a page that is left meanwhile would be written over.
    await expect(watching).toHaveURL(/[?&]q=team/)
    await watching.getByRole('searchbox').blur()
    await watching.keyboard.press('j')
    await watching.keyboard.press('Enter')
    await expect(watching).toHaveURL(`${gearboard.url}/added/overview`)
    await expect(watching.locator('header').getByText('live')).toBeVisible({ timeout: 30_000 })

    await watching.getByRole('button', { name: 'switch connection' }).click()
    await expect(watching.getByRole('menuitem')).toContainText([
      /default.*live/,
      /Far away.*down.*production.*no answer/,
      /added.*live/,
      'All connections',
      'Add connection',
    ])
    await watching.keyboard.press('Escape')
    await watching.keyboard.press('Control+k')
    await watching.keyboard.type('far away')
    await expect(watching.getByRole('option', { name: /Far away/ })).toContainText('production')
    await watching.keyboard.press('Escape')
    await expect(watching.getByRole('dialog')).toBeHidden()

    await page.getByRole('button', { name: 'Remove added' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove connection' }).click()
    await expect(table.getByRole('row')).toHaveCount(3)
    await expect(watching.getByRole('heading', { name: 'The connection added is gone' })).toBeVisible({
      timeout: 30_000,
    })
    await watching.getByRole('link', { name: 'Go to Overview' }).click()
    await expect(watching.getByRole('heading', { level: 1 })).toHaveText('1 of 2 connections does not answer.')
  } finally {
    await Promise.all([gearboard.stop(), other.stop()])
  }
})
